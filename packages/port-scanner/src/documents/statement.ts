import { findAddresses } from '../address.js'
import { readAssignment } from '../assignment.js'
import { extend, merge, parsePort, shift, type Evidence, type Match } from '../match.js'
import { isAddressName } from '../names.js'
import { evidenceOf, isGeneric, parseLabel, portWord, type Label } from './label.js'
import { isRoot } from './table.js'

/** What surrounds a line. */
export interface Surroundings {
  /** Whether a heading above contains the word "port", so that a number after a label is one. */
  readonly isAboutPorts: boolean
  /** Label of the item that this item is part of. */
  readonly parent: Label | undefined
  readonly isItem: boolean
  /** Whether a program prints the text. */
  readonly isPrinted?: boolean
}

/** The statement of a line. */
export interface Statement {
  readonly matches: Match[]
  /** The line's own label, for items below it. */
  readonly label: Label | undefined
}

const past =
  /\b(?:was|were|formerly|previously|originally|used to|no longer|moved (?:from|to)|renamed|deprecated|removed|instead of|rather than|until|not)\b/i
/** Matches a sentence that shows how to change a number. */
export const example =
  /\b(?:overrid\w*|custom\w*|different|another|chang(?:e|ing)\w*|e\.g\.|for example|such as|in use|if (?:you|port)|specific port|conflict\w*|alternativ\w*)\b|\b(?:ocupad[oa]|occupé|belegt)|占用|改用|冲突|例如/i
const before = String.raw`(?:\s{2,}|\s*(?::{1,2}|—|–|→|=>|->|=|[(（：])|\s+-|\s+(?:(?:runs?|listens?|listening|running|available|served|starts?|exposed|is|are)\s+)*(?:on|at|in|via))[*_]{0,3}\s*`
const labelBefore = new RegExp(
  String.raw`^(?<label>.{1,80}?)(?:[*_]{0,3})${before}(?:${portWord}\s*)?[<*_\`"'(:]{0,4}$`,
  'i',
)
const labelAfter = /^(?:[>*_`"')/]{0,4}(?:tcp)?\s*(?::|—|–|-|→|=>|->|\()\s*|[*_`]{1,3}\s+)(?<label>[^.;:]{1,80})/
const states =
  'runs?|running|listens?|listening|available|served|serves|hosted|exposed|reachable|accessible|reached|accessed|starts?|started'
const subject = new RegExp(
  String.raw`(?:^|[.!?]\s+|,\s+(?:and|while|but)\s+)(?<label>[^.!?:,;]{1,60}?)\s+(?:(?:(?:(?:will|should|can)\s+(?:be\s+)?|is\s+|are\s+)?(?:(?:now|then|also)\s+)?(?:${states})|is|are|will be)\s+(?:by default\s+|locally\s+)?(?:on|at|under|via)\s+(?:the\s+)?(?:\w+\s+)?(?:${portWord}\s*)?|(?:uses?|binds?(?:\s+to)?)\s+(?:(?:the|tcp)\s+)?${portWord}\s*)[[<*_\`"'(:]{0,4}$`,
  'i',
)
/** "The server runs on port 3000": any program may be called so. */
const anyProgram =
  /^\W*(?:(?:the|a|an|our|your|this|local|dev|development)\s+)*(?:server|app|application|service|site|website|project|program)\W*$/i
/** "Open Grafana at http://localhost:3010" */
const opening =
  /(?:^|[.!?:]\s+)(?:(?:you\s+)?can\s+|you\s+may\s+)?(?:now\s+|then\s+)?(?:open|visit|access|reach|see|view|browse)\s+(?:up\s+)?(?<label>[^.!?:,;]{1,40}?)\s+(?:at|on|via|under)\s*[:<*_`"'(]{0,4}\s*[<*_`"'(]{0,4}$/i
const calledPort = new RegExp(String.raw`${portWord}\s*[*_\`"'(:]{0,4}\s*[*_\`]{0,3}$`, 'i')
const onlyPort = new RegExp(String.raw`^[\s<*_\`"'(]*(?:${portWord}\s*)?[<*_\`"'(:]*$`, 'i')
/** "**Loki**: Logs", in front of "(port 3100)"; "`docs`: a Next.js app", in front of "at http://localhost:3001" */
const described = /^\W*?(\*\*|__|`)(?<label>[^*_`]{1,60})\1\s*[:–—-]\s*(?:\p{L}[\p{Ll} -]{0,40}|an? [\p{L}. -]{1,40})$/u
/** "8081 inside the container", "8081 (internal)" */
const inside =
  /^\W{0,4}(?:(?:inside|within|in) (?:of )?(?:the |its )?(?:\S+ ){0,2}(?:containers?|network|docker)\b|internal(?:ly)?\b)/i
const bare = /(?<![\w.,:/#$%@-])(?<port>\d{2,5})(?::(?<inner>\d{2,5}))?(?![\w%]|[.,:–-]\d|\s*(?:→|->|[–-])\s*\d)/dg

/** Returns the ports of a list item or of a line of text. */
export function readStatement(text: string, around: Surroundings): Statement {
  const label = parseLabel(text.replace(/^\W*\d{2,5}\W+(?=\p{L})/u, '').replace(/[:–—].*$|\s-\s.*$/, ''))
  if (!/\d\d/.test(text)) return { matches: [], label }
  const addresses = findAddresses(text).map((match) => labelAddress(match, text, around))
  const matches = merge(readCodeSpans(text), addresses, readDefault(text), readNumbers(text, around))
  return { matches: extend(matches, flagsOf(text)), label }
}

/** Returns the addresses in a text that a program prints, with their labels: `Grafana: http://localhost:3002`. */
export function readPrinted(text: string, start = 0): Match[] {
  const around = { isAboutPorts: false, parent: undefined, isItem: true, isPrinted: true }
  const found = findAddresses(text).map((match) => labelAddress(match, text, around))
  return shift(extend(found, flagsOf(text)), start)
}

/** "Open http://localhost:3000 with your browser" */
const toOpen = /\b(?:open|visit|browse|navigate|go to)\b[^.]*$/i

function flagsOf(text: string): Partial<Pick<Match, 'isPast' | 'isExample'>> {
  return { ...(past.test(text) && { isPast: true }), ...(example.test(text) && { isExample: true }) }
}

function labelAddress(found: Match, text: string, around: Surroundings): Match {
  if (found.host !== 'local') return found
  const isForBrowser = /^https?$/.test(found.scheme ?? '') && toOpen.test(text.slice(0, found.start))
  const match: Match = { ...found, ...(isForBrowser && { isForBrowser }) }
  const from = match.start - /[^\s<>()（）：`"'|*[\]]*$/.exec(text.slice(0, match.start))![0].length
  const to = match.end + /^[^\s<>()`"'|*\]]*/.exec(text.slice(match.end))![0].length
  const linked = /\[([^\]]{1,60})\]\(\s*<?$/.exec(text.slice(0, from))?.[1]
  const isLinked = linked !== undefined && !/:\d/.test(linked)
  // "- `CORE_URL` (default `http://localhost:3001`)"
  const variable =
    around.isItem && !around.isPrinted ? /^\W{0,4}([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)\b/.exec(text)?.[1] : undefined
  if (variable !== undefined && isAddressName(variable))
    return { ...match, evidence: [{ kind: 'variable', text: variable }, ...match.evidence] }
  const label = isLinked ? parseLabel(linked) : findLabel(text, from, to, around)
  // "Prometheus: http://localhost:8080/actuator/prometheus" is an address of what has the metrics.
  const steps = text.slice(match.end, to).toLowerCase().split('/').slice(2)
  if (!label || steps.includes(label.text.toLowerCase())) return match
  // "Grafana: [core](http://localhost:3010)" is about core's Grafana.
  const outer = isLinked ? parseLabel(text.replace(/[:–—].*$/s, '')) : undefined
  const hints = [outer, around.parent].flatMap((each): Evidence[] =>
    each && each.text !== label.text ? [{ kind: 'hint', text: each.text }] : [],
  )
  return { ...match, evidence: [...evidenceOf(label), ...hints], ...(isRoot(text, match.end) && { role: 'label' }) }
}

/** Returns the label of a number or an address between two offsets. */
function findLabel(
  text: string,
  from: number,
  to: number,
  { parent, isItem, isPrinted }: Surroundings,
): Label | undefined {
  // After another address, a new label starts.
  const unlinked = text.slice(0, from).replace(/\[([^\]]{0,80})\]\([^()\s]*\)/g, '$1')
  const head = unlinked.replace(/^.*:\/\/\S*[,;|]?\s+(?:and\s+)?/s, '')
  const tail = text.slice(to)
  // A program prints "Prometheus http://localhost:9090".
  const printed = isPrinted && tail.trim() === '' ? /^\W*(\p{Lu}[\w-]*)\s+$/u.exec(head)?.[1] : undefined
  if (printed !== undefined && !isGeneric(printed)) return parseLabel(printed)
  const sentence = subject.exec(head)?.groups?.['label']
  if (sentence !== undefined) return anyProgram.test(sentence) ? undefined : parseLabel(sentence)
  const opened = opening.exec(head)?.groups?.['label']
  if (opened !== undefined && !isGeneric(opened)) return parseLabel(opened)
  const isWhole = /^[>*_`"')）】\]]{0,5}\s*(?:$|[(,;.—–]|:\s*$|-\s|\/(?:tcp|udp|\d))|^\):\s/.test(tail)
  const named = isWhole ? labelBefore.exec(head)?.groups?.['label'] : undefined
  if (named !== undefined && (isItem || /[*`]/.test(named) || /^\W*\.?$/.test(tail))) {
    if (isGeneric(named)) return parent
    return parseLabel(described.exec(named)?.groups?.['label'] ?? named.replace(/^.*:\s{2,}/, ''))
  }
  if (!isItem || !onlyPort.test(head)) return undefined
  const following = labelAfter.exec(tail)?.groups?.['label']
  return following === undefined ? undefined : parseLabel(following)
}

/** `core: 3001`, `**3001** - core`, `postgres: 5433:5432`, "core listens on port 3001" */
function readNumbers(text: string, around: Surroundings): Match[] {
  return [...text.matchAll(bare)].flatMap(({ groups, indices, index, 0: whole }): Match[] => {
    const { port, inner } = groups!
    const number = parsePort(port!)
    if (number === undefined) return []
    const head = text.slice(0, index)
    const isCalledPort = calledPort.test(head)
    const isNumber = port!.length >= 4 && !/^(?:19|20)\d\d$/.test(port!) && around.isItem
    // "- **Core** (3001): routes messages"
    const isPlain = isNumber && (around.isAboutPorts || /^\W*\*\*[^*]+\*\*\s*\($/.test(head))
    if (!isCalledPort && inner === undefined && !isPlain) return []
    const label = findLabel(text, index, index + whole.length, around)
    if (!label) return []
    const evidence: Evidence[] = evidenceOf(label)
    const [start, end] = indices!.groups!['port']!
    const tail = text.slice(index + whole.length)
    if (/\b(?:container|internal|inner)\s+port\b/i.test(head) || inside.test(tail)) {
      return [{ port: number, start, end, role: 'expose', side: 'container', evidence }]
    }
    const innerPort = parsePort(inner ?? '')
    const outer: Match = { port: number, start, end, role: 'label', side: 'host', evidence }
    if (innerPort === undefined) return [outer]
    const [from, to] = indices!.groups!['inner']!
    return [
      { ...outer, innerPort },
      { port: innerPort, start: from, end: to, role: 'inner', side: 'container', evidence },
    ]
  })
}

/** "- `PORT`: where it listens, default `8801`" */
function readDefault(text: string): Match[] {
  const [whole, name, value] =
    /^\W{0,4}([A-Z][A-Z\d_]*)`?\W[^.]*?\bdefaults?(?: is| to)?\W{1,4}(\d{2,5})(?![\w.])/.exec(text) ?? []
  if (name === undefined) return []
  return readAssignment(name, { text: value!, start: whole!.length - value!.length })
}

/** `CORE_PORT=3001` in backticks; with a command after it or in a list of several, an example of an override. */
function readCodeSpans(text: string): Match[] {
  const spans = [...text.matchAll(/`(?:export\s+)?([A-Z][A-Z\d_]*)=([^`\s]+)([^`]*)`/g)]
  return spans.flatMap(({ 0: whole, 1: name, 2: value, 3: rest, index }) => {
    const start = index + whole.length - 1 - rest!.length - value!.length
    const isExample = rest!.trim() !== '' || spans.length > 2
    return extend(readAssignment(name!, { text: value!, start }), isExample ? { isExample } : {})
  })
}
