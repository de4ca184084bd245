import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { traceHeaders } from './trace.js'
import { traceOf } from './context.js'
import { plainAddress } from './trust-proxy.js'

/** The hop-by-hop headers (RFC 9110, section 7.6.1), and Expect, which this service answers itself. */
const hopByHopHeaders: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The headers that `Connection` cannot remove, because the framing and the target of a message depend on them. */
const essentialHeaders: ReadonlySet<string> = new Set(['content-length', 'host'])

/** The headers in which proxies report a client, its address or the original request, other than those with a prefix. */
const clientHeaders: ReadonlySet<string> = new Set([
  'client-ip',
  'do-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'forwarded',
  'forwarded-for',
  'front-end-https',
  'proxy-client-ip',
  'true-client-ip',
  'wl-proxy-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-host',
  'x-nf-client-connection-ip',
  'x-proxyuser-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-rewrite-url',
  'x-scheme',
  'x-true-client-ip',
  'x-url-scheme',
])

/** The prefixes of further headers of this kind. */
const clientPrefixes = /^(?:cf-|cloudfront-viewer-|x-(?:appengine-|azure-|envoy-|forwarded|original-|real-|vercel-))/

/** The headers of an upstream that its clients do not get: its own CORS policy and its software. */
const upstreamOnly = /^(?:access-control-.+|server|x-powered-by)$/

/** Returns the names of the headers that are not forwarded: hop-by-hop headers and those in Connection. */
function headersEndingHere({ connection }: IncomingHttpHeaders): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return hopByHopHeaders
  // An upstream's answer may have several Connection headers.
  const named = [connection].flat().join(',').toLowerCase().split(',')
  const removable = named.map((name) => name.trim()).filter((name) => !essentialHeaders.has(name))
  return new Set([...hopByHopHeaders, ...removable])
}

/**
 * Returns whether a client that sends this header could pretend to be another one to software behind this service. Some
 * of it reads `_` as `-`.
 */
function describesClient(name: string): boolean {
  const plain = name.includes('_') ? name.replaceAll('_', '-') : name
  return clientHeaders.has(plain) || clientPrefixes.test(plain)
}

/** Returns the address of the client: of the connection, or the one that trusted proxies report. */
export function clientAddress({ ip, ips }: FastifyRequest): string {
  if (ips === undefined) return ip
  // A proxy may report no address, or one with a port.
  for (const reported of ips.toReversed()) {
    const address = plainAddress(reported)
    if (address !== undefined) return address
  }
  return ips[0]!
}

/**
 * Returns the headers for the upstream of a request: those of the client without the hop-by-hop ones, and those of
 * `added`. Headers about the client are dropped unless a trusted proxy sent them.
 */
export function requestHeaders(request: FastifyRequest, added: Readonly<Record<string, string>>): IncomingHttpHeaders {
  const { headers } = request.raw
  const ending = headersEndingHere(headers)
  const isTrusted = request.server.trustsProxy(request.raw.socket?.remoteAddress, 0)
  const kept: IncomingHttpHeaders = {}
  for (const name in headers) {
    if (name === 'host' || ending.has(name) || (!isTrusted && describesClient(name))) continue
    kept[name] = headers[name]
  }
  delete kept['traceparent']
  delete kept['tracestate']
  return Object.assign(kept, forwardedHeaders(request), added)
}

/** Returns the headers of an upstream's answer for the client; those that this service has set already win. */
export function answerHeaders(
  reply: FastifyReply,
  headers: IncomingHttpHeaders,
  rewriteLocation: (location: string) => string,
): IncomingHttpHeaders {
  const answer = reply.getHeaders() as IncomingHttpHeaders
  const ending = headersEndingHere(headers)
  for (const name in headers) {
    if (ending.has(name) || upstreamOnly.test(name)) continue
    const value = headers[name]!
    if (name === 'location') answer[name] = rewriteLocation(String(value))
    else if (name === 'vary' && answer['vary'] !== undefined) answer[name] = `${answer['vary']}, ${String(value)}`
    else answer[name] ??= value
  }
  return answer
}

/** Returns the headers that describe the client to the upstream. */
function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  const { ips, server, raw } = request
  const { via } = raw.headers
  const trace = traceOf(raw)
  return {
    'x-forwarded-for': ips === undefined ? request.ip : ips.toReversed().join(','),
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
    'x-request-id': request.id,
    via: `${via === undefined ? '' : `${via}, `}${raw.httpVersion} ${server.proxyName}`,
    ...traceHeaders(trace),
  }
}
