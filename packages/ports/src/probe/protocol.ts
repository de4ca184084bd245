import type { ServiceTable } from '../define.js'

/** The state of a service's port. */
export type ProbeState = 'up' | 'down' | 'stranger' | 'elsewhere' | 'unknown'

/** The result of one check of one address. */
export interface Answer {
  readonly state: ProbeState
  readonly latencyMs?: number
  readonly reason?: string
  /** The checkout that the service reports, where it does. */
  readonly instance?: string
}

/** One address of a service, and how to check it. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly service: string
  /** The services of the registry. */
  readonly services: ServiceTable
  /** The origin, for its path and its name. */
  readonly origin: URL
  /** Whether the connection starts with a TLS handshake. */
  readonly isSecure: boolean
}

/** Checks one address. It never rejects. */
export type Protocol = (target: Target) => Promise<Answer>

export const nothingListens = 'nothing listens'
export const closedEarly = 'it closed the connection without an answer'

/** Returns the answer for a server that did not answer in time. */
export function timedOut({ timeoutMs }: Target): Answer {
  return { state: 'down', reason: `no answer within ${timeoutMs} ms` }
}

/** Returns the answer for a server of another protocol. */
export function strangerTo(protocol: string): Answer {
  return { state: 'stranger', reason: `another process answers, but not as ${protocol}` }
}

/** Returns the answer for a failed connection. */
export function failed(error: NodeJS.ErrnoException): Answer {
  return { state: 'down', reason: reasonOf(error) }
}

/** Returns a clock that gives the milliseconds since its start, to a tenth. */
export function startClock(): () => number {
  const startedAt = performance.now()
  return () => Math.round((performance.now() - startedAt) * 10) / 10
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED' || isIpv6Off(error)) return nothingListens
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return closedEarly
  return error.code ?? error.message
}

/** Whether a connection to IPv6's loopback failed because the system has no IPv6. */
function isIpv6Off({ code = '', address }: NodeJS.ErrnoException & { readonly address?: string }): boolean {
  return address === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH'].includes(code)
}
