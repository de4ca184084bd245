import { getOrigin, type Env, type ServiceName } from '@driftos/ports'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Pool } from 'undici'
import { largestBody } from './body-limit.js'
import { createBreaker } from './breaker.js'
import { destinationOf, locationOf } from './destination.js'
import { exchange } from './exchange.js'
import { longestAnswerHead, lowerLimits } from './limits.js'
import { createRetry } from './retry.js'
import { parseSettings } from './settings.js'
import { waitMs } from './time-limits.js'
import { faultOf, sendFailure } from './upstream-failure.js'
import { openTunnel } from './tunnel.js'
import { registerUpstreamMetrics, type FaultCounter } from './upstream-metrics.js'
import { handshakeOf } from './upgrade.js'

const safeMethods = new Set(['GET', 'HEAD'])
const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** The paths that an app forwards to another service. */
export interface UpstreamOptions {
  /** Maps each path of the app to a path of the upstream. */
  readonly paths: Readonly<Record<string, string>>
  /** Headers that are added to the client's. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * How many services a request passes from here on, the last one included: 1, the default, if the upstream forwards nothing.
   */
  readonly hops?: number
}

/** An upstream and what its paths share. */
interface Upstream {
  readonly service: ServiceName
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly pool: Pool
  readonly breaker: ReturnType<typeof createBreaker>
  /** Repeats an attempt that may be repeated. */
  readonly retry: ReturnType<typeof createRetry>
}

/**
 * Forwards paths to other services of the registry. Bodies, answers and websockets stream in both directions, and a
 * client that disconnects aborts its upstream request. Answers 502 when an upstream is down, 504 when it is slow, and
 * 503 while its circuit is open, in JSON with the service and its variable, never its address.
 */
export function registerUpstreams(
  app: FastifyInstance,
  env: Env,
  options: Readonly<Partial<Record<ServiceName, UpstreamOptions>>>,
): void {
  const served = (Object.keys(options) as ServiceName[]).map((service) => {
    const { paths, headers = {}, hops = 1 } = options[service]!
    const upstream = connect(service, headers, hops, env)
    const longerPaths = Object.entries(paths).map(([prefix, path]) => pathAt(upstream, path).length - prefix.length)
    lowerLimits(app, hops, headers, Math.max(...longerPaths))
    return { paths, upstream }
  })
  const count = registerUpstreamMetrics(
    app.metrics,
    served.map(({ upstream }) => upstream),
  )
  app.websockets.areAccepted = true
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

function connect(service: ServiceName, headers: Upstream['headers'], hops: number, env: Env): Upstream {
  const timeoutMs = waitMs(parseSettings(env), hops)
  const url = new URL(getOrigin(service, env))
  // Pipelining is off, the default: with it, bursts of disconnecting clients hang a proxy.
  const pool = new Pool(url.origin, {
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: 0,
    maxHeaderSize: longestAnswerHead(hops),
  })
  const breaker = createBreaker(service, env, (error) => faultOf(error) !== undefined)
  return { service, url, headers, timeoutMs, pool, breaker, retry: createRetry() }
}

/** Returns a path at the upstream, whose URL may have a path too. */
function pathAt({ url }: Upstream, path: string): string {
  return url.pathname.replace(/\/$/, '') + path
}

function servePath(app: FastifyInstance, prefix: string, path: string, upstream: Upstream, count: FaultCounter): void {
  const { service, url, headers, timeoutMs, pool, breaker, retry } = upstream
  const upstreamPath = pathAt(upstream, path)
  const target = {
    dispatcher: pool,
    origin: url.origin,
    headers,
    timeoutMs,
    rewriteLocation: (location: string) => locationOf(location, prefix, upstreamPath),
    onBreak: (request: FastifyRequest, error: Error) => {
      count(service, 'broken')
      request.log.warn({ err: error }, `${service} broke off its answer`)
    },
  }
  const forward = (request: FastifyRequest, reply: FastifyReply): void => {
    const destination = destinationOf(request.url, prefix, upstreamPath)
    if (request.headers.via?.includes(app.proxyName)) {
      sendFailure(reply, service, 'loop', timeoutMs)
      return
    }
    const handshake = handshakeOf(request.raw)
    const isSafe = handshake === undefined && safeMethods.has(request.method)
    const attempt = () =>
      handshake === undefined
        ? exchange(request, reply, target, destination)
        : openTunnel(request, reply, target, destination, handshake)
    breaker
      .fire(() => retry(attempt, isSafe, () => reply.raw.destroyed || app.isStopping))
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
    // Bodies are streamed, not parsed.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const route of [prefix, `${prefix}/*`])
      scope.route({ url: route, method: methods, bodyLimit: largestBody, handler: forward })
  })
}
