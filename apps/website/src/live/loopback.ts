import type { Env } from '@driftos/ports'
import type { FastifyRequest } from 'fastify'

/** Returns whether a host is a loopback name or address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|(::ffff:)127(\.\d{1,3}){3})$/i.test(host)
}

/** Returns whether the service listens on loopback only. */
export function isBoundToLoopback(env: Env): boolean {
  return isLoopback(env['HOST']?.trim() || 'localhost')
}

/**
 * Returns whether a request comes from a program on this machine: not forwarded by a proxy, and not from a page of
 * another site whose name resolves to loopback.
 */
export function isFromThisMachine({ ip, hostname, headers }: FastifyRequest): boolean {
  const isPassedOn = Object.keys(headers).some(
    (name) => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded-'),
  )
  return isLoopback(ip) && isLoopback(hostname) && !isPassedOn
}
