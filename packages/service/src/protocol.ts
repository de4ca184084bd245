import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { longestHead } from './limits.js'
import { refusalOf } from './request-checks.js'
import { registerUpgrades } from './upgrade.js'

/** The methods of the services. */
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** The connections with a refused request, whose answer closes them. */
const refused = new WeakSet<Socket>()

/** Returns a failure in the API's format. */
export function failure(code: string, message: string) {
  return { success: false, error: { code, message } }
}

/**
 * Handles what HTTP requires before any route: refuses ambiguous and unsupported requests and closes their connections,
 * ignores upgrades, refuses CONNECT, and sends `100 Continue` only to a request whose body will be read.
 */
export function registerProtocol(app: FastifyInstance): void {
  registerUpgrades(app)
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    answerOnSocket(socket as Socket, 405, 'CONNECT is not supported', `Allow: ${allowedMethods}\r\n`)
  })
  // Node would send 100 Continue before any check, and 417 without a log line.
  for (const event of ['checkContinue', 'checkExpectation']) {
    app.server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      app.server.emit('request', request, response)
    })
  }
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request.raw, app.limits)
    if (refusal) {
      const { statusCode, code, message } = refusal
      refused.add(request.raw.socket)
      // What follows on the connection may not be a request.
      void reply.code(statusCode).header('connection', 'close').send(failure(code, message))
      return
    }
    if (request.url !== '*') {
      done()
      return
    }
    void reply.code(204).header('allow', allowedMethods).send()
  })
  // As the last hook before the body is read, after those that may refuse the request.
  app.addHook('onRoute', (route) => {
    route.preParsing = [
      ...[route.preParsing ?? []].flat(),
      (request, reply, payload, done) => {
        const { expect, 'content-length': length } = request.raw.headers
        const isExpected = expect !== undefined && request.raw.httpVersion === '1.1'
        if (isExpected && Number(length ?? 0) <= request.routeOptions.bodyLimit) reply.raw.writeContinue()
        done(null, payload)
      },
    ]
  })
}

/** Answers a malformed or oversized request and closes the connection. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  // The parser may fail at the rest of a request that is refused already.
  if (error.code === 'ECONNRESET' || socket.destroyed || refused.has(socket)) return
  const { rawPacket } = error as { rawPacket?: Buffer }
  const status =
    { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ??
    400
  const isUrl = status === 431 && isRequestLineTooLong(rawPacket)
  answerOnSocket(socket, isUrl ? 414 : status, 'The request is malformed or too slow, or its headers are too large')
}

/** Returns whether a request that exceeds the parser's limit has not even ended its first line. */
function isRequestLineTooLong(packet: Buffer | undefined): boolean {
  const start = packet?.subarray(0, longestHead).toString('latin1') ?? ''
  return /^[A-Z]+ [^\s]+$/.test(start)
}

/** Answers on a connection that has no response object, and closes it. */
function answerOnSocket(socket: Socket, status: number, message: string, headers = ''): void {
  const code = (STATUS_CODES[status] ?? '').toUpperCase().replaceAll(/[ -]/g, '_')
  const body = JSON.stringify(failure(code, message))
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}
