import { getOrigin, type Env } from '@driftos/ports'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const readable = 'x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset'
/** How long a browser may keep what it was told, in seconds. */
const maxAge = '600'

/**
 * Lets the pages of the website and the demo, wherever the registry has them, read the answers. Not by
 * @fastify/cors: it takes every OPTIONS for a browser's question, unless its options are made anew for
 * each request, and then costs more than the keys and the rate limit together.
 */
export function allowPages(app: FastifyInstance, env: Env): void {
  const origins = new Set((['website', 'demo'] as const).flatMap((service) => originsOf(getOrigin(service, env))))
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin !== undefined && origins.has(origin)) {
      reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', readable)
    }
    if (!isPreflight(request)) {
      done()
      return
    }
    // Answered before any key is asked for: a browser sends none yet.
    void reply
      .code(204)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '')
      .header('access-control-max-age', maxAge)
      .send()
  })
}

/** Any other OPTIONS is a request like the rest. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers
}

/** The origins by which browsers know a service: this machine has several names. */
function originsOf(origin: string): string[] {
  const url = new URL(origin)
  if (url.hostname !== 'localhost') return [url.origin]
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => url.origin.replace('localhost', host))
}
