import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import { boundBody } from './body-limit.js'
import { answerHeaders, requestHeaders } from './headers.js'

/** The upstream of a request and the headers to add. */
export interface Target {
  readonly dispatcher: Dispatcher
  readonly origin: string
  /** Headers that are added to the client's. */
  readonly headers: Readonly<Record<string, string>>
  /** Rewrites a location of the upstream to the client's path. */
  readonly rewriteLocation: (location: string) => string
  /** Called when the answer breaks off after its start. */
  readonly onBreak: (request: FastifyRequest, error: Error) => void
}

/**
 * Forwards a request and streams its answer back. Bodies stream in both directions, and a client that disconnects
 * aborts its upstream request.
 *
 * @param path - the path at the upstream, with the query
 * @returns resolves at the start of the answer or when the client has disconnected; rejects if the upstream fails
 *   before the start of the answer
 */
export function exchange(request: FastifyRequest, reply: FastifyReply, target: Target, path: string): Promise<void> {
  const { body, start } = hasBody(request) ? boundBody(request) : noBody
  const headers = requestHeaders(request, target.headers)
  if (body === null) delete headers['content-length']
  const options = {
    origin: target.origin,
    path,
    method: request.method,
    headers: flat(headers),
    body,
  }
  return new Promise((resolve, reject) => {
    target.dispatcher.dispatch(options, new Exchange({ request, reply, target, start, resolve, reject }))
  })
}

const noBody = { body: null, start: () => {} }

/** Returns whether a request has a body to forward; Fastify ignores the bodies of GET and HEAD. */
function hasBody({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Returns names and values alternately, the fastest format for undici. */
function flat(headers: IncomingHttpHeaders): string[] {
  const list: string[] = []
  for (const name in headers) list.push(name, headers[name] as string)
  return list
}

/** What one exchange needs. */
interface Attempt {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly target: Target
  /** Starts to read the body, once there is a connection to send it on. */
  readonly start: () => void
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Forwards one request to an upstream and its answer to the client. */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly attempt: Attempt
  private readonly reply: FastifyReply
  private controller: Dispatcher.DispatchController | undefined
  private isAnswered = false
  /** The first bytes of the body, held until the next tick: a short answer leaves in one write. */
  private first: Buffer | undefined
  private isFlushed = false

  constructor(attempt: Attempt) {
    this.attempt = attempt
    this.reply = attempt.reply
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    const { raw } = this.reply
    if (raw.destroyed) {
      controller.abort(new Error('The client disconnected'))
      return
    }
    raw.on('close', () => {
      if (!raw.writableFinished) controller.abort(new Error('The client disconnected'))
    })
    this.attempt.start()
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    const { reply, request, target, resolve } = this.attempt
    if (status < 200) {
      if (status === 103 && request.raw.httpVersion === '1.1') sendEarlyHints(reply, headers)
      return
    }
    const answer = answerHeaders(reply, headers, target.rewriteLocation)
    if (request.server.isStopping || (request.headers.expect !== undefined && !request.raw.complete))
      answer['connection'] = 'close'
    reply.raw.writeHead(status, answer)
    reply.hijack()
    this.isAnswered = true
    resolve()
    process.nextTick(flush, this)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.isFlushed && this.first === undefined) {
      this.first = chunk
      return
    }
    this.flush()
    this.write(chunk, controller)
  }

  onResponseEnd(): void {
    const rest = this.isFlushed ? undefined : this.first
    this.isFlushed = true
    this.reply.raw.end(rest)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { raw } = this.reply
    const { request, target, resolve, reject } = this.attempt
    if (raw.destroyed) resolve()
    else if (this.isAnswered) {
      target.onBreak(request, error)
      raw.destroy()
    } else reject(error)
  }

  flush(): void {
    if (this.isFlushed) return
    this.isFlushed = true
    if (this.first === undefined) this.reply.raw.flushHeaders()
    else this.write(this.first, this.controller!)
  }

  private write(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    if (this.reply.raw.write(chunk)) return
    controller.pause()
    this.reply.raw.once('drain', () => controller.resume())
  }
}

/** Forwards the links that a browser may load before the answer. */
function sendEarlyHints(reply: FastifyReply, { link }: IncomingHttpHeaders): void {
  if (link !== undefined) reply.raw.writeEarlyHints({ link })
}

function flush(exchanged: Exchange): void {
  exchanged.flush()
}
