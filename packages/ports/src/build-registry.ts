import { deepFreeze } from './deep-freeze.js'
import { findDatabase } from './database.js'
import { invalid, processEnv, readListenPort, readPort, textOf, unregisteredMessage, type Env } from './env.js'
import { lookUp, type PortRecord } from './lookup.js'
import { readDatabaseUrl, readHost, readOrigin } from './origin.js'
import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import { readPorts } from './resolve.js'
import { retirementMessage } from './retirement-message.js'

/** Services; each key is a name, and a group is the name of a range. */
export type ServiceTable = Readonly<Record<string, ServiceDefinition>>

/** Ranges; each key is a name. */
export type RangeTable = Readonly<Record<string, RangeDefinition>>

/** The input of `defineRegistry`. */
export interface RegistryDefinition {
  readonly services: ServiceTable
  readonly ranges: RangeTable
  /** Every move of a service to another port, oldest first. */
  readonly history: readonly Move[]
  /** The retired services; each key is a name. */
  readonly retired?: Readonly<Record<string, RetiredService>>
}

type NameOf<Services extends ServiceTable> = keyof Services & string
type PortOf<Services extends ServiceTable> = Services[NameOf<Services>]['port']
type GetDatabaseUrl = (env?: Env) => string
/** `undefined` without a database; both where the names of the services are unknown. */
type DatabaseUrlOf<Services extends ServiceTable> = string extends keyof Services
  ? GetDatabaseUrl | undefined
  : Extract<Services[NameOf<Services>], { scheme: 'postgresql' }> extends never
    ? undefined
    : GetDatabaseUrl

/** A registry with the constants and getters that `@driftos/ports` has for DriftOS. */
export interface PortRegistry<Services extends ServiceTable = ServiceTable, Ranges extends RangeTable = RangeTable> {
  readonly PORTS: { readonly [Name in NameOf<Services>]: Services[Name]['port'] }
  readonly services: { readonly [Name in NameOf<Services>]: ServiceDefinition & Services[Name] }
  readonly ranges: { readonly [Name in keyof Ranges & string]: RangeDefinition & Ranges[Name] }
  readonly history: readonly Move[]
  /** The retired services; each key is a name. */
  readonly retired: Readonly<Record<string, RetiredService>>
  getPort(this: void, service: NameOf<Services>, env?: Env): number
  getListenPort(this: void, service: NameOf<Services>, env?: Env): number
  getHost(this: void, service: NameOf<Services>, env?: Env): string
  getOrigin(this: void, service: NameOf<Services>, env?: Env): string
  /** The connection string of the first service whose scheme is `postgresql`; undefined where there is none. */
  readonly getDatabaseUrl: DatabaseUrlOf<Services>
  resolvePorts(this: void, env?: Env): Record<NameOf<Services>, number>
  findService(this: void, port: number): PortRecord<NameOf<Services>> | undefined
  isRegisteredPort(this: void, port: number): port is PortOf<Services>
}

/** Creates a registry from tables in which `findRegistryProblems` finds no problem, and freezes them. */
export function buildRegistry({ services, ranges, history, retired = {} }: RegistryDefinition): PortRegistry {
  const PORTS = Object.fromEntries(Object.entries(services).map(([name, { port }]) => [name, port]))
  const reserved = Object.values(ranges).flatMap((range) => range.reserved ?? [])
  const of = (service: string): ServiceDefinition => {
    const name = textOf(service)
    if (Object.hasOwn(services, name)) return services[name]!
    const fix = Object.hasOwn(retired, name) ? retirementMessage(retired[name]!) : unregisteredMessage
    throw invalid('INVALID_PORT', name, 'service', name, fix)
  }
  const database = findDatabase(services)
  return deepFreeze<PortRegistry>({
    PORTS,
    services,
    ranges,
    history,
    retired,
    getPort: (service, env = processEnv()) => readPort(service, of(service), env),
    getListenPort: (service, env = processEnv()) => readListenPort(service, of(service), env),
    getHost: (service, env = processEnv()) => readHost(service, of(service), env),
    getOrigin: (service, env = processEnv()) => readOrigin(service, of(service), of(service).scheme, env, database),
    getDatabaseUrl:
      database === undefined ? undefined : (env = processEnv()) => readDatabaseUrl(database, of(database), env),
    resolvePorts: (env = processEnv()) => readPorts(services, env, database),
    findService: (port) => lookUp(port, PORTS, history, reserved, retired),
    isRegisteredPort: (port): port is number => Object.values(PORTS).includes(port),
  })
}
