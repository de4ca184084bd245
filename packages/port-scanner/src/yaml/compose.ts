import type { Node } from 'yaml'
import { readAssignment } from '../assignment.js'
import { extend, type Evidence, type Match } from '../match.js'
import { readMapping, type Owner } from './mapping.js'
import { entriesOf, get, itemsOf, spell, textOf } from './tree.js'
import type { YamlDialect } from './yaml-dialect.js'

const serviceFields = ['image', 'build', 'ports', 'expose', 'environment', 'command', 'extends', 'container_name']

/** Compose files. */
export const compose: YamlDialect = {
  name: 'compose',
  applies: ({ root }) =>
    entriesOf(get(root, 'services')).some(({ node }) => serviceFields.some((field) => get(node, field) !== undefined)),
  read: ({ root, text }) => entriesOf(get(root, 'services')).flatMap(({ key, node }) => readService(key, node, text)),
}

function readService(name: string, service: Node, text: string): Match[] {
  const block = (text: string | undefined): Evidence[] => (text === undefined ? [] : [{ kind: 'block', text }])
  const image = textOf(get(service, 'image'))
  const evidence: Evidence[] = [
    ...block(name),
    ...block(textOf(get(service, 'container_name'))),
    ...(image === undefined ? [] : [{ kind: 'image', text: imageName(image) } as const]),
  ]
  const profiles = itemsOf(get(service, 'profiles')).flatMap((node) => textOf(node) ?? [])
  const owner: Owner = { evidence, group: `services.${name}`, ...(profiles.length > 0 && { profiles }) }
  return [
    ...itemsOf(get(service, 'ports')).flatMap((node) => readPublication(node, owner, text)),
    ...itemsOf(get(service, 'expose')).flatMap((node) => {
      const spelled = spell(node, text)
      return spelled ? readMapping(spelled, owner) : []
    }),
    ...extend(readEnvironment(get(service, 'environment'), text), { evidence }),
  ]
}

/** Returns the last part of an image's name: `grafana` for `docker.io/grafana/grafana:12`. */
export function imageName(image: string): string {
  return image.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '')
}

function readPublication(node: Node, owner: Owner, text: string): Match[] {
  const spelled = spell(node, text)
  if (spelled) return readMapping(spelled, owner)
  const [published, target] = [spell(get(node, 'published'), text), spell(get(node, 'target'), text)]
  const inner = target ? readMapping(target, owner).map((match) => ({ ...match, role: 'inner' as const })) : []
  if (!published) return inner
  const outer = readMapping(
    { text: `${published.text}:${inner[0]?.port ?? published.text}`, start: published.start },
    owner,
  )
  const protocol = textOf(get(node, 'protocol')) === 'udp' ? 'udp' : 'tcp'
  const address = textOf(get(node, 'host_ip'))
  return [
    ...outer
      .filter(({ role }) => role === 'publish')
      .map((match) => ({ ...match, publication: { ...match.publication, protocol, address } as const })),
    ...inner,
  ]
}

/** A map, or a list of `KEY=value`. Variables are those of the container, so its own port is on the container's side. */
function readEnvironment(node: Node | undefined, text: string): Match[] {
  const entries = [
    ...entriesOf(node).map(({ key, node: value }) => ({ name: key, value: spell(value, text) })),
    ...itemsOf(node).map((item) => {
      const spelled = spell(item, text)
      const equals = spelled?.text.indexOf('=') ?? -1
      if (!spelled || equals < 0) return { name: '', value: undefined }
      const value = { text: spelled.text.slice(equals + 1), start: spelled.start + equals + 1 }
      return { name: spelled.text.slice(0, equals), value }
    }),
  ]
  const values = new Map(entries.map(({ name, value }) => [name, value?.text]))
  return entries.flatMap(({ name, value }) =>
    value ? readAssignment(name, value, { sibling: (other) => values.get(other) }).map(insideContainer) : [],
  )
}

/** Inside a container, a variable's number and `localhost` are on the container's side. */
function insideContainer(match: Match): Match {
  return match.role === 'reach' && match.host === 'local' ? match : { ...match, side: 'container' }
}
