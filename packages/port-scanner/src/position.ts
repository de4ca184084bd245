import { ownText } from './own-text.js'

/** A place in a text, both numbers from 1; the column counts UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
  /** The whole line, without its end. */
  readonly lineText: string
}

/** Finds positions in a text, whose offsets are asked in ascending order. */
export function createLocator(text: string): (offset: number) => Position {
  let line = 1
  let start = 0
  let end = endOfLine(text, 0)
  let lineText = ownText(text.slice(start, end).trimEnd())
  return (offset) => {
    if (offset > end) {
      for (; offset > end; end = endOfLine(text, start)) {
        line++
        start = end + 1
      }
      lineText = ownText(text.slice(start, end).trimEnd())
    }
    return { line, column: offset - start + 1, lineText }
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}
