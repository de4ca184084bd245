import { isMap, isSeq, type Node } from 'yaml'
import { shift, withClues, type Clue, type Sighting } from '../sighting.js'
import { readText } from '../text/text.js'
import { isPortName } from '../words.js'
import { insideContainer, readContainerCommand } from './container.js'
import { readPortNumber, withPublication } from './mapping.js'
import { readOther } from './other.js'
import { clueAt, item, keysOf, keyText, scalarsIn, spell, textAt, type Place, type Spelling } from './place.js'
import { readValue } from './value.js'
import { distinct, readVariable, splitAssignment } from './variable.js'

/** Reads a node of a Kubernetes manifest, a kustomization, or a Helm chart's values. */
export function readKubernetes(place: Place): Sighting[] | undefined {
  const { node, text, key } = place
  if (isMap(node) && /^(?:data|tcp|udp)$/.test(key)) return readServedPorts(node, text)
  if (/^(?:command|args)$/.test(key) && (isSeq(node) || spell(node, text))) {
    return readContainerCommand(scalarsIn(node, text), text, subjectOf(place))
  }
  const spelling = spell(node, text)
  if (!spelling || !/\d/.test(spelling.raw)) return undefined
  if (
    /^(?:image|tag|cidr|clusterIP|loadBalancerIP|schedule|cpu|memory|uid|resourceVersion|generation|appVersion|version|path|mountPath|subPath)$/.test(
      key,
    )
  )
    return []
  const parent = place.parent?.node
  const keys = keysOf(place)
  if (/^(?:value|default)$/.test(key)) {
    const name = textAt(parent, 'name') ?? textAt(parent, 'key')
    if (name !== undefined)
      return readVariable(name, spelling, { owner: subjectOf(place), isContained: true, siblingOf: envOf(place) })
    const pointer = textAt(parent, 'path')
    if (pointer !== undefined && pointer.startsWith('/')) return readPatchValue(place, pointer)
  }
  const section = keys.at(-2) ?? ''
  if (/^(?:data|stringData|env|envVars|environment|extraEnv|literals)$/.test(section)) {
    if (isSecretData(place, section)) return []
    const assignment = key === item ? splitAssignment(spelling) : undefined
    if (assignment)
      return readVariable(assignment.name, assignment.value, { owner: subjectOf(place), isContained: true })
    if (spelling.raw.includes('\n')) return readRest(place)
    return key === item
      ? []
      : readVariable(key, spelling, {
          owner: subjectOf(place),
          isContained: true,
          siblingOf: (name) => textAt(parent, name),
        })
  }
  if (/^(?:hostPort|nodePort|healthCheckNodePort)$/.test(key)) {
    const [address, protocol] = [textAt(parent, 'hostIP'), textAt(parent, 'protocol')]
    return withPublication(readPortNumber(spelling, 'publish', subjectOf(place)), { address, protocol })
  }
  if (key === 'localPort') return readValue(spelling, { name: key, clues: subjectOf(place), side: 'host' })
  if (/^(?:containerPort|targetPort|endPort|servicePort)$/.test(key))
    return readPortNumber(spelling, 'container', subjectOf(place))
  if (key === 'port' || (key === 'number' && section === 'port')) {
    const role =
      section === item && keys.at(-3) === 'ports' && textAt(rootOf(place), 'kind') === 'Service'
        ? 'expose'
        : 'container'
    const numbers = readPortNumber(spelling, role, subjectOf(place))
    if (numbers.length > 0) return numbers
  }
  if (section === 'annotations' || section === 'labels') {
    if (isPortName(key)) return readPortNumber(spelling, 'container', subjectOf(place))
    return /:\/\//.test(spelling.raw)
      ? shift(withClues(readText(spelling.raw, { style: 'string' }), subjectOf(place)), spelling.start)
      : []
  }
  return readRest(place)
}

function readRest(place: Place): Sighting[] | undefined {
  const found = readOther(place)
  return found && insideContainer(withClues(found, subjectOf(place)), place.text)
}

function rootOf(place: Place): Node {
  let root = place.node
  for (let at: Place | undefined = place; at; at = at.parent) {
    if (!at.parent || (isMap(at.node) && textAt(at.node, 'kind') !== undefined)) root = at.node
    if (root === at.node && textAt(root, 'kind') !== undefined) break
  }
  return root
}

/** What has the port that is written at a place: the service an ingress names, the manifest, the container, its image. */
function subjectOf(place: Place): Clue[] {
  const root = rootOf(place)
  const named: Clue[] = []
  const container: Clue[] = []
  const hints: Clue[] = []
  const keys: string[] = []
  for (let at: Place | undefined = place; at && at.node !== root; at = at.parent) {
    const { node } = at
    if (isMap(node)) {
      named.push(...clueAt('name', node, 'resourceName'))
      if (/^(?:service|backend|backendRef|destination|serviceRef)$/.test(at.key) || at.parent?.key === 'backendRefs') {
        named.push(
          ...clueAt('name', node, 'name'),
          ...clueAt('name', node, 'serviceName'),
          ...clueAt('name', node, 'host'),
        )
      } else if (at.key === item && /containers$/i.test(at.parent?.key ?? '')) {
        container.push(...clueAt('name', node, 'name'), ...clueAt('image', node, 'image'))
      } else if (at.key === item && at.parent?.key === 'ports') hints.push(...clueAt('context', node, 'name'))
    }
    if (at.key !== item) keys.unshift(at.key)
  }
  const isManifest = textAt(root, 'kind') !== undefined
  const path: Clue[] = isManifest || keys.length === 0 ? [] : [{ kind: 'variable', text: keys.slice(-4).join('.') }]
  const [name, ...image] = container
  const clues: Clue[] = [
    ...named,
    ...clueAt('name', root, 'metadata', 'name'),
    ...(name ? [name, ...image] : []),
    ...path,
    ...clueAt('name', root, 'metadata', 'labels', 'app'),
    ...clueAt('name', root, 'metadata', 'labels', 'app.kubernetes.io/name'),
    ...clueAt('name', root, 'spec', 'selector', 'app'),
    ...hints,
  ]
  return distinct(clues)
}

/** The values of a container's other variables. */
function envOf(place: Place): ((name: string) => string | undefined) | undefined {
  const list = place.parent?.parent?.node
  if (!isSeq(list) || list.items.length > 500) return undefined
  return (name) => {
    const entry = (list.items as Node[]).find((each) => textAt(each, 'name') === name)
    return entry && textAt(entry, 'value')
  }
}

/** `{ op: replace, path: /spec/ports/0/port, value: 3000 }`. */
function readPatchValue(place: Place, pointer: string): Sighting[] {
  const keys = pointer.split('/').filter((key) => /[a-z]/i.test(key))
  const key = keys.at(-1) ?? ''
  if (!isPortName(key)) return []
  return readPortNumber(spell(place.node, place.text)!, /^(?:hostPort|nodePort)$/.test(key) ? 'publish' : 'container', [
    ...subjectOf(place).filter(({ kind }) => kind !== 'variable'),
    { kind: 'context', text: pointer },
  ])
}

/** Base64 says nothing. */
function isSecretData(place: Place, section: string): boolean {
  return section === 'data' && textAt(rootOf(place), 'kind') === 'Secret'
}

/** An ingress's table of ports: `"9000": default/web:8080`. */
function readServedPorts(node: Node, text: string): Sighting[] | undefined {
  const { items } = node as unknown as { items: { key: Node; value: Node }[] }
  const isTable =
    items.length > 0 &&
    items.every(
      ({ key, value }) =>
        /^\d{1,5}$/.test(keyText(key)) && /^[\w.{}-]+\/[\w.{}-]+:\d{1,5}/.test(spell(value ?? key, text)?.raw ?? ''),
    )
  if (!isTable) return undefined
  return items.flatMap(({ key, value }) => readServedPort(spell(key, text)!, spell(value, text)!))
}

function readServedPort(outer: Spelling, inner: Spelling): Sighting[] {
  const [before, name] = /^[\w.{}-]+\/([\w.{}-]+):/.exec(inner.raw)!
  const digits = /^\d{1,5}/.exec(inner.raw.slice(before.length))![0]
  const clues: Clue[] = [{ kind: 'name', text: name! }]
  const target = { raw: digits, start: inner.start + before.length }
  return [...readPortNumber(outer, 'publish', clues), ...readPortNumber(target, 'container', clues)]
}

/** Whether a document is a manifest, a kustomization, a patch, or a chart's values. */
export function isKubernetes(node: Node, path: string): boolean {
  if (textAt(node, 'kind') !== undefined && textAt(node, 'apiVersion') !== undefined) return true
  if (/(?:^|\/)kustomization\.ya?ml$/i.test(path)) return true
  return (
    /(?:^|[/.-])values(?:[.-][\w.-]*)?\.ya?ml$/i.test(path) ||
    (isMap(node) && textAt(node, 'replicaCount') !== undefined) ||
    textAt(node, 'image', 'repository') !== undefined
  )
}
