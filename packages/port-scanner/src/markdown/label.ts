import { endOfSentence } from './past.js'
import { endsInService, isTelling, trimGlue } from './words.js'
import type { Clue } from '../sighting.js'

/** A part of a line: a port with the address that it belongs to. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** At most this many code units of a label, or of what is searched for one, say anything. */
const maxLabel = 60
const reach = 240

const divider = /[,;:()[\]{}|│┃║<>"“”•·]|\s[-–—]+\s|\s&\s|\s(?:and|or|but|while|whereas)\s|[→←↔➜➡⇒⟶]|[-=]+>/giu
/** Words behind which another than the subject is named: "proxies to core", "scrapes core". */
const objectVerb =
  /\b(?:(?:prox|forward|talk|connect|rout|point|send|redirect|delegat|pass|rel|call)\w*(?:\s+(?:all|its|the|every|\/?\w+))?\s+(?:to|through|onto)|call(?:s|ing)|quer(?:y|ies)|scrap(?:es?|ing)|reach(?:es)?|fetch(?:es)?\s+from|reads?\s+from|depends?\s+on|in front of|behind)\s/giu

/**
 * What the words of a line say of each of its ports, the nearest label first.
 *
 * @param spans - the ports with their addresses, in the order of the line
 */
export function labelSpans(text: string, spans: readonly Span[]): Clue[][] {
  const head = headOf(text, spans[0]?.start ?? 0)
  const isBefore =
    spans.length > 0 && nearestBefore(text.slice(Math.max(0, spans[0]!.start - reach), spans[0]!.start)) !== ''
  const listed = labelList(text, spans)
  let last = ''
  let isAttached = false
  return spans.map(({ start, end }, index) => {
    const between = text.slice(Math.max(spans[index - 1]?.end ?? 0, start - reach), start)
    // Parentheses right behind a port are that port's.
    const before = index === 0 ? between : between.replace(/^[^\p{L}\p{N}(]{0,6}\([^()]*\)/u, '')
    const behind = text.slice(end, Math.min(spans[index + 1]?.start ?? text.length, end + reach))
    // "3000 → core (3001)": the words behind are the next one's.
    const isNextOnes = spans[index + 1] !== undefined && /[(:]\s*$/.test(behind)
    const own = isNextOnes ? '' : firstBehind(behind)
    const added = parenthesis(behind)
    const near = isBefore || /[(:]\s*$/.test(before) ? nearestBefore(before) : ''
    isAttached = added !== '' && !added.includes('/') && endsInService(added) && (isAttached || !endsInService(near))
    const nearest = isAttached ? added : isBefore ? near || attached(behind) || (head === '' ? last : '') : near || own
    last = nearest
    const name = listed?.[index] ?? nearest
    const rest = isBefore || isNextOnes ? added : trimGlue(behind.slice(0, 120))
    const isNamed = name !== '' && endsInService(name)
    return unique([
      ...label(listed ? (listed[index] ?? '') : nearest),
      ...(head === '' || listed ? [] : [{ kind: isNamed ? 'context' : 'label', text: head } as const]),
      ...context(before, name),
      ...(rest === '' ? [] : [{ kind: 'context', text: rest.slice(0, 120) } as const]),
    ])
  })
}

/**
 * The labels of ports that are listed behind several services, "gateway and core run on 3000 and 3001": one each in
 * their order, none where they are not as many; undefined where the line lists none so.
 */
function labelList(text: string, spans: readonly Span[]): string[] | undefined {
  if (spans.length < 2) return undefined
  const isList = spans
    .slice(1)
    .every(({ start }, index) =>
      /^[\s`*]*(?:,|\/|&|,?\s*and)[\s`*:]*$/i.test(
        text.slice(spans[index]!.end, Math.min(start, spans[index]!.end + 16)),
      ),
    )
  if (!isList) return undefined
  const before = text.slice(Math.max(0, spans[0]!.start - reach), spans[0]!.start)
  const sentence = before.slice(endOfSentence(before))
  if (!/,|\/|\band\b|&/.test(sentence)) return undefined
  const names = sentence
    .split(divider)
    .filter((piece) => isTelling(piece) && endsInService(piece))
    .map((piece) => trimGlue(piece).slice(0, maxLabel))
  if (names.length < 2) return undefined
  return names.length === spans.length ? names : []
}

function label(text: string): Clue[] {
  const words = text.replace(/[.,]$/, '')
  return words === '' ? [] : [{ kind: 'label', text: words }]
}

/** The whole of the sentence where the label is a part of it. */
function context(before: string, nearest: string): Clue[] {
  const whole = trimGlue(before.slice(endOfSentence(before))).slice(-120)
  return whole === nearest || whole === '' ? [] : [{ kind: 'context', text: whole }]
}

function unique(clues: readonly Clue[]): Clue[] {
  return clues.filter(({ text }, index) => clues.findIndex((other) => other.text === text) === index)
}

/** What a line speaks of: its words before the first colon, dash or parenthesis, as in "**Grafana**: see port 3010". */
export function headOf(text: string, end: number): string {
  const opening = text.slice(0, Math.min(end, reach))
  const divided = /^[^:|–—(]{1,60}(?=:\s|\s[-–—]|\s?\()/.exec(opening)?.[0] ?? ''
  return isTelling(divided) ? trimGlue(divided).slice(0, maxLabel) : ''
}

/** The last words of a text that tell something, within its last sentence. */
function nearestBefore(text: string): string {
  const sentence = text.slice(endOfSentence(text))
  // Closed parentheses are a part of the label: "Grafana (core)".
  const pieces = sentence.replace(/\(([^(),;:]{1,40})\)/g, '\u{1}$1\u{2}').split(divider)
  for (const piece of pieces.toReversed()) {
    if (!isSubject(piece)) continue
    const named = piece.split(objectVerb).findLast(isTelling) ?? piece
    return trimGlue(named.replaceAll('\u{1}', '(').replaceAll('\u{2}', ')')).slice(-maxLabel).trim()
  }
  return ''
}

/** The first words of a text that tell something, within its first sentence. */
function firstBehind(text: string): string {
  const sentence = /^(?:[^.;!?]|[.;!?](?!\s))*/.exec(text)![0]
  const piece = sentence.split(divider).find(isSubject)
  return piece === undefined ? '' : trimGlue(piece).slice(0, maxLabel).trim()
}

/** Whether a text may name whose port it is, and not another's that it avoids. */
function isSubject(text: string): boolean {
  return isTelling(text) && !/\b(?:conflict|clash|collid|avoid)/i.test(text)
}

/** What a dash, an arrow or parentheses attach to a port that nothing stands before. */
function attached(text: string): string {
  return /^\s*(?:\(|[-–—=→:])/.test(text) ? firstBehind(text) : ''
}

/** What stands in parentheses right behind a port. */
function parenthesis(text: string): string {
  return trimGlue(/^[^\p{L}\p{N}(]{0,6}\(([^()]{1,80})\)/u.exec(text)?.[1] ?? '')
}
