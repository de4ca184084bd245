import type { FileKind } from './file-kind.js'

/** Small files of settings are worth their reader for any number of a port's form, in bytes. */
const maxLooseBytes = 64 * 1024

/** How many bytes before a number a word is looked for: a schema's steps stand between a name and its default. */
const reachBefore = 256
/** How many behind it: `{ default: 3000, env: 'PORT' }`. */
const reachBehind = 96
/** The same before the short numbers, which are mostly something else. */
const reachOfShort = 64
/** How much of a text is searched for words at once. */
const stretch = 1024

/** The ports below 1000 that people write; other short numbers count right behind the word alone. */
const shortPorts = new Set([
  22, 25, 53, 80, 81, 82, 88, 110, 143, 389, 443, 444, 465, 514, 587, 631, 636, 853, 873, 989, 990, 993, 995,
])

/** The words near a port in all the languages that have a reader. */
const word =
  /(?<![a-z])port(?!al|ion|able|rait|folio|ug)|(?:https?|listen|server|host|db|api|app|web|local|remote|container|target|node|admin|client|metrics|proxy|redis|grpc|tcp|udp|ssl)port|(?<!view|View)Port(?!al|ion|able|rait|folio|ug)|(?<!SUP|IM|EX|RE|NS|VIEW)PORT|[Ll]isten(?!er)|LISTEN|localhost|127\.0\.|0\.0\.0\.0|EXPOSE|expose|ublish|[Aa]ddr|ADDR|(?:[Cc]onnect(?:ion)?|[Ss]erver|App|Service|Pool|Client|Redis|[Ss]erve|Memcached|request)\(|kill-port|wait-port|http\.server|ngrok|\bnc |telnet|lsof|fuser|\bufw /

/** What ends right before a port by itself: an address, a flag, a verb with its preposition. */
const lead =
  /(?:[^\w.*~%${}-]|^)[\w.*~%${}-]{0,80}[\w.*}\]>]:$|(?:[^\w]|^)["'`]?:$|\]:$|:[`*_]{1,3}$|(?:^|[^\w-])-[pPL][\s=]?["']?$|["'`]-[pP]["'`],\s?["'`]?$|\b(?:on|at|to|listens?|listening|runs?|running|serv(?:es?|ing)|binds?|binding|bound|exposed?|published|available|reachable|hosted|connect(?:s|ed|ing)?)\s{1,4}[:*`_]{0,3}$|\/dev\/tcp\//i

/** The word itself right before a number of any length. */
const own = /(?<!im|ex|sup|trans|pass|view)ports?["'`*_)\]]{0,3}\s{0,2}[=:(,]{0,2}\s{0,2}["'`*_([]{0,3}$/i

/** What makes a number a group of an IPv6 address: two colons before it, not behind an IPv4 one. */
const isGroup = /[\da-f]{0,4}:(?=[\da-f]{0,3}[a-f])[\da-f]{1,4}:$|::$/i

/** What follows a port that stands alone: the container's half, a protocol. */
const behind = /^(?:-\d+)?(?::(?:\d+(?![\da-z:])|[a-z][\w.-]{0,60}:\d)|->\d|\/(?:tcp|udp)\b)/

/** What a document with short ports has somewhere. */
const heading = /\b[Pp]orts?\b|\bPORTS?\b|_PORT\b|[a-z]Port\b|localhost/

const isDigit = classOf((character) => /\d/.test(character))
/** What makes something else of a number that it stands beside: a name, a version, a colour, a share. */
const isWordBefore = classOf((character) => /[\w.#%]/.test(character))
const isWordBehind = classOf((character) => /\w/.test(character))

/**
 * Whether a file is worth a reader: most files of a tree name no port. Digits are looked for first, byte by
 * byte, since they are rare; words only where a number of the right form stands.
 *
 * @param length - how many of the bytes are the file's
 */
export function mayHoldPort(bytes: Buffer, length: number, kind: FileKind): boolean {
  const isLoose = length <= maxLooseBytes && !/^(?:javascript|json|markdown|text)$/.test(kind)
  let isHeaded: boolean | undefined
  // Up to here no word is near any number.
  let clearUntil = 0
  for (let at = 0; at < length; at++) {
    if (isDigit[bytes[at]!] === 0) continue
    const start = at
    while (at < length && isDigit[bytes[at]!] === 1) at++
    // 30_795 is one number.
    const isParted = bytes[at] === 95 && at - start < 3 && at + 4 <= length && isDigit[bytes[at + 1]!] === 1
    const digits = at - start
    if (!isParted && (digits < 2 || digits > 5)) continue
    if (start > 0 && isWordBefore[bytes[start - 1]!] === 1) continue
    if (!isParted && at < length && isWordBehind[bytes[at]!] === 1) continue
    // A part of an address or of a version.
    if (bytes[at] === 46 && at + 1 < length && isDigit[bytes[at + 1]!] === 1) continue
    const isLong = isParted || digits > 3
    // What ports go up to is told far more often than held.
    if (digits === 5 && isAbovePorts(bytes, start)) continue
    const isShort = !isLong && shortPorts.has(Number(bytes.toString('latin1', start, at)))
    if (isLoose) return true
    // A document's lists and tables name ports by nothing but the number.
    if (kind === 'markdown' && isLong && !isInPath(bytes, start) && !isYear(bytes, start, at)) return true
    if (kind === 'markdown' && isShort && (isHeaded ??= heading.test(bytes.toString('latin1', 0, length)))) return true
    if (isLed(bytes, start, at, length, isLong || isShort)) return true
    if (isShort && word.test(bytes.toString('latin1', Math.max(0, start - reachOfShort), start))) return true
    if (!isLong || start < clearUntil) continue
    if (isInPath(bytes, start)) continue
    if (isYear(bytes, start, at)) {
      if (word.test(bytes.toString('latin1', Math.max(0, start - reachOfShort), at))) return true
      continue
    }
    const from = Math.max(0, start - reachBefore)
    const near = bytes.toString('latin1', from, Math.min(length, start + stretch))
    const found = near.search(word)
    if (found < 0) clearUntil = start + stretch - reachBehind
    else if (from + found < at + reachBehind) return true
    // The word is further on: what stands clear of it needs no second look.
    else clearUntil = from + found - reachBehind
  }
  return false
}

/** Whether what touches a number makes a port of it. */
function isLed(bytes: Buffer, start: number, end: number, length: number, isKnown: boolean): boolean {
  const before = bytes.toString('latin1', Math.max(0, start - 96), start)
  if (own.test(before.slice(-16))) return true
  if (!isKnown || isGroup.test(before)) return false
  const next = bytes[end]
  const isFollowed = next === 58 || next === 45 || next === 47
  return (isFollowed && behind.test(bytes.toString('latin1', end, Math.min(length, end + 80)))) || lead.test(before)
}

/** Whether five digits are 65535 or more. */
function isAbovePorts(bytes: Buffer, start: number): boolean {
  return bytes[start]! > 53 && Number(bytes.toString('latin1', start, start + 5)) >= 65_535
}

/** Whether a number is a part of a path, such as an issue's in its address. */
function isInPath(bytes: Buffer, start: number): boolean {
  return bytes[start - 1] === 47
}

/** Dates are what documents are full of. */
function isYear(bytes: Buffer, start: number, end: number): boolean {
  return end - start === 4 && /^(?:19|20)\d\d$/.test(bytes.toString('latin1', start, end))
}

function classOf(isMember: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (isMember(String.fromCharCode(code)) ? 1 : 0))
}

/** Source of longer lines on average was written by a program, in bytes. */
const maxMeanLine = 400
/** What is too short to tell, in bytes. */
const minMinifiedBytes = 16 * 1024

/** Whether a source file is a bundle without its line ends, which is dear to parse and nobody's to mend. */
export function isMinified(bytes: Buffer, length: number, kind: FileKind): boolean {
  if ((kind !== 'javascript' && kind !== 'text') || length < minMinifiedBytes) return false
  const text = bytes.subarray(0, length)
  let lines = 1
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) {
    lines++
    if (lines * maxMeanLine > length) return false
  }
  return true
}
