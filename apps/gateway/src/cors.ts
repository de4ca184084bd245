import cors, { type FastifyCorsOptions } from '@fastify/cors'
import { getOrigin, type Env } from '@driftos/ports'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** How long a browser may keep what it was told, in seconds. */
const maxAge = 600

/** Lets the pages of the website and the demo, wherever the registry has them, read the answers. */
export async function allowPages(app: FastifyInstance, env: Env): Promise<void> {
  const options: FastifyCorsOptions = {
    origin: (['website', 'demo'] as const).flatMap((service) => originsOf(getOrigin(service, env))),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
    maxAge,
  }
  const withoutPreflight = { ...options, preflight: false }
  await app.register(cors, {
    delegator: (request, callback) => callback(null, isPreflight(request) ? options : withoutPreflight),
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
