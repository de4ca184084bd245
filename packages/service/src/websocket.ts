import type { ServiceName } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'
import type { FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyRequest } from 'fastify'
import { WebSocket } from 'ws'
import { forwardedHeaders, withoutHopByHop } from './headers.js'

type ServerOptions = NonNullable<FastifyHttpProxyOptions['wsServerOptions']>

/** The proxy's options by which websockets pass through. */
export function websocketOptions(service: ServiceName, headers: Readonly<Record<string, string>>, timeoutMs: number) {
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
export async function isWebsocketToNobody({ hostname, port, protocol }: URL, timeoutMs: number): Promise<boolean> {
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
