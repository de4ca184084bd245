import type { PortRegistry, RegistryDefinition } from '@driftos/ports/define'
import { unknownName } from '../suggestion.js'
import { UsageError } from '../usage-error.js'

type Registry = Pick<PortRegistry, 'services' | 'retired'>

/** The shortest part of a name that selects a service. */
const minPartLength = 3

/**
 * Finds the services that a text selects: by service name, else by variable or alias, else by container name, the exact
 * one first, and by a part of a name.
 *
 * @throws {UsageError} with the closest name when there is none, or with the reason when the service is retired
 */
export function findMeant(text: string, registry: Registry): string[] {
  const { exact, partial } = findMatches(text, registry)
  return [...exact, ...partial]
}

/**
 * Finds the one service that a text selects.
 *
 * @throws {UsageError} when there is none, or when there are several
 */
export function findOne(text: string, registry: Registry): string {
  const { exact, partial } = findMatches(text, registry)
  const [match, ...others] = exact.length > 0 ? exact : partial
  if (others.length === 0) return match!
  throw new UsageError(`Ambiguous service ${JSON.stringify(text)}: expected one of ${[match, ...others].join(', ')}.`)
}

interface Matches {
  readonly exact: readonly string[]
  readonly partial: readonly string[]
}

function findMatches(text: string, { services, retired }: Registry): Matches {
  const wanted = text.toLowerCase()
  const names = Object.keys(services)
  const select = (textsOf: (name: string) => readonly string[], isMatch = (known: string) => known === wanted) =>
    names.filter((name) => textsOf(name).some((known) => isMatch(known.toLowerCase())))

  const named = select((name) => [name])
  if (named.length > 0) return { exact: named, partial: [] }
  const aliased = select((name) => [services[name]!.variable, ...(services[name]!.aliases ?? [])])
  if (aliased.length > 0) return { exact: aliased, partial: [] }
  const exact = select((name) => [services[name]!.containerName])
  const parts =
    wanted.length < minPartLength
      ? []
      : select(
          (name) => [name, services[name]!.containerName],
          (known) => known.includes(wanted),
        )
  const partial = parts.filter((name) => !exact.includes(name))
  if (exact.length + partial.length > 0) return { exact, partial }
  const removed = Object.keys(retired).find((name) => name.toLowerCase() === wanted)
  if (removed !== undefined) throw new UsageError(describeRetired(removed, { retired }))
  const definitions = Object.values(services)
  const spellings = [...names, ...definitions.map(({ containerName }) => containerName)]
  const aliases = definitions.flatMap((definition) => definition.aliases ?? [])
  throw unknownName('service', text, [...spellings, ...aliases])
}

/** Returns why a retired service cannot be used, and what to do. */
export function describeRetired(name: string, { retired = {} }: Pick<RegistryDefinition, 'retired'>): string {
  const { port, reason } = retired[name]!
  return `${name} is retired (port ${port}): ${reason.replace(/\.$/, '')}. Use another service, or register one with another name by \`driftos-ports add\`.`
}
