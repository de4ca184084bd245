import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from 'undici'
import type { Target } from './exchange.js'
import { answerHeaders, requestHeaders } from './headers.js'
import type { Handshake } from './upgrade.js'

/** How often the system checks the other side of a silent connection. */
const keepAliveMs = 30_000

/**
 * Forwards a websocket handshake. If the upstream accepts it, connects the two sockets byte by byte, so that extensions,
 * subprotocols, pings and close codes are those of the upstream; otherwise forwards its answer.
 *
 * @param path - the path at the upstream, with the query
 * @returns resolves when the upstream has answered or the client has disconnected; rejects if the upstream gives no answer
 */
export function openTunnel(
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target & { readonly timeoutMs: number },
  path: string,
  { accept }: Handshake,
): Promise<void> {
  const url = new URL(target.origin)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const handshake = send(url, {
    path,
    agent: false,
    headers: { ...requestHeaders(request, target.headers), connection: 'Upgrade', upgrade: 'websocket' },
  })
  const timer = setTimeout(() => handshake.destroy(new errors.HeadersTimeoutError()), target.timeoutMs)
  const onClose = () => {
    if (!reply.raw.writableFinished) handshake.destroy()
  }
  reply.raw.on('close', onClose)
  return new Promise<void>((resolve, reject) => {
    handshake
      .on('error', (error) => {
        if (!reply.raw.headersSent && !reply.raw.destroyed) {
          reply.raw.off('close', onClose)
          reject(error)
          return
        }
        // A part of the answer must not look like the whole.
        reply.raw.destroy()
        resolve()
      })
      .on('response', (response) => {
        try {
          forwardAnswer(reply, response, target)
          resolve()
        } catch (error) {
          // Node refuses to send some answers that it accepts.
          handshake.destroy()
          reject(error)
        }
      })
      .on('upgrade', (response, upstream, rest) => {
        if (response.headers.upgrade?.toLowerCase() !== 'websocket') {
          upstream.destroy()
          reject(new errors.HTTPParserError('The upstream switched to another protocol'))
          return
        }
        const client = request.raw.socket
        const answer = { ...answerHeaders(reply, response.headers, target.rewriteLocation) }
        reply.hijack()
        // The parser of the answer accepts only what may be sent.
        reply.raw.writeHead(101, { ...answer, connection: 'Upgrade', upgrade: 'websocket' }).end()
        const early = accept()
        if (early.length > 0) upstream.write(early)
        if (rest.length > 0) upstream.unshift(rest)
        connect(client, upstream)
        resolve()
      })
      .end()
  }).finally(() => clearTimeout(timer))
}

function forwardAnswer(reply: FastifyReply, response: IncomingMessage, target: Target): void {
  const answer = answerHeaders(reply, response.headers, target.rewriteLocation)
  reply.raw.writeHead(response.statusCode!, { ...answer, connection: 'close' })
  reply.hijack()
  response.on('error', () => reply.raw.destroy())
  response.pipe(reply.raw)
}

/** Connects two sockets: each ends with the other after it has sent everything, and breaks off with it. */
function connect(client: Socket, upstream: Socket): void {
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.setTimeout(0)
    from.setKeepAlive(true, keepAliveMs)
    from.setNoDelay(true)
    from.on('error', () => to.destroy())
    from.on('close', (isBroken) => (isBroken ? to.destroy() : to.destroySoon()))
    from.pipe(to)
  }
}
