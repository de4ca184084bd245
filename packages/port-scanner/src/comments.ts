import { findAddresses } from './address.js'
import type { Comments } from './dialect.js'
import { extend, shift, type Match } from './match.js'

/** Parts of a text, each with its start and its end, in order. */
export type Ranges = readonly (readonly [start: number, end: number])[]

/**
 * Returns the comments of a text. A sign inside a quoted string is no comment; `#` counts only after a blank, and
 * `//` not after a colon.
 */
export function findComments(
  text: string,
  { line = [], block = [], lineStart = [], isNested = false }: Comments,
): Ranges {
  const parts = [
    ...block.map(([start, end]) => `${escape(start)}[\\s\\S]*?(?:${escape(end)}|$(?![\\s\\S]))`),
    ...lineStart.map((sign) => `^[ \\t]*${escape(sign)}[^\\n]*`),
    ...line.map((sign) => `${sign === '#' ? '(?<![^\\s;{(,])' : '(?<!:)'}${escape(sign)}[^\\n]*`),
  ]
  if (parts.length === 0) return []
  const string = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/.source
  const pattern = new RegExp(`(?<comment>${parts.join('|')})|${string}`, 'gm')
  const found: [number, number][] = []
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (match.groups!['comment'] === undefined) continue
    if (isNested && match[0].startsWith('/*')) pattern.lastIndex = endOfNested(text, match.index)
    found.push([match.index, pattern.lastIndex])
  }
  return found
}

/** Returns the end of a comment that contains others. */
function endOfNested(text: string, start: number): number {
  let depth = 0
  for (const { 0: sign, index } of text.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += sign === '/*' ? 1 : -1
    if (depth === 0) return start + index + sign.length
  }
  return text.length
}

/** Returns the addresses in comments, which no rule reports; listed by `--occurrences`. */
export function readComments(text: string, comments: Ranges): Match[] {
  return comments.flatMap(([start, end]) =>
    extend(shift(findAddresses(text.slice(start, end)), start), { isComment: true }),
  )
}

/** Returns whether an offset lies inside one of the parts. */
export function isInside(ranges: Ranges, offset: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]![1] <= offset) low = middle + 1
    else high = middle
  }
  return low < ranges.length && ranges[low]![0] <= offset
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
}
