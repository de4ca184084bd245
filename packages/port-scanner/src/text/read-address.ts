import type { Clue } from '../sighting.js'
import { isAddressName, isPortName } from '../words.js'
import { findLabel } from './label.js'
import { assignedName } from './assignment.js'
import { type Address, findAddress } from './address.js'
import { readMapping } from './mapping.js'
import { type NumberInText, type Reading, type TextOptions, lineBehind } from './number.js'

/** `http://localhost:3000`, `localhost:3000`, `:3000`, and both halves of `3001:3000`. */
export function readAddress(number: NumberInText): Reading | undefined {
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
