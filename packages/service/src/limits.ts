import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** The largest request that the app accepts; lower in an app that forwards requests. */
    readonly limits: Limits
  }
}

/** The largest head of a request. */
export interface Limits {
  /** Of the request target, in bytes. */
  url: number
  /** Of all headers together, in bytes as they are sent: with `: ` and the line break of each. */
  headers: number
  /** How many header lines. */
  headerCount: number
}

const kib = 1024

/** The limits of a service that forwards nothing. */
const innermost: Limits = { url: 18 * kib, headers: 18 * kib, headerCount: 1040 }

/**
 * What one service may add to a request that it forwards. The headers that it adds take about 700 bytes with the longest
 * host name; the headers of `UpstreamOptions` are counted in addition.
 */
const addedByHop: Limits = { url: kib, headers: 2 * kib, headerCount: 40 }

/** The limit of Node's parser: the URL and the headers together, so that each gets a separate error. */
export const longestHead = innermost.url + innermost.headers + 4 * kib

/** The largest headers of an answer that a service accepts from one that forwards nothing, in bytes: Node's default. */
const innermostAnswer = 16 * kib

/** How many services in a row may forward a request: two, such as the demo and the gateway. */
const mostHops = 3

/** How long a request may take to arrive, in milliseconds, at a service that forwards nothing. */
const innermostRequestMs = 66_000

/** How much earlier the service before it gives up: longer than Node's interval between two checks. */
const requestMsOfHop = 3000

/** How often Node looks for requests that take too long, in milliseconds. */
export const timeoutCheckMs = 2000

/** Decorates an app with the limits of a service that forwards nothing. */
export function registerLimits(app: FastifyInstance): void {
  app.decorate('limits', { ...innermost })
  app.server.requestTimeout = innermostRequestMs
  // Node drops further headers without an error.
  app.server.maxHeadersCount = innermost.headerCount + 1
}

/**
 * Lowers the limits of an app that forwards requests, so that it refuses what a service after it would refuse.
 *
 * @param hops - how many services a forwarded request passes, the last one included
 * @param added - the headers that the app adds
 * @param longerPath - by how many bytes the longest path at the upstream exceeds the app's
 */
export function lowerLimits(
  app: FastifyInstance,
  hops: number,
  added: Readonly<Record<string, string>>,
  longerPath: number,
): void {
  if (hops > mostHops) throw new RangeError(`a request passes ${hops} services: expected at most ${mostHops}`)
  const { limits, server } = app
  const lines = Object.entries(added)
  const ownBytes = lines.reduce((sum, [name, value]) => sum + lengthOfHeader(name, value), 0)
  limits.url = Math.min(limits.url, innermost.url - hops * addedByHop.url - Math.max(0, longerPath))
  limits.headers = Math.min(limits.headers, innermost.headers - hops * addedByHop.headers - ownBytes)
  limits.headerCount = Math.min(
    limits.headerCount,
    innermost.headerCount - hops * addedByHop.headerCount - lines.length,
  )
  server.requestTimeout = Math.min(server.requestTimeout, innermostRequestMs - hops * requestMsOfHop)
}

/** Returns the largest headers of an answer that an app accepts, in bytes: what the services in between add is allowed. */
export function longestAnswerHead(hops: number): number {
  return innermostAnswer + hops * addedByHop.headers
}

/** Returns the length of a header line, in bytes. */
export function lengthOfHeader(name: string, value: string): number {
  return name.length + value.length + 4
}
