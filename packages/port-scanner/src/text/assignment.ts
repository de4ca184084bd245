import type { Clue } from '../sighting.js'
import { isPortName, isPortsName } from '../words.js'
import type { NumberInText, Reading } from './number.js'

/** `PORT=3000`, `"port": 3000`, `${PORT:-3000}`, `--port 3000`, `getenv("PORT", "3000")`. */
export function readAssignment({ before, style, port }: NumberInText): Reading | undefined {
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
export function assignedName(before: string, isWanted: (name: string) => boolean): Clue[] {
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
