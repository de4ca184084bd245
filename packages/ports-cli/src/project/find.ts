import type { ServiceTable } from '@driftos/ports/define'
import { suggest } from '../suggestion.js'
import { UsageError } from '../usage-error.js'

/** The shortest part of a name that selects a service. */
const minPartLength = 3

/**
 * Finds the services that a text selects: by service name, else by variable or alias, else by container name, the exact
 * one first, and by a part of a name.
 *
 * @throws {UsageError} with the closest name when there is none
 */
export function findMeant(text: string, services: ServiceTable): string[] {
  const { exact, partial } = findMatches(text, services)
  return [...exact, ...partial]
}

/**
 * Finds the one service that a text selects.
 *
 * @throws {UsageError} when there is none, or when there are several
 */
export function findOne(text: string, services: ServiceTable): string {
  const { exact, partial } = findMatches(text, services)
  const [match, ...others] = exact.length > 0 ? exact : partial
  if (others.length === 0) return match!
  throw new UsageError(`Ambiguous service ${JSON.stringify(text)}: expected one of ${[match, ...others].join(', ')}.`)
}

interface Matches {
  readonly exact: readonly string[]
  readonly partial: readonly string[]
}

function findMatches(text: string, services: ServiceTable): Matches {
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
  const definitions = Object.values(services)
  const spellings = [...names, ...definitions.map(({ containerName }) => containerName)]
  const aliases = definitions.flatMap((definition) => definition.aliases ?? [])
  throw new UsageError(`Unknown service ${JSON.stringify(text)}.${suggest(text, [...spellings, ...aliases])}`)
}
