import { readEscaped } from '../settings/escapes.js'
import { mentionsOf } from './names.js'
import { endOf, startOf, type Node } from './node.js'
import type { Place } from './place.js'
import { fallbackOf } from './siblings.js'
import { merge } from '../sight.js'
import { parsePortText, shift, type Sighting } from '../sighting.js'
import type { TextOptions } from '../text/number.js'
import { readText } from '../text/text.js'

type Template = Extract<Node, { type: 'TemplateLiteral' }>

/** Whether a text is a command, with words in which a port is a flag or an argument. */
const command =
  /^\s*(?:[A-Z_]+=\S* )*(?:npx|npm|pnpm|yarn|bunx?|node|deno|docker|docker-compose|podman|kubectl|curl|wget|next|vite|tsx|nodemon|serve|http-server|nc|ssh|lsof|fuser|kill-port|wait-on|python3?|php|rails|uvicorn|gunicorn|flask|json-server|redis-server|psql|mongod)\s|\s-p[ =]\d/

/** The ports in the text of a string between its quotes. */
export function readString(node: Node, text: string, place: Place): Sighting[] {
  const start = startOf(node) + 1
  const value = text.slice(start, endOf(node) - 1)
  const style = styleOf(value, place)
  return shift(
    merge(
      readNumbers(value, place),
      readEscaped(value, (meant) => readText(meant, { style })),
    ),
    start,
  )
}

/** `'3000'`, `'3000,3001'`, `'3000-3009'` where ports are, and `'3000/tcp'` anywhere. */
function readNumbers(value: string, { role, isContainer }: Place): Sighting[] {
  const exposed = /^(\d{2,5})\/(?:tcp|udp)$/.exec(value)?.[1]
  if (exposed === undefined && (role === undefined || !/^\s*\d+(?:[\s,;-]{1,4}\d{3,5})*\s*$/.test(value))) return []
  const sightings: Sighting[] = []
  for (const { index, 0: digits } of value.matchAll(/\d+/g)) {
    const port = parsePortText(digits)
    if (port === undefined) continue
    sightings.push({
      start: index,
      end: index + digits.length,
      port,
      role: exposed === undefined ? role! : 'container',
      side: exposed !== undefined || isContainer ? 'container' : 'host',
      clues: [],
    })
  }
  return sightings
}

function styleOf(value: string, { isCommand }: Place): TextOptions['style'] {
  if (isCommand || command.test(value.slice(0, 1000))) return 'code'
  return /\s/.test(value) ? 'prose' : 'string'
}

/** The ports in the texts of a template, read with its expressions as names or neutral marks between them. */
export function readTemplate(node: Template, text: string, place: Place): Sighting[] {
  /** Where each part of the source begins in what is read. */
  const parts: { readonly at: number; readonly source: number }[] = []
  let read = ''
  for (const [index, quasi] of node.quasis.entries()) {
    const [start, end] = spanOf(quasi, text)
    parts.push({ at: read.length, source: start })
    const words = text.slice(start, end)
    read += words
    const expression = node.expressions[index]
    if (!expression) continue
    const next = spanOf(node.quasis[index + 1]!, text)[0]
    parts.push({ at: read.length, source: -1 })
    read += /^:\d/.test(text.slice(next, next + 2)) || words.endsWith('://') ? hostOf(expression) : '${}'
  }
  const sightings: Sighting[] = []
  let part = 0
  const style = styleOf(read, place)
  for (const sighting of readEscaped(read, (meant) => readText(meant, { style }))) {
    while (part + 1 < parts.length && parts[part + 1]!.at <= sighting.start) part++
    const { at, source } = parts[part]!
    if (source >= 0 && !(parts[part + 1] && parts[part + 1]!.at < sighting.end))
      sightings.push(...shift([sighting], source - at))
  }
  return sightings
}

/** Where the text of a part of a template is; TypeScript's trees count the marks around it, JavaScript's do not. */
function spanOf(quasi: Node, text: string): [number, number] {
  const start = startOf(quasi)
  const end = endOf(quasi)
  const opening = /[`}]/.test(text[start] ?? '') && end > start ? 1 : 0
  const source = text.slice(start + opening, end)
  return [start + opening, end - (source.endsWith('${') ? 2 : source.endsWith('`') ? 1 : 0)]
}

/** What stands for an expression where a host does: its fallback, or its own name. */
function hostOf(expression: Node): string {
  const fallback = fallbackOf(expression)
  if (fallback !== undefined && /^[\w.-]+$/.test(fallback)) return fallback
  const name = mentionsOf(expression)[0]?.name.replace(/^.*\./, '') ?? ''
  return /^[\w$]+$/.test(name) ? `\${${name}}` : '${host}'
}
