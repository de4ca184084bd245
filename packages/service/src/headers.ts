import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'

/** The headers that end at this hop (RFC 9110, section 7.6.1), and Expect, which Node has answered already. */
const hopByHopHeaders: ReadonlySet<string> = new Set([
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
])

/** The names of the headers that end at this hop: those of that kind, and those that Connection names. */
export function headersEndingHere({ connection }: IncomingHttpHeaders): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return hopByHopHeaders
  // An upstream's answer may have several.
  const named = [connection].flat().join(',').toLowerCase().split(',')
  return new Set([...hopByHopHeaders, ...named.map((name) => name.trim())])
}

/** The headers that go on to the next hop. */
export function withoutHopByHop<Headers extends IncomingHttpHeaders>(headers: Headers): Headers {
  const ending = headersEndingHere(headers)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ending.has(name))) as Headers
}

/** What an upstream is told of the client: what this service saw, not what the client claims. */
export function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    'x-request-id': request.id,
  }
}
