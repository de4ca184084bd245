import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Env, ServiceName } from '@driftos/ports'
import { findCheckout } from '@driftos/ports/checkout'
import {
  fastify,
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { contextFields, traceOf } from './context.js'
import { registerDrain } from './drain.js'
import { registerEventStreams } from './event-stream.js'
import { clientAddress } from './headers.js'
import { longestHead, registerLimits, timeoutCheckMs } from './limits.js'
import { prettyStream } from './log.js'
import { registerMetrics } from './metrics.js'
import { answerMalformed, failure, registerProtocol } from './protocol.js'
import { normalizeTarget } from './request-checks.js'
import { lazyLogger } from './request-log.js'
import { parseSettings } from './settings.js'
import type { ProxyTrust } from './trust-proxy.js'
import { isWebsocketHandshake } from './upgrade.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns whether the forwarding headers of an address are trusted; hop 0 is the direct peer. */
    trustsProxy: ProxyTrust
    /** The name of this process among proxies, in the `Via` header. */
    proxyName: string
  }
}

/** The log levels at which each request writes a line. */
const linesPerRequest: ReadonlySet<string> = new Set(['info', 'debug', 'trace'])

/** The options of `createService`. */
export interface ServiceOptions {
  readonly service: ServiceName
  /** The app's version, from its package.json. */
  readonly version: string
  readonly env: Env
}

/**
 * Creates a Fastify app with what every DriftOS service has: `GET /health`, which identifies the service, `GET /ready`,
 * which an app with a database replaces, `GET /metrics` for Prometheus, structured logs, request limits, and errors in the API's format.
 */
export function createService({ service, version, env }: ServiceOptions): FastifyInstance {
  const { logLevel, logFormat, trustProxy } = parseSettings(env)
  const isPretty = (logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty'
  const isUpgraded = (request: IncomingMessage): boolean => app.websockets.areAccepted && isWebsocketHandshake(request)
  const http = {
    headersTimeout: 10_000,
    connectionsCheckingInterval: timeoutCheckMs,
    maxHeaderSize: longestHead,
    // request-checks.ts sends a JSON answer.
    requireHostHeader: false,
    // Since Node 24.
    shouldUpgradeCallback: isUpgraded,
  }
  const app: FastifyInstance = fastify({
    logger: {
      level: logLevel,
      base: { service },
      mixin: (_fields, _level, logger) => contextFields(logger),
      ...(isPretty && { stream: prettyStream(process.stdout.isTTY && !env['NO_COLOR']) }),
    },
    // One line per request instead of Fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings, options, request) =>
      lazyLogger(() => logger.child({ ...bindings, traceId: traceOf(request).traceId }, options)),
    genReqId: requestIdOf,
    trustProxy,
    rewriteUrl: normalizeTarget,
    // A request that arrives during a stop is answered.
    return503OnClosing: false,
    http,
    // A percent-encoded id of 200 characters takes up to nine times as many.
    routerOptions: { maxParamLength: 1800 },
    frameworkErrors: (error, request, reply) => {
      // The option's type allows only an error as body.
      const untyped = reply as unknown as FastifyReply
      // Hooks do not run for these errors.
      setOwnHeaders(request, untyped)
      void untyped.code(error.statusCode ?? 400).send(failure(error.code, error.message))
    },
    clientErrorHandler: answerMalformed,
  })
  app.decorate('trustsProxy', trustProxy || (() => false))
  app.decorate('proxyName', `${service}-${randomUUID().slice(0, 8)}`)

  registerLimits(app)
  registerDrain(app)
  registerEventStreams(app)
  registerMetrics(app)
  app.addHook('onRequest', (request, reply, done) => {
    setOwnHeaders(request, reply)
    done()
  })
  if (linesPerRequest.has(logLevel)) {
    app.addHook('onResponse', (request, reply, done) => {
      const status = reply.statusCode
      request.log.info({ ...describeRequest(request), status, durationMs: reply.elapsedTime }, 'request answered')
      done()
    })
  }
  registerProtocol(app)
  const instance = findInstance(env)
  app.get('/health', { logLevel: 'warn' }, () => ({
    status: 'ok',
    service,
    version,
    uptime: process.uptime(),
    ...(instance !== undefined && { instance }),
  }))

  // Loaded after the app's own routes, of which /ready may be one.
  app.register(async (scope) => {
    if (!app.hasRoute({ method: 'GET', url: '/ready' }))
      scope.get('/ready', { logLevel: 'warn' }, () => ({ status: 'ready' }))
  })

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0]
    reply.code(404)
    return failure('NOT_FOUND', `${service} does not serve ${request.method} ${path}`)
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    reply.code(status)
    // Fastify would close the connection: a client that is still sending would lose this answer. One that expects
    // 100 Continue may send its next request instead of the body.
    if (request.headers.expect === undefined) {
      reply.removeHeader('connection')
      request.raw.resume()
    }
    if (status < 500) return failure(error.code ?? 'BAD_REQUEST', error.message)
    request.log.error({ err: error }, 'request failed')
    return failure('INTERNAL', `${service} failed to answer; see its log for the reason`)
  })
  return app
}

/** Returns the checkout of this process, by which others tell it from the same service of another checkout; none in production. */
function findInstance(env: Env): string | undefined {
  return env['NODE_ENV'] === 'production' ? undefined : findCheckout(process.cwd())?.instance
}

function setOwnHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id)
  // Browsers must not guess another content type.
  reply.header('x-content-type-options', 'nosniff')
}

/** Returns the request's id for logs: the client's, if it is short and plain, or a new one. */
function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

/** Returns the fields of a request for the log, without headers and query, which may contain a key. */
function describeRequest(request: FastifyRequest) {
  return { method: request.method, path: request.url.split('?', 1)[0], remoteAddress: clientAddress(request) }
}
