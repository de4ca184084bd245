import type { Clue } from '../sighting.js'

/** At most this many code units of a label say anything. */
const maxLength = 80

/**
 * The words that stand beside a number on its line: those before it, back to the number, the sentence or
 * the cell before, or where there are none those behind it.
 *
 * @param before - the line up to the number, or to the address that it belongs to
 * @param behind - the line after it
 */
export function findLabel(before: string, behind: string): Clue[] {
  const left = tidy(before.slice(endOfLast(before)))
  if (left) return [{ kind: 'label', text: left }]
  const right = tidy(/^[^\n;|│║,()]*(?:\([^()]*)?/.exec(behind)![0].replace(/\S*:\/\/.*$/, ''))
  return right ? [{ kind: 'label', text: right }] : []
}

/** Where the last number, sentence, clause or cell of a text ends. */
function endOfLast(text: string): number {
  let end = 0
  for (const { index, 0: ending } of text.matchAll(/[.;!?]\s|[|│║;,]|\b\d{2,5}\b(?:\/[\w./-]*)?/g))
    end = index + ending.length
  return end
}

function tidy(text: string): string {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}_./-]*/gu) ?? []
  const isSaying = words.some(
    (word) => /\p{L}{2}/u.test(word) && !/^(?:and|or|at|on|in|to|the|is|via|by|port|ports|http|https|url)$/i.test(word),
  )
  return isSaying ? words.join(' ').slice(-maxLength) : ''
}
