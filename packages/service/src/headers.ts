import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'

/** The headers that end at this hop (RFC 9110, section 7.6.1), and Expect, which Node has answered already. */
const hopByHopHeaders = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** The headers that go on to the next hop: without those that end at this one, or that Connection names. */
export function withoutHopByHop<Headers extends IncomingHttpHeaders>(headers: Headers): Headers {
  const named = (headers.connection ?? '').toLowerCase().split(',')
  const ending = new Set([...hopByHopHeaders, ...named.map((name) => name.trim())])
  const kept = Object.entries(headers).filter(([name]) => !ending.has(name))
  return Object.fromEntries(kept) as Headers
}

/** What an upstream is told of the client: what this service saw, not what the client claims. */
export function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
  }
}
