import type { Match } from './match.js'

/** How a language marks comments. */
export interface Comments {
  /** Signs that start a comment which ends with its line. */
  readonly line?: readonly string[]
  /** Signs that start and end a comment. */
  readonly block?: readonly (readonly [start: string, end: string])[]
  /** Signs that start a comment only as the first character of a line, after blanks. */
  readonly lineStart?: readonly string[]
  /** Whether a comment between the signs of C may contain another one. */
  readonly isNested?: boolean
}

/** Reports why a part of a file could not be parsed. The file is then named in `unreadable`; its matches still count. */
export type Refuse = (reason: string) => void

/**
 * Returns every port in a text, in the order of the text. It does not throw on any input. A reader returns a promise only if
 * the text embeds other formats, whose readers may have to be loaded.
 *
 * @param path - from the scanned root, with `/`
 */
export type Reader = (text: string, path: string, refuse: Refuse) => readonly Match[] | Promise<readonly Match[]>

/** One format: which files it is, and how they are read. A row of a table; the reader is loaded when it is needed. */
export interface Dialect {
  readonly name: string
  /** Whole file names, in lower case. */
  readonly names?: readonly string[]
  /** Extensions without the dot, in lower case. */
  readonly extensions?: readonly string[]
  /** Anything else, matched against the whole path in lower case. */
  readonly paths?: RegExp
  /** Names of the language in a document's code block. */
  readonly languages?: readonly string[]
  /**
   * - `code`: a number in it may be anything, so the prefilter looks for a word or a sign next to it
   * - `settings`: small files full of assignments, read for any number with a port's form
   * - `document`: text for people
   */
  readonly kind: 'code' | 'settings' | 'document'
  readonly comments?: Comments
  load(): Promise<Reader>
}
