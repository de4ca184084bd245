import type { RetiredService } from './registry.js'
import { history, PORTS, reservedRanges, retired } from './tables.js'
import type { KnownName, RegisteredPort, ServiceName } from './types.js'

/** Who holds a port, or who formerly did. */
export interface PortRecord {
  readonly port: number
  /** Held by a service, left by one and held by nobody, or kept free for a service to come. */
  readonly status: 'assigned' | 'retired' | 'reserved'
  /** The holder; for a retired port the last one. */
  readonly service?: KnownName
  /** Where the holder of a retired port is now, unless it is retired too. */
  readonly movedTo?: number
}

/**
 * Who holds a port by the registry, or who formerly did and where it went.
 *
 * @returns undefined for a port that the registry does not know
 * @example
 * findService(PORTS.core) // { port: PORTS.core, status: 'assigned', service: 'core' }
 */
export function findService(port: number): PortRecord | undefined {
  for (const [service, held] of Object.entries(PORTS) as [ServiceName, number][]) {
    if (held === port) return { port, status: 'assigned', service }
  }
  for (const [service, { port: held }] of Object.entries<RetiredService>(retired)) {
    if (held === port) return { port, status: 'retired', service: service as KnownName }
  }
  const move = history.findLast((entry) => entry.from === port)
  if (move) {
    const service = move.service as ServiceName
    const movedTo: number | undefined = PORTS[service]
    return movedTo ? { port, status: 'retired', service, movedTo } : { port, status: 'retired', service }
  }
  return reservedRanges.some((range) => port >= range.first && port <= range.last) && Number.isInteger(port)
    ? { port, status: 'reserved' }
    : undefined
}

/** Whether a number is some service's registered port. */
export function isRegisteredPort(port: number): port is RegisteredPort {
  return Object.values<number>(PORTS).includes(port)
}
