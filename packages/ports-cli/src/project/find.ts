import type { ServiceTable } from '@driftos/ports/define'
import { closest } from 'fastest-levenshtein'
import { UsageError } from '../usage-error.js'

/** A shorter text is a part of too many names to mean any. */
const minPartLength = 3

/**
 * The services that a person means: one by its name, else by another name that the registry gives it, else all whose
 * own or container's name holds the text.
 *
 * @throws {UsageError} with the nearest name when none is meant
 */
export function findMeant(text: string, services: ServiceTable): string[] {
  const names = Object.keys(services)
  const wanted = text.toLowerCase()
  const named = names.filter((name) => name.toLowerCase() === wanted)
  if (named.length > 0) return named
  const aliased = names.filter((name) => services[name]!.aliases?.some((alias) => alias.toLowerCase() === wanted))
  if (aliased.length > 0) return aliased
  const meant = names.filter((name) => {
    if (wanted.length < minPartLength) return false
    const { containerName } = services[name]!
    return [name.toLowerCase(), containerName].some((known) => known.includes(wanted))
  })
  if (meant.length > 0) return meant
  const containerNames = Object.values(services).map(({ containerName }) => containerName)
  throw new UsageError(
    `No service is called ${JSON.stringify(text)}; did you mean ${closest(wanted, [...names, ...containerNames])}?`,
  )
}

/**
 * The one service that a name means.
 *
 * @throws {UsageError} when none or several are meant
 */
export function findOne(text: string, services: ServiceTable): string {
  const meant = findMeant(text, services)
  if (meant.length > 1) throw new UsageError(`${JSON.stringify(text)} may mean ${meant.join(' or ')}: say which`)
  return meant[0]!
}
