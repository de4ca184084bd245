import { withClues, type Clue, type Sighting } from '../sighting.js'

/** A longer comment says too much to say whose port a number is. */
const maxLength = 200

/** What a comment above or behind a number hints at, without its marks and rules. */
export function commentClues(comment: string): Clue[] {
  if (comment.length > maxLength) return []
  const text = comment.replaceAll(/^[\s#;/*!<>=~+-]{1,200}|[\s#;/*<>=~+-]{1,200}$/g, '')
  return /\p{L}{2}/u.test(text) ? [{ kind: 'context', text }] : []
}

/** A part of a text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The sightings with the comment behind them on their line, and the one that is the line above; both in order. */
export function withComments(text: string, sightings: readonly Sighting[], comments: readonly Span[]): Sighting[] {
  let next = 0
  return sightings.map((sighting) => {
    while (next < comments.length && comments[next]!.start < sighting.start) next += 1
    const behind = comments[next]
    const above = comments[next - 1]
    const clues: Clue[] = []
    if (behind && isNear(text, sighting.end, behind.start, /^[^\r\n]*$/))
      clues.push(...commentClues(text.slice(behind.start, behind.end)))
    if (above && isNear(text, above.end, sighting.start, /^\r?\n[^\r\n]*$/) && isAlone(text, above.start)) {
      clues.push(...commentClues(text.slice(above.start, above.end)))
    }
    const unsaid = clues.filter(({ text: said }) => !sighting.clues.some((known) => known.text === said))
    return withClues([sighting], unsaid)[0]!
  })
}

/** How far a comment may be from its number. */
const reach = 300

function isNear(text: string, start: number, end: number, between: RegExp): boolean {
  return end - start <= reach && between.test(text.slice(start, end))
}

/** Whether only blanks stand before a position on its line. */
export function isAlone(text: string, at: number): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, at - reach), at))
}
