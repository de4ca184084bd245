import { deepFreeze } from './deep-freeze.js'
import { findDatabase } from './database.js'
import { invalid, processEnv, readListenPort, readPort, textOf, unregisteredMessage, type Env } from './env.js'
import { retirementMessage } from './retirement-message.js'
import { findFieldProblems, type Problem } from './fields.js'
import { findContradictions } from './invariants.js'
import { lookUp, type PortRecord } from './lookup.js'
import { readDatabaseUrl, readHost, readOrigin } from './origin.js'
import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import { readPorts } from './resolve.js'

export type { Problem as RegistryProblem }
export type { Env, Move, PortRecord, RangeDefinition, RetiredService, ServiceDefinition }

/** Services by name; a group is any range's name. */
export type ServiceTable = Readonly<Record<string, ServiceDefinition>>

/** Ranges by name. */
export type RangeTable = Readonly<Record<string, RangeDefinition>>

/** A registry as it is written down. */
export interface RegistryDefinition {
  readonly services: ServiceTable
  readonly ranges: RangeTable
  /** Every move of a service to another port, oldest first. */
  readonly history: readonly Move[]
  /** The removed services, by name. */
  readonly retired?: Readonly<Record<string, RetiredService>>
}

type NameOf<Services extends ServiceTable> = keyof Services & string
type PortOf<Services extends ServiceTable> = Services[NameOf<Services>]['port']
type GetDatabaseUrl = (env?: Env) => string
/** Whether a registry has a database is known where its names are. */
type DatabaseUrlOf<Services extends ServiceTable> = string extends keyof Services
  ? GetDatabaseUrl | undefined
  : Extract<Services[NameOf<Services>], { scheme: 'postgresql' }> extends never
    ? undefined
    : GetDatabaseUrl

/** A registry with its constants and getters; each means what it does in `@driftos/ports`. */
export interface PortRegistry<Services extends ServiceTable = ServiceTable, Ranges extends RangeTable = RangeTable> {
  readonly PORTS: { readonly [Name in NameOf<Services>]: Services[Name]['port'] }
  readonly services: { readonly [Name in NameOf<Services>]: ServiceDefinition & Services[Name] }
  readonly ranges: { readonly [Name in keyof Ranges & string]: RangeDefinition & Ranges[Name] }
  readonly history: readonly Move[]
  /** The removed services, by name. */
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

/** Refuses a field that services do not have, which a literal's own type would let pass. */
type OnlyKnownFields<Services extends ServiceTable> = {
  readonly [Name in keyof Services]: {
    readonly [Field in Exclude<keyof Services[Name], keyof ServiceDefinition>]: never
  }
}

/**
 * Creates a registry of your own, with the constants and getters that `@driftos/ports` has for DriftOS.
 *
 * @throws {Error} when a field is not accepted, with every such field; when the registry contradicts itself, with every
 *   contradiction and both of its sides
 * @example
 * export const { PORTS, getPort, getOrigin } = defineRegistry({
 *   services: {
 *     shop: { port: 4000, containerName: 'acme-shop', variable: 'SHOP_PORT', scheme: 'http', healthPath: '/health', status: 'active', summary: 'The shop' },
 *   },
 *   ranges: {},
 *   history: [],
 * })
 * PORTS.shop // 4000, a literal type
 */
export function defineRegistry<
  const Services extends Readonly<Record<string, ServiceDefinition<keyof Ranges & string>>>,
  const Ranges extends RangeTable,
>(definition: {
  readonly services: Services & OnlyKnownFields<Services>
  readonly ranges: Ranges
  readonly history: readonly Move[]
  readonly retired?: Readonly<Record<string, RetiredService>>
}): PortRegistry<Services, Ranges> {
  refuse('The registry has fields that are not accepted:', [...findFieldProblems(definition, { isStrict: false })])
  refuse('The registry contradicts itself:', findContradictions(definition))
  return build(structuredClone<RegistryDefinition>(definition)) as PortRegistry<Services, Ranges>
}

/**
 * Returns every problem of a registry as it is written down, such as the content of a JSON file: each name or field that is
 * not accepted, unknown fields included; without any, each contradiction.
 */
export function findRegistryProblems(definition: unknown): Problem[] {
  const problems = [...findFieldProblems(definition, { isStrict: true })]
  return problems.length > 0 ? problems : findContradictions(definition as RegistryDefinition)
}

function refuse(title: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Error([title, ...problems.map(({ message }) => message)].join('\n'))
}

function build({ services, ranges, history, retired = {} }: RegistryDefinition): PortRegistry {
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
