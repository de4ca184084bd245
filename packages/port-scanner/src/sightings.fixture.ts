import type { Reader } from './sighting.js'

/** What a reader sees, a line each: `line:column port role side`, a range's end, and the clues. */
export function describeSightings(reader: Reader, text: string, path: string): string {
  return reader(text, path)
    .map(({ start, port, role, side, clues, isRemote, isPast, rangeEnd }) => {
      const before = text.slice(0, start).split(/\r\n|\n|\r/)
      const at = `${before.length}:${before.at(-1)!.length + 1}`
      const number = rangeEnd === undefined ? `${port}` : `${port}-${rangeEnd}`
      const marks = [isRemote && 'remote', isPast && 'past'].filter(Boolean).map((mark) => ` ${mark}`)
      return `${at} ${number} ${role}, ${side}${marks.join('')}${clues.map(({ kind, text: word }) => ` | ${kind} ${word}`).join('')}`
    })
    .join('\n')
}
