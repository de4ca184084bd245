import type { Dialect } from './dialect.js'

/** How many bytes before and after a number are searched for a word. */
const reachBefore = 200
const reachAfter = 100

/**
 * Words and signs near a port in source code: names, calls and hosts. Most files contain `import`, `addEventListener` or
 * `observer`, so these are left out.
 */
const nearWord = new RegExp(
  [
    /(?<![Ii]m|[Ee]x|(?<![a-z])[Rr]e|[Ss]up|[Tt]rans|[Vv]iew|[Pp]ass|[Aa]ir)port(?!al|ion|able|rait|folio|ed\b|ing\b)/,
    /Port(?!al|ion|able|rait|folio)/,
    /(?<!IM|EX|(?<![A-Z])RE|SUP|TRANS|VIEW)PORT/,
    /[Ll]isten(?!er)|LISTEN|EXPOSE|(?<![Oo]b|[Pp]re|(?<![a-z])[Rr]e|[Dd]e)[Ss]erve/,
    /\.start\(\s*\d/,
    /localhost|127\.0\.|0\.0\.0\.0|:\$?\{/,
    /addr(?!ess)|Addr|ADDR|\bbind(?!\(this)|[Cc]onnect\w*\(|[Hh]ost\s*[,:=]/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

/** What touches a port: an address, a flag. */
const before = /[\w*+\])}"'`]:["'`]?$|["'`]:$|(?:^|[\s"'`])(?:-[pP]|--[a-z-]*port)["'`,=\s]{0,4}$/

const isDigit = classOf((character) => /\d/.test(character))
/** Characters that make a number a part of a name, a version, a colour. */
const joinsBefore = classOf((character) => /[\w.#%]/.test(character))
const joinsAfter = classOf((character) => /[a-z_]/i.test(character))

/**
 * Returns whether a file is worth a parser: most files contain no port. Digits are rare, so they are found first,
 * byte by byte; words are only searched around a number with a port's form.
 */
export function mayHoldPort(bytes: Buffer, length: number, { kind }: Dialect): boolean {
  let clearUntil = 0
  for (let at = 0; at < length; at++) {
    if (isDigit[bytes[at]!] === 0) continue
    const start = at
    while (at < length && isDigit[bytes[at]!] === 1) at++
    const digits = at - start
    // 30_795 is one number.
    const isSeparated = digits < 3 && bytes[at] === 95 && isDigit[bytes[at + 1] ?? 0] === 1
    if (!isSeparated && (digits < 2 || digits > 5)) continue
    if (bytes[start] === 48 || (start > 0 && joinsBefore[bytes[start - 1]!] === 1 && bytes[start - 1] !== 95)) continue
    if (!isSeparated && at < length && joinsAfter[bytes[at]!] === 1) continue
    // A part of an IPv4 address or of a version.
    if (bytes[at] === 46 && isDigit[bytes[at + 1] ?? 0] === 1) continue
    if (kind !== 'code') return true
    if (before.test(bytes.toString('latin1', Math.max(0, start - 24), start))) return true
    if (start < clearUntil) continue
    const from = Math.max(0, start - reachBefore)
    if (nearWord.test(bytes.toString('latin1', from, Math.min(length, at + reachAfter)))) return true
    clearUntil = start
  }
  return false
}

/** Source code with longer lines on average was written by a program, in bytes. */
const maxMeanLine = 400
const minMinifiedBytes = 16 * 1024
/** No person writes a source file of this size. */
const maxWrittenBytes = 512 * 1024

/** Returns whether a source file is a bundle: a large one, or one without line ends. */
export function isBundle(bytes: Buffer, length: number, { kind }: Dialect): boolean {
  if (kind !== 'code' || length < minMinifiedBytes) return false
  if (length > maxWrittenBytes) return true
  let lines = 1
  for (let at = bytes.indexOf(10); at >= 0 && at < length; at = bytes.indexOf(10, at + 1)) lines++
  return lines * maxMeanLine < length
}

/** A notice at the top of generated source code. A template that a person continues has none: it says only which program made it. */
const notice =
  /^[ \t]*(?:\/\/|\/?\*|#|--)[^\n]{0,200}(?:@generated\b|\bdo not (?:edit|modify|change)\b|\bgenerated automatically\b|\bauto(?:matically)?[ -]?generated\b)/im

/** How much of a file is searched for such a notice, in bytes. */
const noticeBytes = 500

/** Returns whether a program wrote a source file. */
export function isGenerated(bytes: Buffer, length: number, { kind }: Dialect): boolean {
  return kind === 'code' && notice.test(bytes.toString('latin1', 0, Math.min(length, noticeBytes)))
}

function classOf(isMember: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (isMember(String.fromCharCode(code)) ? 1 : 0))
}
