import type { Env } from '@driftos/ports'
import type { FastifyRequest } from 'fastify'

/** Whether a host is this machine to itself alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|(::ffff:)127(\.\d{1,3}){3})$/i.test(host)
}

/** Whether the service listens where this machine alone reaches it. */
export function isBoundToLoopback(env: Env): boolean {
  return isLoopback(env['HOST']?.trim() || 'localhost')
}

/**
 * Whether a request comes from a program on this machine and is meant for it: not passed on by a proxy for somebody
 * else, and not from a page of another site whose name leads here.
 */
export function isFromThisMachine({ ip, hostname, headers }: FastifyRequest): boolean {
  const isPassedOn = Object.keys(headers).some(
    (name) => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded-'),
  )
  return isLoopback(ip) && isLoopback(hostname) && !isPassedOn
}
