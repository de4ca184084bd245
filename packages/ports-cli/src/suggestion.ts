import { distance } from 'fastest-levenshtein'
import { UsageError } from './usage-error.js'

/** The shortest prefix of a name that is a likely abbreviation. */
const minPrefixLength = 3

/**
 * Returns `Did you mean X?` with a leading space, or an empty text when no name is close: a third of the letters may
 * differ, or two may be swapped.
 */
export function suggest(text: string, names: readonly string[], prefix = ''): string {
  const wanted = text.toLowerCase()
  const [closest] = names
    .map((name) => ({ name, differences: countDifferences(wanted, name.toLowerCase()) }))
    .filter(({ name, differences }) => differences <= Math.max(wanted.length, name.length) / 3)
    .toSorted((one, other) => one.differences - other.differences)
  const prefixed = names.find((name) => wanted.length >= minPrefixLength && name.toLowerCase().startsWith(wanted))
  const meant = closest?.name ?? prefixed
  return meant === undefined ? '' : ` Did you mean ${prefix}${meant}?`
}

/** Returns the error about a name that is not one of a kind, with the closest one that is. */
export function unknownName(kind: string, text: string, names: readonly string[]): UsageError {
  return new UsageError(`Unknown ${kind} ${JSON.stringify(text)}.${suggest(text, names)}`)
}

/** Returns the error about a value that an option does not accept, with the closest one that it does. */
export function unexpectedValue(option: string, value: string, choices: readonly string[]): UsageError {
  const expected = choices.join(', ')
  return new UsageError(`${option}: expected ${expected}, got ${JSON.stringify(value)}.${suggest(value, choices)}`)
}

/** Counts the letters that differ; two swapped neighbours count once. */
function countDifferences(one: string, other: string): number {
  const swaps = Array.from(
    { length: Math.max(0, one.length - 1) },
    (_, index) => one.slice(0, index) + one[index + 1]! + one[index]! + one.slice(index + 2),
  )
  return swaps.includes(other) && one !== other ? 1 : distance(one, other)
}
