import type { Move, RangeDefinition } from './registry.js'
import { history, PORTS, reservedRanges } from './tables.js'
import type { RegisteredPort, ServiceName } from './types.js'

/** Who holds a port, or who formerly did. */
export interface PortRecord<Name extends string = ServiceName> {
  readonly port: number
  /** Held by a service, left by one and held by nobody, or kept free for a service to come. */
  readonly status: 'assigned' | 'retired' | 'reserved'
  /** The holder; for a retired port the last one. */
  readonly service?: Name
  /** Where the holder of a retired port is now. */
  readonly movedTo?: number
}

/**
 * Who holds a port by the registry, or who formerly did and where it went.
 *
 * @returns undefined for a port that the registry does not know
 * @example
 * findService(3003) // { port: 3003, status: 'retired', service: 'gateway', movedTo: 3000 }
 */
export function findService(port: number): PortRecord | undefined {
  return lookUp(port, PORTS, history, reservedRanges)
}

/**
 * `findService` of any registry.
 *
 * @internal
 */
export function lookUp<Name extends string>(
  port: number,
  ports: Readonly<Record<Name, number>>,
  moves: readonly Move[],
  reserved: readonly Pick<RangeDefinition, 'first' | 'last'>[],
): PortRecord<Name> | undefined {
  for (const [service, held] of Object.entries(ports) as [Name, number][]) {
    if (held === port) return { port, status: 'assigned', service }
  }
  const move = moves.findLast((entry) => entry.from === port)
  if (move) {
    const service = move.service as Name
    return { port, status: 'retired', service, movedTo: ports[service] }
  }
  return reserved.some((range) => port >= range.first && port <= range.last) && Number.isInteger(port)
    ? { port, status: 'reserved' }
    : undefined
}

/** Whether a number is some service's registered port. */
export function isRegisteredPort(port: number): port is RegisteredPort {
  return Object.values<number>(PORTS).includes(port)
}
