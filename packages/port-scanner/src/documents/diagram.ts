import type { Spelled } from '../assignment.js'
import { parsePort, type Match } from '../match.js'
import { evidenceOf, parseLabel } from './label.js'

/** A node with a text in brackets or quotes, or a participant with one after `as`. */
const node = /(?:(?:[[({>]+["']?|")(?<inner>[^[\](){}"'|]{2,120})|\bas\s+(?<named>[^\n]{2,80}))/dg
/** `core :3001`, `core<br/>port 3001`, `core\n3001` */
const labelled =
  /^(?<label>[^:\d(]{2,60}?)(?:\s*(?:<br\s*\/?>|\\n)[^:\d]{0,60}?)?\s*(?:[:(]|\bport:?\s)\s*:?(?<port>\d{4,5})(?!\d|:)/di

/** Returns the ports in the texts of a diagram's nodes; of several in a node, the first. */
export function readDiagram({ text, start }: Spelled): Match[] {
  return [...text.matchAll(node)].flatMap(({ groups, indices }): Match[] => {
    const key = groups!['inner'] === undefined ? 'named' : 'inner'
    const found = labelled.exec(groups![key]!)
    const label = found && parseLabel(found.groups!['label']!.replace(/\s*(?:<br\s*\/?>|\\n).*$/is, ''))
    const port = parsePort(found?.groups!['port'] ?? '')
    if (!label || port === undefined) return []
    const [from, to] = found.indices!.groups!['port']!
    const at = start + indices!.groups![key]![0]
    return [{ port, start: at + from, end: at + to, role: 'label', side: 'host', evidence: evidenceOf(label) }]
  })
}
