import { isMap } from 'yaml'
import { shift, withClues, type Clue, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isAddressName, isPortsName, splitWords } from '../words.js'
import { readCommand } from './command.js'
import { readPortMapping } from './mapping.js'
import { clueAt, item, keysOf, nearestKey, spell, textAt, type Place } from './place.js'
import { isPortLike, readValue } from './value.js'
import { readVariable, splitAssignment } from './variable.js'

/** Reads a scalar of any YAML: ports by their keys, addresses, and commands where the key says so. */
export function readOther(place: Place): Sighting[] | undefined {
  const spelling = spell(place.node, place.text)
  if (!spelling) return undefined
  if (!/\d/.test(spelling.raw)) return []
  const keys = keysOf(place)
  const key = place.key
  const named = nearestKey(place).replace(/^(port)(?:_value|Value)$/, '$1')
  const parent = place.parent?.node
  const section = keys.at(-2) ?? ''
  if (key === item && section === named && isPortsName(named)) {
    const mapping = readPortMapping(spelling, cluesAround(place, keys))
    if (/^[\s\d:.[\]${}\w/-]+$/.test(spelling.raw) && mapping.length > 0)
      return isMappingName(named) ? mapping : mapping.map(asListen)
  }
  if (/^(?:value|default|default_value|defaultValue|example|enum)$/.test(named)) {
    const name = textAt(parent, 'name') ?? textAt(parent, 'key') ?? textAt(parent, 'variable')
    if (name !== undefined && (isPortLike(name) || /^[A-Z][A-Z\d_]+$/.test(name))) {
      return withClues(readVariable(name, spelling, { owner: [], isContained: false }), outerNames(place))
    }
    const described = keys[keys.lastIndexOf(named) - 1] ?? ''
    if (isPortLike(described) || isPortsName(described)) {
      return readValue(spelling, {
        name: described,
        clues: cluesAround(place, keys.slice(0, keys.lastIndexOf(named))),
        side: 'host',
      })
    }
  }
  if (commandKeys.test(named) || /^(?:scripts|commands|tasks)$/.test(section))
    return withClues(readCommand([spelling]), [...sameNames(place), ...outerNames(place)])
  if (silentKeys.test(named) || /[a-z](?:Image|Tag|Version)$/.test(named))
    return /:\/\//.test(spelling.raw) ? readAddresses(place, keys) : []
  if (/^[A-Z][A-Z\d_]*$/.test(key) || /^(?:env|environment|variables|vars)$/.test(section)) {
    const { name, value } = (key === item ? splitAssignment(spelling) : undefined) ?? { name: named, value: spelling }
    const options = { owner: [], isContained: false, siblingOf: (other: string) => textAt(parent, other) }
    return withClues(readVariable(name, value, options), outerNames(place))
  }
  if (isNamedPorts(key, section, keys))
    return readValue(spelling, { name: 'port', clues: cluesAround(place, keys), side: 'host' })
  if (/\S\s/.test(spelling.raw.trim()) && !isAddressName(named) && !isPortLike(named) && !isPortsName(named))
    return readWords(place, keys)
  if (!isPortLike(named) && !isPortsName(named) && !isTellingAddress(spelling.raw, named)) return []
  const isReached =
    isPortLike(named) &&
    !/listen|bind/i.test(named) &&
    isReachedHost(textAt(parent, 'host') ?? textAt(parent, 'hostname'))
  const found = readValue(spelling, {
    name: /^(?:listen|bind)$/i.test(named) ? 'port' : named,
    clues: cluesAround(place, keys),
    side: 'host',
  })
  return isReached ? found.map(asReached) : found
}

/** A port beside a host is one that is reached there. */
function asReached(sighting: Sighting): Sighting {
  return sighting.role === 'listen' ? { ...sighting, role: 'url' } : sighting
}

function isReachedHost(host: string | undefined): boolean {
  return host !== undefined && !/^(?:0\.0\.0\.0|::|\*)$/.test(host)
}

/** `ports: { http: 8080, metrics: 9090 }`. */
function isNamedPorts(key: string, section: string, keys: readonly string[]): boolean {
  return (
    key !== item &&
    keys.length > 1 &&
    isPortsName(section) &&
    !/^(?:count|number|size|max|min|timeout|length|range)$/i.test(key)
  )
}

function isMappingName(name: string): boolean {
  return /^(?:ports|published_ports|port_mappings?|portMappings?|publish)$/i.test(name)
}

/** A lone number under `ports` is a container's only where containers are spoken of. */
function asListen(sighting: Sighting): Sighting {
  return sighting.role === 'container' ? { ...sighting, role: 'listen', side: 'host' } : sighting
}

/** Whether a scalar is an address for another reason than that its last part is a number: `node:20`, `10:30` are none. */
function isTellingAddress(raw: string, name: string): boolean {
  if (/:\/\/|localhost|^["']?:\d|\d\.\d{1,3}:\d|\]:\d|\$\{/.test(raw)) return true
  if (
    /^(?:listen|bind)$/i.test(name) ||
    isAddressName(name) ||
    splitWords(name).some((word) =>
      /^(?:listen|bind|brokers?|servers?|hosts?|nodes|peers?|addr|address(?:es)?|endpoints?|upstreams?|targets?|urls?|connect|proxy|backend|dial|forward)$/.test(
        word,
      ),
    )
  ) {
    return /:\d/.test(raw) || /^(?:listen|bind)$/i.test(name)
  }
  return false
}

const commandKeys =
  /^(?:run|cmds?|commands?|script|scripts|exec|entrypoint|args|shell|startCommand|buildCommand|start|preStart|init|before|after|before_script|after_script|pre_build|post_build|dockerCommand|preDeployCommand|task|entry|postCreateCommand|postStartCommand)$/i

/** What holds no port, whatever it looks like. */
const silentKeys =
  /^(?:image|images|tag|version|appVersion|uses|schedule|cron|time|times|timeout|from|at|start_time|end_time|cpu|memory|user|uid|gid|mode|subnet|volumes|expr|for|duration|interval|regex|pattern|hash|sha|sha256|digest|checksum|integrity|resolution|id|uuid|date|created|updated|permissions|rev|ref|commit|color|colors|width|height|size|license|copyright|stars|downloads|depends_on)$/i

/** Words for people, with addresses among them. */
function readWords(place: Place, keys: readonly string[]): Sighting[] {
  const { raw, start } = spell(place.node, place.text)!
  const isScript = /^[ \t]*(?:#!|(?:curl|docker|npm|npx|pnpm|yarn|node|python|export|PORT=)\b)/m.test(
    raw.slice(0, 2000),
  )
  const isFile = /\.\w{1,10}$/.test(place.key)
  return shift(
    withClues(readText(raw, { style: isScript || isFile ? 'code' : 'prose' }), cluesAround(place, keys)),
    start,
  )
}

function readAddresses(place: Place, keys: readonly string[]): Sighting[] {
  const { raw, start } = spell(place.node, place.text)!
  return shift(withClues(readText(raw, { style: 'prose' }), cluesAround(place, keys)), start)
}

/** What the map that holds a value says it is, the keys that lead to it, and what the maps around are called. */
function cluesAround(place: Place, keys: readonly string[]): Clue[] {
  const path = keys
    .filter((key) => key !== item)
    .slice(-4)
    .join('.')
  const isTelling = path !== '' && !/^(?:port|ports|url)$/i.test(path)
  return [...sameNames(place), ...(isTelling ? [{ kind: 'variable', text: path } as const] : []), ...outerNames(place)]
}

const nameKeys = ['name', 'service', 'serviceName', 'service_name', 'app', 'container_name', 'id', 'title']

function sameNames(place: Place): Clue[] {
  let map = place.parent
  while (map && !isMap(map.node)) map = map.parent
  if (!map) return []
  const kind = map.parent ? 'name' : 'context'
  return [
    ...nameKeys.flatMap((key) => clueAt(kind, map.node, key)).slice(0, 2),
    ...clueAt('image', map.node, 'image'),
    ...['description', 'summary'].flatMap((key) => (key === place.key ? [] : clueAt('label', map.node, key))),
  ].filter(({ text }) => text.length <= 80)
}

function outerNames(place: Place): Clue[] {
  const clues: Clue[] = []
  let isInner = true
  for (let at = place.parent; at && clues.length < 4; at = at.parent) {
    if (!isMap(at.node)) continue
    if (!isInner)
      clues.push(
        ...clueAt(at.key === item ? 'name' : 'context', at.node, 'name').filter(({ text }) => text.length <= 80),
      )
    isInner = false
  }
  return clues
}
