import type { ServiceName } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'
import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { WebSocket } from 'ws'
import { forwardedHeaders, withoutHopByHop } from './headers.js'
import { sendFailure } from './upstream-failure.js'
import type { Upstream } from './upstream.js'

type ServerOptions = NonNullable<FastifyHttpProxyOptions['wsServerOptions']>

/** Adds the route constraint `websocket`, which separates websockets from plain requests to the same path. */
export function trackWebsockets(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: 'websocket',
    storage: () => {
      const handlers = new Map()
      return { get: (key) => handlers.get(key) ?? null, set: (key, handler) => void handlers.set(key, handler) }
    },
    deriveConstraint: ({ headers }) =>
      headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '') ? true : undefined,
  })
}

/** Forwards websockets below a path to an upstream. */
export function serveWebsockets(app: FastifyInstance, prefix: string, upstreamPath: string, upstream: Upstream): void {
  const { service, url, timeoutMs } = upstream
  app.register(async (scope) => {
    scope.addHook('preHandler', async (_request, reply) => {
      if (await isListening(url, timeoutMs)) return undefined
      sendFailure(reply, service, 'unreachable', timeoutMs)
      return reply
    })
    // For every method of plain requests; the plugin itself refuses an upgrade other than by GET.
    await scope.register(httpProxy, {
      upstream: url.href,
      prefix,
      rewritePrefix: upstreamPath,
      constraints: { websocket: true },
      ...optionsOf(upstream),
    })
  })
}

function optionsOf({ service, headers, timeoutMs }: Upstream) {
  return {
    websocket: true,
    // The plugin's type expects the whole module instead of the class.
    wsServerOptions: { WebSocket: clientSocket(service) } as unknown as ServerOptions,
    wsClientOptions: {
      handshakeTimeout: timeoutMs,
      rewriteRequestHeaders: (_headers: unknown, request: FastifyRequest) => ({
        ...withoutHandshake(withoutHopByHop(request.headers)),
        ...forwardedHeaders(request),
        ...headers,
      }),
    },
  } as const
}

/**
 * Returns whether an upstream accepts connections. This is checked before the upgrade, because afterwards no status
 * can be sent.
 */
async function isListening({ hostname, port, protocol }: URL, timeoutMs: number): Promise<boolean> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return isPortOpen(Number(port) || (protocol === 'https:' ? 443 : 80), { host, timeoutMs })
}

/**
 * Returns the class for the client's side of a websocket. The proxy would close it with the text of the upstream's
 * error, which contains an address and throws beyond 123 bytes.
 */
function clientSocket(service: ServiceName) {
  return class ClientSocket extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      // A reason from the upstream itself is in bytes.
      super.close(code, typeof reason === 'string' ? `the connection to ${service} failed` : reason)
    }
  }
}

/** Returns the headers without those of the client's handshake: the upstream gets a new one. */
function withoutHandshake(headers: FastifyRequest['headers']) {
  const kept = Object.entries(headers).filter(([name]) => name !== 'host' && !name.startsWith('sec-websocket-'))
  return Object.fromEntries(kept) as Record<string, string>
}
