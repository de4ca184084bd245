import type { Spelled } from '../assignment.js'
import { parsePort, type Evidence, type Match, type Publication } from '../match.js'

/** Who owns a list of publications. */
export interface Owner {
  readonly evidence: readonly Evidence[]
  readonly group: string
  readonly profiles?: readonly string[] | undefined
}

/** A number, a range, or a variable with a default, which may contain another variable. */
const part = String.raw`(?:(\d{1,5})(?:-(\d{1,5}))?|\$\{(\w+)(?::?[-?](?:\$\{\w+:?-)?([^{}]*)\}?)?\}|\$\w+|[^:]*\{\{[^}]*\}\}[^:]*)`
const address = String.raw`\[[\da-f:.]+\]|[\d.]+|localhost|\$\{\w+(?::?-[\d.]*)?\}|\$\w+|\{\{[^}]*\}\}`
const shortForm = new RegExp(String.raw`^(?:(${address}):)?(?:${part})?:${part}(?:\/(tcp|udp|sctp))?$`, 'di')

/** Returns the halves of a publication: `127.0.0.1:${CORE_PORT:-3001}:3000/tcp`. A lone container port is `expose`. */
export function readMapping({ text, start }: Spelled, { evidence, group, profiles }: Owner): Match[] {
  const lone = /^(\d{2,5})(?:-(\d{2,5}))?(?:\/(?:tcp|udp|sctp))?$/d.exec(text)
  if (lone) {
    const port = parsePort(lone[1]!)
    const fields = { role: 'expose', side: 'container', evidence, group: `${group} inner` } as const
    const rangeEnd = parsePort(lone[2] ?? '')
    const range = { start, end: start + lone[1]!.length, ...(rangeEnd !== undefined && { rangeEnd }) }
    return port === undefined ? [] : [{ ...fields, port, ...range }]
  }
  const found = shortForm.exec(text)
  if (!found) return []
  const [outer, inner] = [readPart(found, 2), readPart(found, 6)]
  const publication: Publication = {
    protocol: found[10]?.toLowerCase() === 'udp' ? 'udp' : 'tcp',
    ...(found[1] !== undefined && { address: found[1].replace(/^\$\{\w+:?-?|\}$/g, '') }),
    ...(profiles && { profiles }),
  }
  const matches: Match[] = []
  if (outer) {
    const { port, from, to, variable, rangeEnd } = outer
    matches.push({
      port,
      start: start + from,
      end: start + to,
      side: 'host',
      role: 'publish',
      evidence: variable === undefined ? evidence : [{ kind: 'variable', text: variable }, ...evidence],
      group,
      publication,
      ...(inner && { innerPort: inner.port }),
      ...(rangeEnd !== undefined && { rangeEnd }),
      ...(variable !== undefined && { override: variable }),
    })
  }
  if (inner) {
    const { port, from, to, variable, rangeEnd } = inner
    matches.push({
      port,
      start: start + from,
      end: start + to,
      side: 'container',
      role: 'inner',
      evidence,
      group: `${group} inner`,
      ...(outer && { outerPort: outer.port }),
      ...(!outer && found[4] !== undefined && { outerVariable: found[4] }),
      ...(rangeEnd !== undefined && { rangeEnd }),
      ...(variable !== undefined && { override: variable }),
    })
  }
  return matches
}

function readPart(found: RegExpExecArray, group: number) {
  const isNumber = found[group] !== undefined
  const at = isNumber ? group : group + 3
  const port = parsePort(found[at] ?? '')
  if (port === undefined) return undefined
  const [from, to] = found.indices![at]!
  const rangeEnd = isNumber ? parsePort(found[group + 1] ?? '') : undefined
  return { port, from, to, rangeEnd, variable: isNumber ? undefined : found[group + 2] }
}
