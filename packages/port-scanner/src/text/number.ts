import type { Sighting } from '../sighting.js'

/** How a text is to be read. */
export interface TextOptions {
  /**
   * `prose`: words for people; numbers need a word such as "port" or "listens on" before them.
   * `string`: the whole value of a string or scalar: `postgres:5432` and `:8080` are addresses.
   * `code`: a line of a language that has no reader, or a shell command: defaults and `-p 3000` count too.
   */
  readonly style: 'prose' | 'string' | 'code'
}

/** How far before a number anything is looked at, in UTF-16 code units: what keeps the time linear. */
export const reach = 160

/** A number, and what stands before it on its line. */
export interface NumberInText {
  readonly text: string
  readonly style: TextOptions['style']
  readonly start: number
  readonly end: number
  readonly port: number
  readonly before: string
}

/** What a number turns out to be. */
export type Reading = Omit<Sighting, 'start' | 'end' | 'port'>

/** The text of a line before a position, as far as it is looked at. */
export function lineBefore(text: string, end: number): string {
  const near = text.slice(Math.max(0, end - reach), end)
  return near.slice(Math.max(near.lastIndexOf('\n'), near.lastIndexOf('\r')) + 1)
}

/** The text of a line behind a position, as far as it is looked at. */
export function lineBehind(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start, start + reach / 2))![0]
}
