import {
  buildRegistry,
  type PortRegistry,
  type RangeTable,
  type RegistryDefinition,
  type ServiceTable,
} from './build-registry.js'
import { findFieldProblems, type Problem } from './fields.js'
import { findContradictions } from './invariants.js'
import type { Move, RetiredService, ServiceDefinition } from './registry.js'

export { buildRegistry } from './build-registry.js'
export type { PortRegistry, RangeTable, RegistryDefinition, ServiceTable } from './build-registry.js'
export type { Env } from './env.js'
export type { PortRecord } from './lookup.js'
export type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
export type { Problem as RegistryProblem }

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
  return buildRegistry(structuredClone<RegistryDefinition>(definition)) as PortRegistry<Services, Ranges>
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
