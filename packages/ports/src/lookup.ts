import type { Move, RangeDefinition, RetiredService } from './registry.js'
import { history, PORTS, reservedRanges, retired } from './tables.js'
import type { KnownName, RegisteredPort } from './types.js'

/** The current or past owner of a port. */
export interface PortRecord<Name extends string = KnownName> {
  readonly port: number
  /** The port of a service, the past port of one, or reserved for a future service. */
  readonly status: 'assigned' | 'retired' | 'reserved'
  /** The owner; for a retired port the last one. */
  readonly service?: Name
  /** The present port of the owner of a retired port, unless the owner is retired too. */
  readonly movedTo?: number
}

/**
 * Returns the current or past owner of a port, and the present port of a past owner.
 *
 * @returns undefined for a port that is not in the registry
 * @example
 * findService(PORTS.core) // { port: PORTS.core, status: 'assigned', service: 'core' }
 */
export function findService(port: number): PortRecord | undefined {
  return lookUp<KnownName>(port, PORTS, history, reservedRanges, retired)
}

/**
 * `findService` of any registry.
 *
 * @internal
 */
export function lookUp<Name extends string>(
  port: number,
  ports: Readonly<Partial<Record<Name, number>>>,
  moves: readonly Move[],
  reserved: readonly Pick<RangeDefinition, 'first' | 'last'>[],
  gone: Readonly<Record<string, RetiredService>>,
): PortRecord<Name> | undefined {
  for (const [service, held] of Object.entries(ports) as [Name, number][]) {
    if (held === port) return { port, status: 'assigned', service }
  }
  for (const [service, { port: held }] of Object.entries(gone)) {
    if (held === port) return { port, status: 'retired', service: service as Name }
  }
  const move = moves.findLast((entry) => entry.from === port)
  if (move) {
    const service = move.service as Name
    const movedTo: number | undefined = ports[service]
    return movedTo ? { port, status: 'retired', service, movedTo } : { port, status: 'retired', service }
  }
  return reserved.some((range) => port >= range.first && port <= range.last) && Number.isInteger(port)
    ? { port, status: 'reserved' }
    : undefined
}

/** Whether a number is some service's registered port. */
export function isRegisteredPort(port: number): port is RegisteredPort {
  return Object.values<number>(PORTS).includes(port)
}
