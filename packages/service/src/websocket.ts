import type { ServiceName } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'
import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { WebSocket } from 'ws'
import { forwardedHeaders, withoutHopByHop } from './headers.js'
import { sendFailure } from './upstream-failure.js'
import type { Upstream } from './upstream.js'

type ServerOptions = NonNullable<FastifyHttpProxyOptions['wsServerOptions']>

/** Lets routes be for websockets alone, apart from plain requests to the same path. */
export function tellWebsockets(app: FastifyInstance): void {
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

/** Passes websockets below a path on to an upstream. */
export function serveWebsockets(app: FastifyInstance, prefix: string, upstreamPath: string, upstream: Upstream): void {
  const { service, url, timeoutMs } = upstream
  app.register(async (scope) => {
    scope.addHook('preHandler', async (_request, reply) => {
      if (!(await isWebsocketToNobody(url, timeoutMs))) return undefined
      sendFailure(reply, service, 'unreachable', timeoutMs)
      return reply
    })
    // With every method that plain requests have: the plugin refuses an upgrade by any but GET.
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
    // The plugin's type asks for the whole module in place of the class.
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
 * Whether a websocket is to be refused since nothing listens at its upstream: once the upgrade is
 * accepted, no status can tell the client so.
 */
async function isWebsocketToNobody({ hostname, port, protocol }: URL, timeoutMs: number): Promise<boolean> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return !(await isPortOpen(Number(port) || (protocol === 'https:' ? 443 : 80), { host, timeoutMs }))
}

/**
 * A client's side of a websocket. The proxy closes it with the text of the error that ended the
 * upstream's side, which holds an address and, past 123 bytes, throws.
 */
function clientSocket(service: ServiceName) {
  return class ClientSocket extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      // What an upstream itself gave as its reason comes in bytes.
      super.close(code, typeof reason === 'string' ? `the connection to ${service} failed` : reason)
    }
  }
}

/** The headers without those of the client's own handshake: the one with the upstream has its own. */
function withoutHandshake(headers: FastifyRequest['headers']) {
  const kept = Object.entries(headers).filter(([name]) => name !== 'host' && !name.startsWith('sec-websocket-'))
  return Object.fromEntries(kept) as Record<string, string>
}
