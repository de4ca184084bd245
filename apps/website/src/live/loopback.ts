import type { Env } from '@driftos/ports'
import { isLoopback } from '@driftos/ports/probe'
import type { FastifyRequest } from 'fastify'

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
