import { lineBehind, type NumberInText, reach } from './number.js'

/**
 * Whether a number is another machine's by ssh's flags: 5432 in `-L 5433:localhost:5432`. With `-R` the other machine
 * listens, and whose the far end is nobody can tell.
 */
export function isBehindTunnel({ text, before, end }: NumberInText): boolean {
  const [, flag, beginning = ''] = /(?:^|[\s"'`])-\w*([LR])["']?,?\s*["']?([^\s"'`]*)$/.exec(before) ?? []
  // In a list of words the flag is another word.
  const isWord = text.length < reach && /^\d+:[a-z][\w.-]*:\d+$/i.test(text)
  if (flag === undefined && !isWord) return false
  if (/(?:\d|\$\w+|\}):(?:\[[\da-f:]+\]|[^\s:[\]]+):$/i.test(isWord ? before : beginning)) return true
  return flag === 'R' && /^:(?:\[[\da-f:]+\]|[^\s:[\]]+):\d/i.test(lineBehind(text, end))
}
