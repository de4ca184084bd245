import type { Sighting } from '../sighting.js'

/** What an escape of one letter stands for; any other letter stands for itself. */
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/**
 * Reads what a string between quotes means, and gives each sighting's place in the string as it is written. A number
 * that is itself escaped is none.
 */
export function readEscaped(raw: string, read: (meant: string) => Sighting[]): Sighting[] {
  if (!raw.includes('\\')) return read(raw)
  let meant = ''
  const places: number[] = []
  for (let at = 0; at < raw.length;) {
    const escape = raw[at] === '\\' ? /^\\(?:u([\da-fA-F]{4})|([^]))/.exec(raw.slice(at, at + 6)) : null
    places.push(at)
    if (escape) {
      meant +=
        escape[1] === undefined
          ? (letters[escape[2]!] ?? escape[2]!)
          : String.fromCharCode(Number.parseInt(escape[1], 16))
      at += escape[0].length
    } else {
      meant += raw[at]!
      at += 1
    }
  }
  places.push(raw.length)
  return read(meant).flatMap((sighting) => {
    const start = places[sighting.start]!
    const end = start + sighting.end - sighting.start
    return raw.slice(start, end) === meant.slice(sighting.start, sighting.end) ? [{ ...sighting, start, end }] : []
  })
}
