import { Transform, type Readable } from 'node:stream'
import { getOrigin, services, type Env, type ServiceName } from '@driftos/ports'
import httpProxy from '@fastify/http-proxy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Agent, type Dispatcher } from 'undici'
import { forwardedHeaders, withoutHopByHop } from './headers.js'
import { parseSettings } from './settings.js'
import { isWebsocketToNobody, websocketOptions } from './websocket.js'

export interface UpstreamOptions {
  /** The service that answers. */
  readonly service: ServiceName
  /** The path that this app serves by it. */
  readonly prefix: string
  /** The path that takes its place at the upstream. */
  readonly rewritePrefix: string
  readonly env: Env
}

const clientSignal = Symbol('clientSignal')

type SignalledOptions = Dispatcher.RequestOptions & {
  headers: Record<string, string> & { [clientSignal]?: AbortSignal }
}
type Callback = (error: Error | null, data: Dispatcher.ResponseData) => void

/**
 * Serves a path by another service, found through the registry. Bodies and answers stream in both
 * directions, websockets too, and a client that goes away takes its upstream request with it. An
 * upstream that is down answers 502, one that is slow 504, in JSON that names the service and the
 * variable that moves it, never its address.
 */
export function registerUpstream(app: FastifyInstance, options: UpstreamOptions): void {
  const { service, prefix, rewritePrefix, env } = options
  const upstream = getOrigin(service, env)
  const { upstreamTimeoutMs: timeoutMs } = parseSettings(env)

  app.register(async (scope) => {
    const clientSignals = new WeakMap<FastifyRequest, AbortSignal>()
    scope.addHook('onRequest', async (request, reply) => {
      clientSignals.set(request, whenClientGoes(reply))
    })
    scope.addHook('preHandler', async (request, reply) => {
      if (!(await isWebsocketToNobody(request, upstream, timeoutMs))) return undefined
      sendUpstreamError(reply, service, timeoutMs)
      return reply
    })
    // Fastify would decode it, and encode it again as something else.
    scope.removeContentTypeParser('text/plain')
    scope.addHook('preParsing', async (request, _reply, payload) => boundBody(request, payload as Readable))
    await scope.register(httpProxy, {
      upstream,
      prefix,
      rewritePrefix: new URL(upstream).pathname.replace(/\/$/, '') + rewritePrefix,
      ...websocketOptions(service, timeoutMs),
      undici: dispatcher(timeoutMs),
      destroyAgent: true,
      disableRequestLogging: true,
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...withoutHopByHop(headers),
          ...forwardedHeaders(request as FastifyRequest),
          [clientSignal]: clientSignals.get(request as FastifyRequest),
        }),
        rewriteHeaders: withoutHopByHop,
        // The proxy's own retries would repeat a 503 up to ten times before passing it on.
        retryDelay: () => null,
        onError: (reply, { error }) => sendUpstreamError(reply as FastifyReply, service, timeoutMs, error),
      },
    })
  })
}

/** Aborts when the client's connection closes before it has the whole answer. */
function whenClientGoes(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}

/** A dispatcher that ends a request when its client has gone: the proxy itself does so only once the answer has begun. */
function dispatcher(timeoutMs: number): Agent {
  const agent = new Agent({ connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: 0 })
  const request: (options: SignalledOptions, callback: Callback) => void = ({ headers, ...options }, callback) => {
    const { [clientSignal]: signal, ...rest } = headers
    agent.request({ ...options, headers: rest, signal }, callback)
  }
  // Of an agent, the proxy calls these two alone.
  return { request, destroy: () => agent.destroy() } as unknown as Agent
}

/**
 * The body as it comes, or an error of status 413 once it exceeds the app's `bodyLimit`: the proxy
 * streams past the parsers that keep that limit otherwise.
 */
function boundBody(request: FastifyRequest, payload: Readable): Readable {
  const limit = request.server.initialConfig.bodyLimit!
  const tooLarge = Object.assign(new Error(`the body is larger than ${limit} bytes`), {
    statusCode: 413,
    code: 'BODY_TOO_LARGE',
  })
  const announced = request.headers['content-length']
  if (announced !== undefined) {
    if (Number(announced) > limit) throw tooLarge
    return payload
  }
  if (request.headers['transfer-encoding'] === undefined) return payload

  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) done(tooLarge)
      else done(null, chunk)
    },
  })
  // Not `pipeline`, which would close the client's connection before it has the answer.
  bounded.on('error', () => payload.unpipe(bounded).resume())
  payload.on('close', () => bounded.destroy())
  return payload.pipe(bounded)
}

function sendUpstreamError(reply: FastifyReply, service: ServiceName, timeoutMs: number, error?: Error): void {
  const { cause, statusCode } = (error ?? {}) as {
    cause?: { code?: string; message: string }
    statusCode?: number
  }
  if (cause?.code === 'BODY_TOO_LARGE') {
    void reply.code(413).send({ success: false, error: { code: cause.code, message: cause.message } })
    return
  }
  const { variable } = services[service]
  const isSlow = statusCode === 504
  const isReached = cause?.code === 'ECONNRESET' || cause?.code === 'UND_ERR_SOCKET'
  const code = isSlow ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_DOWN'
  const message = isSlow
    ? `${service} did not answer within ${timeoutMs} ms`
    : isReached
      ? `${service} ended the connection without an answer; its log may say why`
      : `${service} cannot be reached: start it, or set ${variable} to the port where it is`
  void reply.code(isSlow ? 504 : 502).send({ success: false, error: { code, message, service, variable } })
}
