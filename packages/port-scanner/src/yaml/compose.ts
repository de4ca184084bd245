import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { merge } from '../sight.js'
import { shift, withClues, type Clue, type Publication, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'
import { insideContainer, readContainerCommand, readKnownHosts } from './container.js'
import { readPortMapping, readPortNumber, withPublication } from './mapping.js'
import { clueAt, item, keysOf, scalarsIn, spell, textAt, valueOf, type Place } from './place.js'
import { readValue } from './value.js'
import { readVariable, splitAssignment } from './variable.js'

/** Reads a node of a compose file: `services.*` and, as if they were services too, fields that begin with `x-`. */
export function readCompose(place: Place): Sighting[] | undefined {
  const keys = keysOf(place)
  const [section, key = ''] = keys
  if (section === undefined) return undefined
  if (section === 'services')
    return keys.length < 3 ? undefined : readField(place, keys.slice(2), serviceAt(place, keys.length - 2, key))
  if (section.startsWith('x-')) return readExtension(place, section, keys)
  if (section !== 'configs' && section !== 'secrets') return []
  if (keys.length < 3) return undefined
  return keys[2] === 'content' ? readContent(place) : []
}

/** Reads a node of a compose file of the first version, whose services stand at its top. */
export function readFirstCompose(place: Place): Sighting[] | undefined {
  const keys = keysOf(place)
  return keys.length < 2 ? undefined : readField(place, keys.slice(1), serviceAt(place, keys.length - 1, keys[0]!))
}

interface Service {
  /** Whose ports they are. */
  readonly clues: readonly Clue[]
  /** Whether it has a network of its own. */
  readonly isContained: boolean
  /** With which profiles it starts. */
  readonly starting?: Publication
}

function serviceAt(place: Place, levels: number, key: string): Service {
  let at = place
  for (let level = 0; level < levels && at.parent; level++) at = at.parent
  const { node } = at
  return {
    clues: [
      ...(key === '' ? [] : [{ kind: 'name', text: key } as const]),
      ...clueAt('name', node, 'container_name'),
      ...clueAt('name', node, 'hostname'),
      ...clueAt('image', node, 'image'),
    ],
    isContained: textAt(node, 'network_mode') !== 'host',
    starting: startingOf(node, place),
  }
}

function startingOf(service: Node, place: Place): Publication {
  const list = valueOf(service, 'profiles')
  if (isSeq(list)) return { profiles: list.items.flatMap((each) => (isScalar(each) ? [String(each.value)] : [])) }
  const isElsewhere = list !== undefined || ['<<', 'extends'].some((key) => valueOf(service, key) !== undefined)
  return isElsewhere && hasProfiles(rootOf(place)) ? { mayHaveProfiles: true } : {}
}

const filesWithProfiles = new WeakMap<Node, boolean>()

/** Whether anything in a file has profiles. */
function hasProfiles(root: Node): boolean {
  const known = filesWithProfiles.get(root)
  if (known !== undefined) return known
  const sections = [root, valueOf(root, 'services')].flatMap((node) => (isMap(node) ? node.items : []))
  const isSo = sections.some(({ value }) => valueOf(value as Node, 'profiles') !== undefined)
  filesWithProfiles.set(root, isSo)
  return isSo
}

function readExtension(place: Place, section: string, keys: readonly string[]): Sighting[] | undefined {
  if (/env(?:ironment)?s?$|variables$/.test(section)) {
    return keys.length < 2
      ? undefined
      : readField(place, ['environment', ...keys.slice(1)], { clues: [], isContained: true })
  }
  if (keys.length < 2) return undefined
  if (section.endsWith('ports')) return readField(place, ['ports', ...keys.slice(1)], { clues: [], isContained: true })
  return readField(place, keys.slice(1), serviceAt(place, keys.length - 1, ''))
}

function readContent(place: Place): Sighting[] | undefined {
  const spelling = spell(place.node, place.text)
  return spelling && insideContainer(shift(readText(spelling.raw, { style: 'code' }), spelling.start), place.text)
}

function readField(place: Place, keys: readonly string[], service: Service): Sighting[] | undefined {
  const [field, key] = keys
  const { node, text } = place
  const spelling = spell(node, text)
  const { clues, starting = {} } = service
  switch (field) {
    case 'ports':
      if (!spelling) return undefined
      if (keys.length === 2) return withPublication(readPortMapping(spelling, clues), starting)
      if (keys[2] === 'published') {
        return withPublication(readPortNumber(spelling, 'publish', clues), {
          address: textAt(place.parent?.node, 'host_ip'),
          protocol: textAt(place.parent?.node, 'protocol'),
          ...starting,
        })
      }
      return keys[2] === 'target' ? readPortNumber(spelling, 'container', clues) : []
    case 'expose':
      return spelling && readPortNumber(spelling, 'expose', clues)
    case 'environment':
      return spelling && key !== undefined ? readEntry(place, key, service) : undefined
    case 'build':
      if (keys.length < 3) return key === undefined || key === 'args' ? undefined : []
      return spelling && keys[1] === 'args' ? readEntry(place, keys[2]!, service) : []
    case 'healthcheck':
      return key === undefined ? undefined : key === 'test' ? readRun(place, service) : []
    case 'command':
    case 'entrypoint':
      return readRun(place, service)
    case 'post_start':
    case 'pre_stop':
      return keys.length < 3 ? undefined : keys[2] === 'command' ? readRun(place, service) : []
    case 'labels':
    case 'annotations':
      return spelling && key !== undefined ? readLabel(place, key, clues) : undefined
    case 'deploy':
      if (key === undefined || (key === 'labels' && keys.length < 3)) return undefined
      return spelling && key === 'labels' ? readLabel(place, keys[2]!, clues) : []
    case 'image':
      return spelling && readImage(spelling.raw, spelling.start)
    case 'logging':
      return spelling ? readValue(spelling, { name: keys.at(-1)!, clues: [], side: 'host' }) : undefined
    default:
      return field?.startsWith('x-') ? undefined : []
  }
}

/** A command that runs in the container. */
function readRun(place: Place, { clues, isContained }: Service): Sighting[] {
  const words = scalarsIn(place.node, place.text)
  return merge(
    readContainerCommand(words, place.text, clues, isContained),
    words.flatMap((word) => readKnownHosts(word, isServiceBeside(place))),
  )
}

/** Whether something is called as a service of the same file. */
function isServiceBeside(place: Place): (name: string) => boolean {
  const services = valueOf(rootOf(place), 'services')
  return (name) => valueOf(services, name) !== undefined
}

function rootOf(place: Place): Node {
  let root = place
  while (root.parent) root = root.parent
  return root.node
}

/** `KEY: value`, or `- KEY=value`. */
function readEntry(place: Place, key: string, { clues, isContained }: Service): Sighting[] {
  const spelling = spell(place.node, place.text)!
  const siblings = place.parent?.node
  if (key !== item) {
    const options = { owner: clues, isContained, siblingOf: (name: string) => textAt(siblings, name) }
    return merge(
      readVariable(key, spelling, options),
      readKnownHosts(spelling, isServiceBeside(place), [{ kind: 'variable', text: key }]),
    )
  }
  const assignment = splitAssignment(spelling)
  if (!assignment) return []
  const { name, value } = assignment
  const options = { owner: clues, isContained, siblingOf: (other: string) => listedValue(siblings, other) }
  return merge(
    readVariable(name, value, options),
    readKnownHosts(value, isServiceBeside(place), [{ kind: 'variable', text: name }]),
  )
}

function listedValue(node: Node | undefined, name: string): string | undefined {
  if (!isSeq(node) || node.items.length > 500) return undefined
  for (const each of node.items) {
    if (isScalar(each) && typeof each.value === 'string' && each.value.startsWith(`${name}=`))
      return each.value.slice(name.length + 1)
  }
  return undefined
}

/** `traefik.http.services.web.loadbalancer.server.port=3000`, as a list's item or a map's entry. */
function readLabel(place: Place, key: string, clues: readonly Clue[]): Sighting[] {
  const spelling = spell(place.node, place.text)!
  const equals = key === item ? spelling.raw.indexOf('=') : -1
  const name = key === item ? spelling.raw.slice(0, Math.max(0, equals)) : key
  const value = { raw: spelling.raw.slice(equals + 1), start: spelling.start + equals + 1 }
  if (isPortName(name)) {
    const numbers = readPortNumber(value, 'container', clues)
    if (numbers.length > 0) return numbers
  }
  const upstream = /\{\{\s?upstreams(?:\s+\w+)?\s+(\d{2,5})\s?\}\}/d.exec(value.raw.slice(0, 200))
  if (upstream) {
    const [start, end] = upstream.indices![1]!
    return readPortNumber({ raw: value.raw.slice(start, end), start: value.start + start }, 'container', clues)
  }
  return /:\/\//.test(value.raw) ? shift(withClues(readText(value.raw, { style: 'string' }), clues), value.start) : []
}

/** The registry's port in `localhost:5000/web:1.2`. */
export function readImage(raw: string, start: number): Sighting[] {
  const registry = /^([\w.-]{1,100}):(\d{2,5})\//.exec(raw)
  if (!registry) return []
  const from = registry[1]!.length + 1
  const isLocal = /^(?:localhost|127\.0\.0\.1|host\.docker\.internal)$/.test(registry[1]!)
  return [
    {
      start: start + from,
      end: start + from + registry[2]!.length,
      port: Number(registry[2]),
      role: 'url',
      side: 'host',
      clues: [{ kind: 'name', text: isLocal ? 'registry' : registry[1]! }],
      ...(!isLocal && { isRemote: true }),
    },
  ]
}

/** Whether a document is a compose file, by its services. */
export function isCompose(node: Node): boolean {
  const services = valueOf(node, 'services')
  return isMap(services) && services.items.some(({ value }) => isService(value as Node))
}

/** Whether a document is a compose file of the first version, or a part of one: services that stand at its top. */
export function isFirstCompose(node: Node, path: string): boolean {
  if (!isMap(node)) return false
  const isNamed = /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/i.test(path)
  return node.items.some(({ value }) => isService(value as Node) && (isNamed || isContainer(value as Node)))
}

function isContainer(node: Node): boolean {
  const isRun =
    textAt(node, 'image') !== undefined || textAt(node, 'build') !== undefined || isMap(valueOf(node, 'build'))
  return (
    isRun &&
    ['ports', 'container_name', 'expose', 'depends_on', 'restart', 'healthcheck', 'volumes'].some(
      (field) => valueOf(node, field) !== undefined,
    )
  )
}

const serviceFields = [
  'image',
  'build',
  'ports',
  'container_name',
  'environment',
  'env_file',
  'depends_on',
  'extends',
  'command',
  'expose',
  'healthcheck',
  'networks',
  'volumes',
  'profiles',
  'restart',
  'labels',
  'deploy',
  'network_mode',
  'extra_hosts',
]

function isService(node: Node): boolean {
  return serviceFields.some((field) => valueOf(node, field) !== undefined)
}
