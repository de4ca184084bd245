import { deepFreeze } from './deep-freeze.js'
import { epitaphOf } from './epitaph.js'
import * as registry from './registry.js'
import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import type { Ports, Ranges, Retired, ServiceName, Services } from './types.js'

// The build replaces every export of this file by its value, so that a bundle carries only the
// columns that it uses: see tsup.config.ts.

type ByService<Value> = { readonly [Name in ServiceName]: Value }

/** The default port of every service. Reads no environment. */
export const PORTS = Object.freeze(mapServices(({ port }) => port)) as Ports

/** What each service's port follows from. */
export const registered: ByService<Pick<ServiceDefinition, 'port' | 'variable'>> = mapServices(
  ({ port, variable }) => ({ port, variable }),
)

/** The scheme of each service's origin. */
export const schemes: ByService<ServiceDefinition['scheme']> = mapServices(({ scheme }) => scheme)

/** All that the registry knows of each service. */
export const services = deepFreeze<Services>(registry.services)

/** The ranges of ports, by name. */
export const ranges = deepFreeze<Ranges>(registry.ranges)

/** Every move of a service to another port, oldest first. */
export const history: readonly Move[] = deepFreeze(registry.history)

/** The services that are gone, by name. */
export const retired = deepFreeze<Retired>(registry.retired)

const tombstones = Object.entries<RetiredService>(registry.retired)

/**
 * What to say to whoever asks for a service that is gone, by its name; null, and nothing in a bundle,
 * while none is.
 *
 * @internal
 */
export const epitaphs =
  tombstones.length > 0 ? tombstones.map(([name, service]) => [name, epitaphOf(service)] as const) : null

/** The ranges that keep numbers free. */
export const reservedRanges = Object.values<RangeDefinition>(registry.ranges).flatMap((range) => range.reserved ?? [])

function mapServices<Value>(read: (service: ServiceDefinition) => Value): ByService<Value> {
  const entries: [string, ServiceDefinition][] = Object.entries(registry.services)
  return Object.fromEntries(entries.map(([name, service]) => [name, read(service)])) as ByService<Value>
}
