import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'

/** The hop-by-hop headers (RFC 9110, section 7.6.1), and Expect, which Node answers itself. */
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

/** Returns the names of the headers that are not forwarded: hop-by-hop headers and those in Connection. */
export function headersEndingHere({ connection }: IncomingHttpHeaders): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return hopByHopHeaders
  // An upstream's answer may have several Connection headers.
  const named = [connection].flat().join(',').toLowerCase().split(',')
  return new Set([...hopByHopHeaders, ...named.map((name) => name.trim())])
}

/** Returns the headers that are forwarded. */
export function withoutHopByHop<Headers extends IncomingHttpHeaders>(headers: Headers): Headers {
  const ending = headersEndingHere(headers)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ending.has(name))) as Headers
}

/** Returns the forwarding headers, based on the connection and not on headers of the client. */
export function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    'x-request-id': request.id,
  }
}
