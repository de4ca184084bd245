import { getOrigin, type Env, type ServiceName } from '@driftos/ports'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Pool } from 'undici'
import { createBreaker } from './breaker.js'
import { destinationOf, locationOf } from './destination.js'
import { exchange } from './exchange.js'
import { parseSettings } from './settings.js'
import { faultOf, sendFailure } from './upstream-failure.js'
import { registerUpstreamMetrics, type FaultCounter } from './upstream-metrics.js'
import { serveWebsockets, tellWebsockets } from './websocket.js'

const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** What an app serves by another service. */
export interface UpstreamOptions {
  /** Each path that it serves, and the path that takes its place at the upstream. */
  readonly paths: Readonly<Record<string, string>>
  /** Headers that the upstream gets besides the client's. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A service behind this one: what all of its paths share. */
export interface Upstream {
  readonly service: ServiceName
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly pool: Pool
  readonly breaker: ReturnType<typeof createBreaker>
}

/**
 * Serves paths by other services, found through the registry. Bodies and answers stream in both
 * directions, websockets too, and a client that goes away takes its upstream request with it. An
 * upstream that is down answers 502, one that is slow 504, one that was so too often 503, in JSON that
 * names the service and the variable that moves it, never its address.
 */
export function registerUpstreams(
  app: FastifyInstance,
  env: Env,
  options: Readonly<Partial<Record<ServiceName, UpstreamOptions>>>,
): void {
  const served = (Object.keys(options) as ServiceName[]).map((service) => {
    const { paths, headers = {} } = options[service]!
    return { paths, upstream: connect(service, headers, env) }
  })
  const count = registerUpstreamMetrics(
    app.metrics,
    served.map(({ upstream }) => upstream),
  )
  tellWebsockets(app)
  for (const { paths, upstream } of served) {
    for (const [prefix, path] of Object.entries(paths)) servePath(app, prefix, path, upstream, count)
  }
  app.addHook('onClose', async () => {
    await Promise.all(
      served.map(async ({ upstream }) => {
        upstream.breaker.shutdown()
        await upstream.pool.destroy()
      }),
    )
  })
}

function connect(service: ServiceName, headers: Upstream['headers'], env: Env): Upstream {
  const { upstreamTimeoutMs: timeoutMs } = parseSettings(env)
  const url = new URL(getOrigin(service, env))
  // Pipelining is off, the default: with it, bursts of disconnecting clients hang a proxy.
  const pool = new Pool(url.origin, { connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: 0 })
  const breaker = createBreaker(service, env, (error) => faultOf(error) !== undefined)
  return { service, url, headers, timeoutMs, pool, breaker }
}

function servePath(app: FastifyInstance, prefix: string, path: string, upstream: Upstream, count: FaultCounter): void {
  const { service, url, headers, timeoutMs, pool, breaker } = upstream
  const upstreamPath = url.pathname.replace(/\/$/, '') + path
  const common = {
    dispatcher: pool,
    origin: url.origin,
    headers,
    rewriteLocation: (location: string) => locationOf(location, prefix, upstreamPath),
  }
  const forward = (request: FastifyRequest, reply: FastifyReply): void => {
    const destination = destinationOf(request.url.split('?', 1)[0]!, prefix, upstreamPath)
    const onBreak = (error: Error) => {
      count(service, 'broken')
      request.log.warn({ err: error }, `${service} ended its answer in the midst of it`)
    }
    breaker
      .fire(() => exchange(request, reply, { ...common, path: destination, onBreak }))
      .catch((error: Error) => {
        const fault = faultOf(error)
        if (fault === undefined) {
          void reply.send(error)
          return
        }
        count(service, fault)
        if (fault !== 'open') request.log.warn({ err: error }, `${service} gave no answer`)
        sendFailure(reply, service, fault, timeoutMs)
      })
  }

  app.register(async (scope) => {
    // A body goes on as it comes.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const route of [prefix, `${prefix}/*`]) scope.route({ url: route, method: methods, handler: forward })
  })
  serveWebsockets(app, prefix, upstreamPath, upstream)
}
