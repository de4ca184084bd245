import { deepFreeze } from './deep-freeze.js'
import * as registry from './registry.js'
import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import type { Ports, Ranges, Retired, ServiceName, Services } from './types.js'
// oxlint-disable-next-line no-restricted-imports -- only the build evaluates this file, which stays behind tables.js
import { findDatabase } from './database.js'
// oxlint-disable-next-line no-restricted-imports -- only the build evaluates this file, which stays behind tables.js
import { retirementMessage } from './retirement-message.js'

// The build replaces every export of this file by its value, so that a bundle carries only the
// columns that it uses: see tsup.config.ts.

/**
 * The fields of a service from which its port is resolved.
 *
 * @internal
 */
export interface Registered {
  readonly port: number
  readonly variable: string
  /** Whether `DRIFTOS_PORT_OFFSET` leaves the default as it is. */
  readonly pinned?: unknown
}

/**
 * A table by service names that accepts any name.
 *
 * @internal
 */
export type ByName<Value> = Readonly<Record<string, Value>>

type ByService<Value> = { readonly [Name in ServiceName]: Value }

/** The default port of every service. Reads no environment. */
export const PORTS = Object.freeze(mapServices(({ port }) => port)) as Ports

/**
 * The columns from which each service's port is resolved.
 *
 * @internal
 */
export const registered: ByService<Registered> = mapServices(({ port, variable, pinned }) => ({
  port,
  variable,
  ...(pinned && { pinned: true }),
}))

/** The scheme of each service's origin. */
export const schemes: ByService<ServiceDefinition['scheme']> = mapServices(({ scheme }) => scheme)

/**
 * The service that `DATABASE_URL` configures: the first one whose scheme is `postgresql`.
 *
 * @internal
 */
export const databaseService = findDatabase(registry.services) ?? null

/** Every field of each service. */
export const services = deepFreeze<Services>(registry.services)

/** The ranges of ports; each key is a name. */
export const ranges = deepFreeze<Ranges>(registry.ranges)

/** Every move of a service to another port, oldest first. */
export const history: readonly Move[] = deepFreeze(registry.history)

/** The retired services; each key is a name. */
export const retired = deepFreeze<Retired>(registry.retired)

const retiredServices = Object.entries<RetiredService>(registry.retired)

/**
 * The error message of each retired service; null, and absent from a bundle, when there is none.
 *
 * @internal
 */
export const retirementMessages =
  retiredServices.length > 0
    ? retiredServices.map(([name, service]) => [name, retirementMessage(service)] as const)
    : null

/** The ranges that keep numbers free. */
export const reservedRanges = Object.values<RangeDefinition>(registry.ranges).flatMap((range) => range.reserved ?? [])

function mapServices<Value>(read: (service: ServiceDefinition) => Value): ByService<Value> {
  const entries: [string, ServiceDefinition][] = Object.entries(registry.services)
  return Object.fromEntries(entries.map(([name, service]) => [name, read(service)])) as ByService<Value>
}
