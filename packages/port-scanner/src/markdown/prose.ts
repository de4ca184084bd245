import { readInline } from './inline.js'
import { labelSpans, type Span } from './label.js'
import type { Line } from '../text/lines.js'
import { findNumbers, type BareNumber, type Scene } from './numbers.js'
import { isToldOfPast } from './past.js'
import { hasNumber, isTelling } from './words.js'
import { merge } from '../sight.js'
import { shift, type Clue, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'

/** The ports in a line of words for people, each with the label nearest to it. */
export function readProse(line: Line, scene: Scene): Sighting[] {
  if (!hasNumber(line.text)) return []
  const plain = readInline(line.text, line.start)
  const addresses = readText(plain.text, { style: 'prose' })
  const numbers = findNumbers(plain.text, { ...scene, hasAddress: addresses.some(({ role }) => role === 'url') })
  const found = merge(
    addresses.filter((sighting) => isWritten(plain.text, sighting)),
    plain.code.flatMap((span) => readCode(plain.text, span)),
    numbers.map(sightingOf),
  )
  const spans = joinPairs(
    plain.text,
    found.map((sighting) => spanOf(plain.text, sighting)),
  )
  const distinct = [...new Set(spans)]
  const labels = new Map(labelSpans(plain.text, distinct).map((clues, index) => [distinct[index]!, clues]))
  const moved = new Set(numbers.filter(({ isMoved }) => isMoved).map(({ start }) => start))
  return found.flatMap((sighting, index) => {
    const start = plain.offsets[sighting.start]!
    const end = plain.offsets[sighting.end - 1]! + 1
    if (end - start !== sighting.end - sighting.start) return []
    const { start: from, end: to } = spans[index]!
    const isPast =
      scene.isPast ||
      moved.has(sighting.start) ||
      isWithin(plain.struck, sighting.start) ||
      isToldOfPast(plain.text.slice(Math.max(0, from - 200), from), plain.text.slice(to, to + 80))
    const own = sighting.clues.filter(isOwnClue)
    return [
      {
        ...sighting,
        start,
        end,
        clues: [
          ...own.filter(({ kind }) => kind !== 'context'),
          ...labels.get(spans[index]!)!,
          ...own.filter(({ kind }) => kind === 'context'),
        ],
        ...(isPast && { isPast }),
      },
    ]
  })
}

/** Whether a position is within one of the parts, which stand in the order of the text. */
function isWithin(parts: readonly (readonly [number, number])[], position: number): boolean {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (parts[middle]![1] <= position) low = middle + 1
    else high = middle
  }
  return low < parts.length && parts[low]![0] <= position
}

function sightingOf({ start, end, port, role, side, rangeEnd, name }: BareNumber): Sighting {
  const clues: Clue[] = name === undefined ? [] : [{ kind: 'name', text: name }]
  return { start, end, port, role, side, clues, ...(rangeEnd !== undefined && { rangeEnd }) }
}

/** A command, an assignment or an address that was set as code. */
function readCode(text: string, [start, end]: readonly [number, number]): Sighting[] {
  const code = text.slice(start, end)
  return shift(readText(code, { style: /[\s=]/.test(code.trim()) ? 'code' : 'string' }), start)
}

/** One span for the two numbers of a range, a mapping or a move: they belong to one service. */
function joinPairs(text: string, spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const [index, span] of spans.entries()) {
    const previous = spans[index - 1]
    const between = previous === undefined || span.start - previous.end > 16 ? '' : text.slice(previous.end, span.start)
    const isPair = /^\s*(?:[-–—‑:/]|[→➜⇒⟶]|➡️?|[-=]+>|to|through)\s*:?$/u.test(between)
    joined.push(isPair ? { start: joined.at(-1)!.start, end: span.end } : span)
  }
  // The first of a pair takes the span of both, and so on back.
  for (let at = joined.length - 2; at >= 0; at--)
    if (joined[at + 1]!.start === joined[at]!.start) joined[at] = joined[at + 1]!
  return joined
}

/** Whether a port stands in an address, a flag or an assignment; by words `findNumbers` finds more, knowing the document. */
export function isWritten(text: string, { start, role, clues }: Sighting): boolean {
  if (role === 'prose') return false
  // `test.ts:12:345` is a place in a file.
  if (
    (role === 'publish' || role === 'container') &&
    /[\w)]\.[a-z]\w{0,5}:(?:\d+:)?$/i.test(text.slice(Math.max(0, start - 16), start))
  )
    return false
  const variable = clues.find(({ kind }) => kind === 'variable')?.text
  if (role === 'listen' && variable === undefined)
    return /(?:0\.0\.0\.0|\*|\[::\]):$/.test(text.slice(Math.max(0, start - 9), start))
  return role === 'url' || role === 'flag' || variable === undefined || isOwnClue({ kind: 'variable', text: variable })
}

/** Whether a clue of an address says whose it is; a heading such as "URL" does not. */
function isOwnClue({ kind, text }: Clue): boolean {
  return kind !== 'label' && (text === 'PORT' || kind === 'context' || isTelling(text))
}

/** A port with the address that it belongs to: `http://localhost:3000/path`. */
function spanOf(text: string, { start, end }: Sighting): Span {
  const before = /[^\s()|│"“”,<>]*$/.exec(text.slice(Math.max(0, start - 120), start))![0]
  const isAddress = /:$|:\/\//.test(before)
  const behind = isAddress ? /^[^\s()|│"“”,<>]*/.exec(text.slice(end, end + 200))![0] : ''
  return { start: isAddress ? start - before.length : start, end: end + behind.replace(/[.:;,!?]+$/, '').length }
}
