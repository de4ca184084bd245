import type { FileKind } from './file-kind.js'

const isDigit = classOf((character) => /\d/.test(character))
/** What makes something else of a number that it stands beside: a name, a version, a colour, a share. */
const isWordBefore = classOf((character) => /[\w.#%]/.test(character))
const isWordBehind = classOf((character) => /\w/.test(character))

/** The ports below 1000 that people write; other short numbers are anything. */
const shortPorts = new Set([
  22, 25, 53, 80, 81, 82, 88, 110, 143, 389, 443, 444, 465, 514, 587, 631, 636, 853, 873, 989, 990, 993, 995,
])

/** How many bytes before a number are looked at. */
const reach = 64

/** What stands near before a port in all the languages that have a reader. */
const context =
  /(?<![a-z])port|Port|PORT|listen|LISTEN|Listen|localhost|127\.0|0\.0\.0|:\/\/|onnect|EXPOSE|expose|ublish|target|host|HOST|server|SERVER|ADDR|addr| -[pPl] |(?:["'`/@][\w.-]{1,40}|(?<!\w)["'`]|\]|[\s(]|^):$/

/**
 * Whether a file is worth a reader: most files of a tree name no port. Digits are looked for first, byte by
 * byte, since they are rare; the words only where a number of the right form stands.
 */
export function mayHoldPort(bytes: Buffer, length: number, kind: FileKind): boolean {
  // The heading that makes ports of a table's column stands far above.
  if (kind === 'markdown')
    return hasNumber(bytes, length, () => true) && /port|:\/\/|localhost|:\d/i.test(bytes.toString('latin1', 0, length))
  return hasNumber(bytes, length, (start) => context.test(bytes.toString('latin1', Math.max(0, start - reach), start)))
}

function hasNumber(bytes: Buffer, length: number, isWanted: (start: number) => boolean): boolean {
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
    if (!isParted && digits < 4 && !shortPorts.has(Number(bytes.toString('latin1', start, at)))) continue
    if (isWanted(start)) return true
  }
  return false
}

function classOf(isMember: (character: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (isMember(String.fromCharCode(code)) ? 1 : 0))
}
