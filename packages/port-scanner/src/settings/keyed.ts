import { readEscaped } from './escapes.js'
import { readShell } from '../shell/read-shell.js'
import { assign, sight } from '../sight.js'
import type { Clue, Role, Side, Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { readWordList } from './word-list.js'
import { isPortName, isPortsName } from '../words.js'

/** An object or an array of a data file, and what it says of the values in it. */
export interface Place {
  readonly parent: Place | undefined
  readonly isArray: boolean
  /** The key that it stands under; empty in an array and at the root. */
  readonly key: string
  /** What values beside each other call the thing that they are about. */
  readonly names: Clue[]
  /** The host beside a port. */
  host?: string
}

/** A place under a key. */
export function place(parent: Place | undefined, key: string, isArray: boolean): Place {
  return { parent, isArray, key, names: [] }
}

/** A sighting whose last clues are known once the whole file is read. */
export interface Pending {
  readonly sighting: Sighting
  place: Place
  /** Whether it counts only where what is beside it calls it a port, as in `{ "name": "PORT", "value": "3000" }`. */
  readonly needsPortName?: boolean
}

/** How many places upwards a name still says something. */
const maxLevels = 4

/** Keys of values that name the thing beside them. */
const nameKeys = /^(?:name|service|service_?name|container_?name|app|app_?name|job|job_?name|key|program|component)$/i
const labelKeys = /^(?:label|title|description|summary|display_?name|comment)$/i

/** Remembers what a string says of its neighbours. */
export function nameNeighbours(where: Place, key: string, text: string): void {
  if (text.length > 100 || where.isArray) return
  if (nameKeys.test(key)) where.names.push({ kind: 'name', text })
  else if (labelKeys.test(key)) where.names.push({ kind: 'label', text })
  else if (/^image$/i.test(key)) where.names.push({ kind: 'image', text })
  else if (/^(?:host|hostname)$/i.test(key)) where.host = text
}

/** Keys that hold a thing's settings rather than name the thing. */
const wrappers =
  /^(?:env|environment|config|configuration|settings?|options?|servers?|http|https|web|app|ports?|port_?mappings|forward_?ports|app_?port|ports_?attributes|scripts|properties|variables?|defaults?|dev|dev_?server|url|urls|request|args|run_?args|container_?env|remote_?env|vars|data|spec|build|deploy)$/i

/** The sightings with all that stands around them. */
export function settle(pending: readonly Pending[]): Sighting[] {
  return pending.flatMap(({ sighting, place: innermost, needsPortName }) => {
    const own = innermost.names.find(({ kind }) => kind === 'name')?.text ?? ''
    if (needsPortName && !isPortName(own)) return []
    // `{ "name": "CORE_URL", "value": "…" }` spells a variable.
    const clues = sighting.clues.map((clue): Clue =>
      own !== '' && clue.kind === 'variable' && /^(?:value|default)$/i.test(clue.text)
        ? { kind: 'variable', text: own }
        : clue,
    )
    const { host = '' } = innermost
    const isLabelled = sighting.role !== 'url' && /^[a-z][\w.-]*$/i.test(host) && host !== 'localhost'
    const around: Clue[] = isLabelled
      ? [{ kind: 'name', text: host }, ...cluesAround(innermost, sighting)]
      : cluesAround(innermost, sighting)
    for (const clue of around) {
      if (!clues.some(({ text }) => text === clue.text)) clues.push(clue)
    }
    if (!isLabelled) return [{ ...sighting, clues }]
    return host.includes('.') ? [{ ...sighting, clues, isRemote: true }] : [{ ...sighting, clues, side: 'container' }]
  })
}

/** What the nearest places are called: the innermost name is the thing's own, those further out only hint. */
function cluesAround(innermost: Place, { role }: Sighting): Clue[] {
  const clues: Clue[] = []
  let where: Place | undefined = innermost
  let isOwn = true
  for (let level = 0; where && level < maxLevels; level += 1) {
    const isNear = where === innermost || where.isArray
    // A whole file's name, such as a package's, is not the name of everything in it.
    const isHint = isRoot(where) && (!isNear || role === 'url')
    for (const { kind, text } of where.names) {
      if (kind !== 'label' || isNear) clues.push({ kind: isHint ? 'context' : kind, text })
    }
    // A list's key is its values' own.
    const isList = where === innermost && where.isArray
    if (!isList && /^\D/.test(where.key) && !wrappers.test(where.key)) {
      clues.push({ kind: isOwn && !where.isArray ? 'name' : 'context', text: where.key })
      isOwn = false
    }
    where = where.parent
  }
  return clues
}

function isRoot({ parent, isArray, key }: Place): boolean {
  return parent === undefined || (parent.parent === undefined && !isArray && key === '')
}

/** Keys of commands. */
const commandKeys =
  /^(?:command|cmd|exec|script|run|start|dev|build_?command|start_?command|entrypoint|test|cli|(?:\w+)?command)$/i
/** Keys of lists of a command's words. */
export const wordListKeys =
  /^(?:args|arguments|run_?args|runtime_?args|program_?arguments|command|cmd|entrypoint|test|exec)$/i

/**
 * The ports in a value under a key.
 *
 * @param key - its own, or that of the array that holds it
 * @param raw - as written, without quotes
 */
export function readValue(raw: string, key: string, where: Place, path: string): Pending[] {
  const variable: Clue = { kind: 'variable', text: key }
  // Most of a file of data is decided here, before anything is looked at closely.
  if (raw.length < 2 || !hint.test(raw)) return []
  const number = /^(\d[\d_]*)(?:-(\d+))?(?:\/\w{1,4})?$/.exec(raw)
  if (number) {
    const use = judge(key, where)
    if (!use) return []
    return sight(raw, 0, number[1]!.length, use.role, use.side, use.clues ?? [variable])
      .filter(({ port }) => port >= (use.least ?? 1))
      .map((sighting) => ({
        sighting: number[2] === undefined ? sighting : { ...sighting, rangeEnd: Number(number[2]) },
        place: where,
        needsPortName: use.needsPortName ?? false,
      }))
  }
  const holder = where.isArray ? where.parent : where
  const isCommand = commandKeys.test(key) || holder?.key === 'scripts'
  const read = isCommand
    ? (text: string) => readShell(text, path)
    : (text: string) => readText(text, { style: 'string' })
  return assign(readEscaped(raw, read), variable).map((sighting) => ({ sighting, place: where }))
}

/** The ports in a list of a command's words. */
export function readWords(list: string, where: Place): Pending[] {
  return readWordList(list).map((sighting) => ({ sighting, place: where }))
}

interface Use {
  readonly role: Role
  readonly side: Side
  readonly clues?: readonly Clue[]
  readonly least?: number
  readonly needsPortName?: boolean
}

/** Nobody puts a lower number behind a key that is merely called "port" but for a switch's or a machine's socket. */
const least = 20

/** What every value has in which there may be a port: digits and nothing else, or a sign of one. */
const hint =
  /^\d[\d_]{1,5}(?:[-/]\w{1,5})?$|[:=]["']?\d|port|listen|b[io]und|run|serv|expos|publish|avail|reach|connect|host|ngrok|:-|-p|-l|\/tcp/i

/** What every key has that makes a port of a number, but for the keys in a table of ports. */
const keyHint = /port|expose|publish|target|default|example|const|enum|fallback|value/i

/** What a number under a key is used for, if it is a port. */
function judge(key: string, where: Place): Use | undefined {
  if (!keyHint.test(key) && !/port/i.test(where.key)) return undefined
  const holder = where.isArray ? (where.parent?.key ?? '') : where.key
  if (/^(?:container_?port|target_?port|internal_?port)$/i.test(key)) return { role: 'container', side: 'container' }
  if (/^(?:host_?port|node_?port|public_?port|published)$/i.test(key)) return { role: 'publish', side: 'host' }
  if (/^(?:target)$/i.test(key) && isPortsName(where.parent?.key ?? '')) return { role: 'container', side: 'container' }
  if (/^expose$/i.test(key)) return { role: 'expose', side: 'container', least }
  if (/^(?:forward_?ports|app_?port|publish)$/i.test(key)) return { role: 'publish', side: 'host' }
  if (where.isArray && (isPortsName(key) || isPortName(key))) return { role: 'publish', side: 'host', least }
  if (isPortName(key)) return { role: /^[A-Z][A-Z\d_]*$/.test(key) ? 'env value' : 'listen', side: 'host', least }
  if (/^(?:default|example|examples|const|enum|default_?value|fallback)$/i.test(key) && isPortName(holder)) {
    return { role: 'env default', side: 'host', clues: [{ kind: 'variable', text: holder }], least }
  }
  if (/^(?:value|default|default_?value)$/i.test(key))
    return { role: 'env value', side: 'host', least, needsPortName: true }
  if (!where.isArray && isPortsName(where.key)) {
    return {
      role: 'listen',
      side: 'host',
      clues: [
        { kind: 'name', text: key },
        { kind: 'variable', text: where.key },
      ],
      least: 80,
    }
  }
  return undefined
}

/** The port that a key itself is, as in `"portsAttributes": { "3000": … }` and `"ExposedPorts": { "3000/tcp": {} }`. */
export function readKey(raw: string, where: Place): Pending[] {
  const number = /^(?:[a-z][\w.-]*:)?(\d+)(?:-(\d+))?(?:\/\w{1,4})?$/i.exec(raw)
  if (!number || where.isArray) return []
  const isExposed = /^exposed_?ports$/i.test(where.key)
  if (!isExposed && !/ports(?:attributes)?$|port_?bindings$/i.test(where.key)) return []
  const start = raw.indexOf(number[1]!)
  return sight(
    raw,
    start,
    start + number[1]!.length,
    isExposed ? 'expose' : 'publish',
    isExposed ? 'container' : 'host',
  ).map((sighting) => ({
    sighting: number[2] === undefined ? sighting : { ...sighting, rangeEnd: Number(number[2]) },
    place: where,
  }))
}
