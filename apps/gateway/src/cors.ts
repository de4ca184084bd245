import { getOrigin, type Env } from '@driftos/ports'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const readable = 'x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset'
/** How long a browser may cache a preflight's answer, in seconds. */
const maxAge = '600'

/**
 * Lets the pages of the website and the demo read the answers, at the origins that the registry resolves. @fastify/cors
 * treats every OPTIONS request as a preflight, unless it computes its options for each request, which costs more than
 * the keys and the rate limit together.
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
    // Answered before the key is checked: browsers send no key in a preflight.
    void reply
      .code(204)
      .header('access-control-allow-methods', methods)
      .header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '')
      .header('access-control-max-age', maxAge)
      .send()
  })
}

/** Returns whether a request is a preflight; other OPTIONS requests are forwarded. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers
}

/** Returns the origins that browsers use for a service, one for each name of the loopback host. */
function originsOf(origin: string): string[] {
  const url = new URL(origin)
  if (url.hostname !== 'localhost') return [url.origin]
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => url.origin.replace('localhost', host))
}
