import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Env, ServiceName } from '@driftos/ports'
import {
  fastify,
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { registerDrain } from './drain.js'
import { registerMetrics } from './metrics.js'
import { parseSettings } from './settings.js'

export interface ServiceOptions {
  readonly service: ServiceName
  /** The app's version, from its package.json. */
  readonly version: string
  readonly env: Env
}

/**
 * A Fastify app with what every DriftOS service has: `GET /health`, by which the right service is
 * told from a stranger, `GET /metrics` for Prometheus, structured logs, bounded requests, and
 * errors in the API's form.
 */
export function createService({ service, version, env }: ServiceOptions): FastifyInstance {
  const app = fastify({
    logger: {
      level: parseSettings(env).logLevel,
      base: { service },
    },
    // One line a request, once it is answered, in place of Fastify's two.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    // A client that sends its headers, or all of its request, slower than this holds a connection for nothing.
    requestTimeout: 60_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
    // An id of 200 characters takes up to nine times as many in a path.
    routerOptions: { maxParamLength: 1800 },
    frameworkErrors: (error, request, reply) => {
      // The option's own type knows no body but an error.
      const untyped = reply as unknown as FastifyReply
      // No hook comes by here.
      setOwnHeaders(request, untyped)
      void untyped.code(error.statusCode ?? 400).send(failure(error.code, error.message))
    },
    clientErrorHandler: answerMalformed,
  })

  registerDrain(app)
  registerMetrics(app)
  app.addHook('onRequest', (request, reply, done) => {
    setOwnHeaders(request, reply)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode
    request.log.info({ ...describeRequest(request), status, durationMs: reply.elapsedTime }, 'request answered')
    done()
  })
  app.get('/health', { logLevel: 'warn' }, () => ({ status: 'ok', service, version, uptime: process.uptime() }))

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0]
    reply.code(404)
    return failure('NOT_FOUND', `${service} does not serve ${request.method} ${path}`)
  })
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    reply.code(status)
    if (status < 500) return failure(error.code ?? 'BAD_REQUEST', error.message)
    request.log.error({ err: error }, 'request failed')
    return failure('INTERNAL', `${service} failed to answer; its log says why`)
  })
  return app
}

function setOwnHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id)
  // No answer is what its type does not say; a page says the rest itself.
  reply.header('x-content-type-options', 'nosniff')
}

/** The id by which logs tell a request from others: the client's own, if it is short and plain, or a new one. */
function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

/** The API's form of a failure. */
function failure(code: string, message: string) {
  return { success: false, error: { code, message } }
}

/** Answers what is no HTTP request, or too much of one, and closes the connection. */
function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400
  const code = (STATUS_CODES[status] ?? '').toUpperCase().replaceAll(' ', '_')
  const body = JSON.stringify(failure(code, 'the request is malformed, too slow, or its headers are too large'))
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}

/** What the log says of a request: no header and no query, which may hold a key. */
function describeRequest(request: FastifyRequest) {
  return { method: request.method, path: request.url.split('?', 1)[0], remoteAddress: request.ip }
}
