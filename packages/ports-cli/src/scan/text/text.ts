import { findAddress, type Address } from './address.js'
import { findLabel } from './label.js'
import { parsePortText, type Clue, type Sighting } from '../sighting.js'
import { isAddressName, isPortName, isPortsName } from '../words.js'

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
const reach = 160

/**
 * The ports in a text of any kind: URLs, `host:port`, `--port 3000`, `-p 3001:3000`, `PORT=3000`,
 * `${PORT:-3000}`, "port 3000". Takes time in proportion to the text, whatever it holds.
 */
export function readText(text: string, { style }: TextOptions): Sighting[] {
  const sightings: Sighting[] = []
  for (const { index: start, 0: digits } of text.matchAll(/(?<![\w.#$%])\d[\d_]*(?![\w%]|\.\d)/g)) {
    const port = parsePortText(digits)
    if (port === undefined) continue
    const number: NumberInText = {
      text,
      style,
      start,
      end: start + digits.length,
      port,
      before: lineBefore(text, start),
    }
    const previous = sightings.at(-1)
    const found =
      readAddress(number) ??
      readAssignment(number) ??
      readCommand(number) ??
      readPhrase(number) ??
      readNext(number, previous)
    if (found)
      sightings.push({
        start,
        end: number.end,
        port,
        ...found,
        ...(style === 'prose' && isTold(number) && { isPast: true }),
      })
  }
  return sightings
}

/** Whether a number is told of the past: "formerly 3003", "moved from 3003". */
function isTold({ before }: NumberInText): boolean {
  return /\b(?:formerly|previously|originally|used\sto\sbe|moved\sfrom|no\slonger)\b[^.;]{0,30}$/i.test(
    before.slice(-60),
  )
}

/** A number, and what stands before it on its line. */
interface NumberInText {
  readonly text: string
  readonly style: TextOptions['style']
  readonly start: number
  readonly end: number
  readonly port: number
  readonly before: string
}

type Reading = Omit<Sighting, 'start' | 'end' | 'port'>

/** The text of a line before a position, as far as it is looked at. */
function lineBefore(text: string, end: number): string {
  const near = text.slice(Math.max(0, end - reach), end)
  return near.slice(Math.max(near.lastIndexOf('\n'), near.lastIndexOf('\r')) + 1)
}

/** The text of a line behind a position, as far as it is looked at. */
function lineBehind(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start, start + reach / 2))![0]
}

/** `http://localhost:3000`, `localhost:3000`, `:3000`, and both halves of `3001:3000`. */
function readAddress(number: NumberInText): Reading | undefined {
  const { text, style, end, before } = number
  const behind = lineBehind(text, end)
  const mapping = readMapping(number, behind)
  if (mapping) return mapping
  const address = findAddress(before)
  if (!address || !isBelievable(address, style, number, behind)) return undefined
  // The password before a host is no port of it.
  if (behind.startsWith('@')) return undefined
  const path = /^\/[\w./{}:$-]*/.exec(behind)?.[0] ?? ''
  const beginning = before.slice(0, before.length - address.length)
  const clues: Clue[] = [
    ...assignedName(beginning, (name) => isPortName(name) || isAddressName(name)),
    ...(address.name === undefined ? [] : [{ kind: 'name', text: address.name } as const]),
    ...(isPlainScheme(address.scheme) ? [] : [{ kind: 'name', text: address.scheme! } as const]),
    ...findLabel(beginning, style === 'code' ? '' : behind.slice(path.length)),
    ...(path.length > 1 ? [{ kind: 'context', text: path } as const] : []),
  ]
  const isListening = address.host === '' || /^(?:\*|0\.0\.0\.0|\[::\])$/.test(address.host)
  return {
    role: isListening && address.scheme === undefined ? 'listen' : 'url',
    side: address.isContainer ? 'container' : 'host',
    clues,
    ...(address.isRemote && { isRemote: true }),
  }
}

/** Whether a scheme says nothing of whose port it is, as `postgresql` does. */
function isPlainScheme(scheme: string | undefined): boolean {
  return scheme === undefined || /^(?:https?|wss?|tcp|udp|grpcs?|h2c?|unix|file|git|ssh)$/.test(scheme)
}

/** Whether `word:3000` is an address rather than a key, an image's tag, a line of a file or a time. */
function isBelievable(
  address: Address,
  style: TextOptions['style'],
  { port, text, start, before }: NumberInText,
  behind: string,
): boolean {
  if (address.scheme !== undefined || address.isLoopback) return true
  if (before[before.length - address.length - 1] === ':') return false
  if (address.host === '') {
    if (before.endsWith('::')) return false
    const isBehindQuote = /["'`]$/.test(text.slice(Math.max(0, start - 2), start - 1))
    const isQuoted = isBehindQuote && /^["'`/]/.test(behind)
    // `{"status":500}` is a key and its value.
    if (isBehindQuote && !isQuoted) return false
    return (
      port >= 80 && (isQuoted || style !== 'code' || /(?:^|[\s(])$/.test(text.slice(Math.max(0, start - 2), start - 1)))
    )
  }
  if (/\.\w{1,5}$/.test(address.host) && !address.isContainer && !/^[\d.]+$/.test(address.host)) {
    // `traces.tsx:1131` is a line of a file.
    return /\.(?:com|org|net|io|dev|local|internal|test|lan|app|cloud)$/.test(address.host) && port > 79
  }
  if (/^[\d.]+$/.test(address.host)) return address.host.split('.').length === 4
  if (/^\$|[{<]/.test(address.host)) return true
  if (address.isProtocol || /\bwait-for(?:-it)?(?:\.sh)?\s+$/.test(before.slice(0, before.length - address.length)))
    return true
  if (/\bdocker\s+(?:run|pull|push|build|image|tag)\b/.test(before)) return false
  if (!/^[a-z][a-z\d_-]*$/i.test(address.host) || port < 80) return false
  const isWhole =
    (style === 'string' && /^[\w.-]+:\d+(?:\/[\w./-]*)?$/.test(text.trim())) ||
    (/["'`]$/.test(text.slice(Math.max(0, start - address.length - 1), start - address.length)) &&
      /^["'`/]/.test(behind))
  return (isWhole && port >= 1000 && !isImage(address.host)) || isServer(address.host)
}

/** What is mostly called so with a tag behind a colon, not a port. */
function isImage(name: string): boolean {
  return /^(?:node|python|golang|go|ruby|php|openjdk|ubuntu|debian|alpine|image|line|row|col|id|version)$/i.test(name)
}

/** What is mostly called so with a port behind a colon. */
function isServer(name: string): boolean {
  return /^(?:db|database|postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|kafka|rabbitmq|zookeeper|elasticsearch|clickhouse|prometheus|grafana|host|hostname|server|gateway|api|web|app|backend|frontend)$/i.test(
    name,
  )
}

/** `3001:3000`, `127.0.0.1:3001:3000`, `8080:localhost:80`, `3000->3000/tcp`: published outside, taken inside. */
function readMapping({ text, before, style, port }: NumberInText, behind: string): Reading | undefined {
  const isPublishing =
    /(?:^|\s)(?:-p|--publish|-L|port-forward\s.*)[\s=]?["']?(?:[\w.[\]:*]*:)?(?:[\d-]+:)?(?:\$\{\w+(?::?-\d*)?\}:)?$/.test(
      before.slice(-100),
    )
  const isPlausible = (other: string, beginning: string) =>
    (style === 'string' && !/\s/.test(text.slice(0, reach))) ||
    (port >= 1000 &&
      Number(other) >= 1000 &&
      /(?:^|[:`"'(|[,=*-]|\b(?:ports?|maps?|mapped|publish(?:ed|es)?|as))\s*$/i.test(beginning))
  const other = /^(?:-(\d+))?(?::|->)(?:[a-z][\w.-]*:)?(\d+)(?:-\d+)?(?![\w:]|\.\d)/.exec(behind)
  const outer =
    /(?:^|[\s"'`(,[=])(?:(?:localhost|\*|(?:\d{1,3}\.){3}\d{1,3}|\[[\da-f:.]*\]):)?(\d+)(?:-\d+)?(?::|->)$/i.exec(
      before.slice(-60),
    )
  const isBehindAddress = /(?:(?:\d{1,3}\.){3}\d{1,3}|\]|localhost):$/.test(before)
  if (
    other &&
    (isBehindAddress || !before.endsWith(':')) &&
    (isPublishing || (isPlainMapping(port, Number(other[2])) && isPlausible(other[2]!, before)))
  ) {
    return {
      role: 'publish',
      side: 'host',
      clues: publishClues(isBehindAddress ? before.replace(/[\w.[\]:]*$/, '') : before),
      ...(other[1] !== undefined && { rangeEnd: Number(other[1]) }),
    }
  }
  // Groups of an IPv6 address stand between colons too.
  if (
    outer &&
    !behind.startsWith(':') &&
    (isPublishing ||
      (isPlainMapping(Number(outer[1]), port) &&
        isPlausible(outer[1]!, before.slice(0, before.length - outer[0].trimStart().length))))
  ) {
    return { role: 'container', side: 'container', clues: publishClues(before) }
  }
  const isBehindVariable = /\$\{?\w*PORT\w*(?::?-\d*)?\}?:$/.test(before.slice(-60))
  return isBehindVariable ? { role: 'container', side: 'container', clues: publishClues(before) } : undefined
}

/** Whether two numbers around a colon may be ports rather than a time, a ratio or an owner. */
function isPlainMapping(outer: number, inner: number): boolean {
  return outer >= 80 && inner >= 80 && !(outer === 1000 && inner === 1000)
}

function publishClues(before: string): Clue[] {
  const named = /--name[\s=]+["']?([\w.-]+)/.exec(before)?.[1]
  const target = /\b(?:svc|service|deploy(?:ment)?|pod)s?\/([\w.-]+)/.exec(before)?.[1]
  const name = named ?? target
  return [
    ...(name === undefined ? [] : [{ kind: 'name', text: name } as const]),
    ...findLabel(before.replace(/[\d:.]*$/, ''), ''),
  ]
}

/** `PORT=3000`, `"port": 3000`, `${PORT:-3000}`, `--port 3000`, `getenv("PORT", "3000")`. */
function readAssignment({ before, style, port }: NumberInText): Reading | undefined {
  const near = before.slice(-90)
  const fallback = /\$\{([A-Za-z_]\w{0,60}):?[-=]["']?$/.exec(near)
  if (fallback) {
    return isPortName(fallback[1]!)
      ? { role: 'env default', side: 'host', clues: [{ kind: 'variable', text: fallback[1]! }] }
      : undefined
  }
  const flag = /(?:^|[\s"'`([,=])(--?[A-Za-z][\w.-]{0,60})(?:[=\s:]|["'],\s?["']?|\s["'])$/.exec(near)?.[1]
  if (flag !== undefined) {
    const name = flag.replace(/^-+/, '')
    if (isPortName(name) || /^inspect(?:-brk)?$/.test(name)) {
      // What a cluster is told is the cluster's own.
      const isCluster = /\b(?:kubectl\s+expose|gcloud\s+run)\b/.test(before)
      return { role: 'flag', side: isCluster ? 'container' : 'host', clues: flagClues(name, before) }
    }
    if (
      /^-[pP]$/.test(flag) &&
      (style === 'code' || /\b(?:psql|pg_isready|redis-cli|mysql|ssh|next)\s/.test(before)) &&
      (port >= 80 || /\bssh\b/.test(before)) &&
      !/\b(?:mkdir|cp|install|tar|touch|ps|pgrep|date|rsync|scp)\b/.test(before)
    ) {
      return { role: 'flag', side: 'host', clues: flagClues(name, before) }
    }
    if (flag.startsWith('--')) return undefined
  }
  const name = assignedName(before, (text) => isPortName(text) || isPortsName(text))[0]
  // Among words for people only what is written as a value is one.
  if (name && (style !== 'prose' || /[=:]\s{0,3}["'`(]?$/.test(near))) {
    const isDefault = /\?\?|\|\||\bor\s|,|[Dd]efault|unwrap_or/.test(
      near.slice(near.lastIndexOf(name.text) + name.text.length),
    )
    const isVariable = /^[A-Z][A-Z\d_]*$/.test(name.text)
    const side = /(?:container|target|internal|inner)_?port$/i.test(name.text) ? 'container' : 'host'
    return { role: isDefault ? 'env default' : isVariable ? 'env value' : 'listen', side, clues: [name] }
  }
  return undefined
}

/** A flag's own words where it has more than "port", and what its command is called. */
function flagClues(name: string, before: string): Clue[] {
  const isTelling = name.length > 1 && !/^port$/i.test(name)
  const command = /(?:^|[\s"'`&|;])([a-z][\w.-]+)\s+(?:[^\s"']+\s+)*?$/i.exec(
    before.slice(0, before.lastIndexOf(name)).slice(-60),
  )?.[1]
  return [
    ...(isTelling ? [{ kind: 'variable', text: name } as const] : []),
    ...(command === undefined ? [] : [{ kind: 'context', text: command } as const]),
  ]
}

/** Words that stand between the name of a port and its number in one language or another. */
const glue = new Set(
  'default type value int number parseint str string usize u16 uint16 or unwrap_or unwrap_or_else to_string parse toint integer get getenv env fetch ok const let var static final public private readonly def u32 i32 uint32 int32 ushort short is required false true option some ne eq as'.split(
    ' ',
  ),
)

/**
 * The name to which a value is given at the end of a text, across what languages put between: quotes,
 * calls, types, other fallbacks.
 */
function assignedName(before: string, isWanted: (name: string) => boolean): Clue[] {
  const opening = /\$\{(\w{0,60}):?[-=]$/.exec(before)
  if (opening && isWanted(opening[1]!)) return [{ kind: 'variable', text: opening[1]! }]
  const near = before.slice(0, opening?.index).slice(-90)
  if (!/[=:,|?("'`\s>]$/.test(near)) return []
  const tokens = [...near.matchAll(/[A-Za-z_$][\w$]*(?:[.-][A-Za-z_$][\w$]*)*/g)]
  for (const { 0: token, index } of tokens.toReversed().slice(0, 5)) {
    const between = near.slice(index + token.length)
    const isGlued = /^["'`\])}\s]*(?::=|=>|[=:,(|?<.])/.test(between) && !/[;{]/.test(between)
    if (isGlued && isWanted(token.replace(/^.*\.(?=[^.]*$)/, ''))) return [{ kind: 'variable', text: token }]
    if (!glue.has(token.toLowerCase().replace(/^.*\./, ''))) return []
  }
  return []
}

/** `kill-port 3000`, `nc -z localhost 3000`, `http.server 8000`, `lsof -ti:3000`, `listen 80;`. */
function readCommand({ before, style, port, text, end }: NumberInText): Reading | undefined {
  const near = before.slice(-80)
  const isProbe = /(?:^|[\s`"'|;&$(])(?:lsof\s+(?:-\w+\s+)*-\w*i\s?(?:tcp)?:|fuser\s+(?:-\w+\s+)*)$/i.test(near)
  if (isProbe) return { role: 'flag', side: 'host', clues: [] }
  if (/^\/(?:tcp|udp)\b/.test(text.slice(end, end + 5)) && /[\s"'`(>]$/.test(near)) {
    return { role: 'flag', side: near.endsWith('>') ? 'container' : 'host', clues: findLabel(before, '') }
  }
  if (/\/dev\/tcp\/(?:localhost|127\.0\.0\.1)\/$/.test(near)) return { role: 'url', side: 'host', clues: [] }
  if (style !== 'code' || port < 20) return undefined
  const isArgument =
    /(?:^|[\s`"'|;&$(])(?:kill-port|wait-port|http\.server|SimpleHTTPServer|ngrok\s+(?:http|tcp)|ufw\s+allow|(?:nc|ncat|netcat|telnet)(?:\s+-\w+(?:\s\d{1,2})?)*(?:\s+["']?[A-Za-z$][\w.${}-]*["']?)?)(?:\s+\d+)*\s+$/.test(
      near,
    )
  if (isArgument) return { role: 'flag', side: 'host', clues: [] }
  const isDirective =
    /(?:\.listen\(\s?|(?:^|[\s;{])listen\s+(?:\[::\]:)?)$/.test(near) &&
    /^[\s;,)]/.test(text.slice(end, end + 1)) &&
    port >= 80
  return isDirective ? { role: 'listen', side: 'host', clues: [] } : undefined
}

/** What counts something else when it stands behind a number. */
const unit =
  /^\s?(?:ms|milliseconds?|s|secs?|seconds?|min|mins|minutes?|h|hours?|days?|reqs?|requests?|users?|items?|times?|[kKmMgG]i?[bB]|bytes?|px|lines?|rows?|tokens?|chars?|characters?|messages?|connections?|rps|qps|nodes?|workers?|threads?|people|files?|stars?|entries|records?|steps?|iterations?|samples?|points?|words?)\b/

/** "port 3000", "ports 3000", "listens on 3000", "connect 9222". */
function readPhrase({ before, text, end, port, style }: NumberInText): Reading | undefined {
  if (unit.test(text.slice(end, end + 16)) || /^\s?(?:-|–|to)\s?65535/.test(text.slice(end, end + 10))) return undefined
  const near = before.slice(-60)
  const isNamed =
    /(?:^|[^\w-])ports?["'`*_)]{0,3}(?:\s+(?:numbers?|is|are|was|were|at|to|of|on|defaults?\s+to|default|range))?[\s:=*_`"'([]{1,6}$/i.test(
      near,
    )
  const isVerb =
    port >= 1000 &&
    /(?:^|[^\w-])(?:listen(?:s|ing)?|runs?|running|serv(?:es?|ing)|binds?|binding|bound|exposed?|published|available|reachable|connect(?:s|ed|ing)?|hosted)(?:[ \t](?:on|at|to))?[ \t][:*`_]{0,3}$/i.test(
      near,
    ) &&
    !(style === 'code' && /^\s*[a-z_]\w*\s/i.test(text.slice(end, end + 10)))
  const isExample =
    /(?:^|[^\w-])ports?\b[^.;]{0,40}\b(?:defaults?(?:\s(?:to|is))?|default\sis|e\.g\.|such\sas)[\s:=`"'(]{1,4}$/i.test(
      near,
    )
  if (!isNamed && !isVerb && !isExample) return undefined
  if (/(?:^|[^\w])(?:view|air|sea|serial|usb)\s*-?port\W*$/i.test(near)) return undefined
  const behind = lineBehind(text, end)
  const subject = near.replace(/\bports?\b[^a-z]*$/i, '')
  return {
    role: 'prose',
    side: 'host',
    clues: findLabel(before.slice(0, before.length - near.length) + subject, behind),
  }
}

/** The numbers behind a first one: "ports 3000, 3001 and 3002", "3000-3009", `PORTS="3000 3001"`. */
function readNext({ text, start, end }: NumberInText, previous: Sighting | undefined): Reading | undefined {
  if (
    !previous ||
    start - previous.end > 12 ||
    (previous.role !== 'prose' && previous.role !== 'flag' && previous.role !== 'listen')
  )
    return undefined
  if (unit.test(text.slice(end, end + 16))) return undefined
  const between = text.slice(previous.end, start)
  const isList = /^[`*_"']{0,3}(?:\s?(?:-|–|—|to|through|and|or|&|,\s?and|,\s?or|,|\/)\s?)[`*_"']{0,3}$/.test(between)
  return isList ? { role: previous.role, side: previous.side, clues: previous.clues } : undefined
}
