/** A line of a text, without its end. */
export interface Line {
  readonly start: number
  readonly text: string
}

/** The lines of a text, whatever ends them. */
export function* linesOf(text: string): Generator<Line> {
  let start = 0
  while (start < text.length) {
    const feed = text.indexOf('\n', start)
    const end = feed === -1 ? text.length : feed
    yield { start, text: text.slice(start, text[end - 1] === '\r' ? Math.max(start, end - 1) : end) }
    start = end + 1
  }
}
