import type { PortRegistry, RegistryDefinition, ServiceDefinition } from '@driftos/ports/define'
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

function findMatches(text: string, { services, retired }: Registry): { exact: string[]; partial: string[] } {
  const wanted = text.toLowerCase()
  const isWanted = (known: string) => known.toLowerCase() === wanted
  const entries = Object.entries(services)
  const select = (isMatch: (name: string, service: ServiceDefinition) => boolean) =>
    entries.filter((entry) => isMatch(...entry)).map(([name]) => name)

  const named = select(isWanted)
  if (named.length > 0) return { exact: named, partial: [] }
  const aliased = select((_, { variable, aliases = [] }) => [variable, ...aliases].some(isWanted))
  if (aliased.length > 0) return { exact: aliased, partial: [] }
  const exact = select((_, { containerName }) => isWanted(containerName))
  const isPart = (known: string) => wanted.length >= minPartLength && known.toLowerCase().includes(wanted)
  const parts = select((name, { containerName }) => isPart(name) || isPart(containerName))
  const partial = parts.filter((name) => !exact.includes(name))
  if (exact.length + partial.length > 0) return { exact, partial }
  const removed = Object.keys(retired).find(isWanted)
  if (removed !== undefined) throw new UsageError(describeRetired(removed, { retired }))
  const containers = entries.map(([, { containerName }]) => containerName)
  const aliases = entries.flatMap(([, service]) => service.aliases ?? [])
  throw unknownName('service', text, [...Object.keys(services), ...containers, ...aliases])
}

/** Returns why a retired service cannot be used, and what to do. */
export function describeRetired(name: string, { retired = {} }: Pick<RegistryDefinition, 'retired'>): string {
  const { port, reason } = retired[name]!
  return `${name} is retired (port ${port}): ${reason.replace(/\.$/, '')}. Use another service, or register one with another name by \`driftos-ports add\`.`
}
