import type { Node } from 'yaml'
import { readAssignment } from '../assignment.js'
import { extend, type Evidence, type Match } from '../match.js'
import { isRootAddress } from '../names.js'
import { groupBy } from './group-by.js'
import { readCommand } from './command.js'
import { readContainerEnvironment, readEnvironment } from './environment.js'
import { readMapping, type Owner } from './mapping.js'
import { entriesOf, get, itemsOf, spell, spellAny, textOf, textsOf } from './tree.js'
import { amend, blocks, type YamlDialect, type YamlDocument } from './yaml-dialect.js'

const serviceFields = [
  'image',
  'build',
  'ports',
  'expose',
  'environment',
  'env_file',
  'command',
  'entrypoint',
  'extends',
  'volumes',
  'container_name',
  'depends_on',
  'healthcheck',
  'labels',
  'deploy',
  'network_mode',
  'networks',
  'profiles',
  '<<',
]

/** Compose files and swarm stacks. */
export const compose: YamlDialect = {
  name: 'compose',
  applies: ({ root, path }) => {
    const services = entriesOf(get(root, 'services'))
    const isNamedSo = /(?:^|\/)(?:docker-)?compose[^/]*\.(?:ya?ml|json)(?:\.[\w.]+)?$/i.test(path)
    return services.some(({ node }) => isNamedSo || serviceFields.some((field) => get(node, field) !== undefined))
  },
  read({ root, text, embed }) {
    embedConfigs(root, text, embed)
    const services = entriesOf(get(root, 'services'))
    const extensions = groupBy(services, ({ node }) => textOf(get(node, 'extends', 'service') ?? get(node, 'extends')))
    const found = services.flatMap(({ key, node }) => {
      // The only extension of a service is another name of it.
      const extended = extensions.get(key) ?? []
      const otherNames = extended.length === 1 ? [extended[0]!.key] : []
      return readService(key, node, { otherNames, text }).map((match) => ({ service: key, match }))
    })
    return joinShared(found)
  },
}

/** Reads the files that are written in a compose file, each as what it is called inside its container. */
function embedConfigs(root: Node, text: string, embed: YamlDocument['embed']): void {
  const targets = new Map(
    entriesOf(get(root, 'services'))
      .flatMap(({ node }) => itemsOf(get(node, 'configs')))
      .map((config) => [textOf(get(config, 'source')), textOf(get(config, 'target'))]),
  )
  for (const { key, node } of entriesOf(get(root, 'configs'))) {
    const part = spell(get(node, 'content'), text)
    if (part?.text.includes('\n')) embed({ part, name: (targets.get(key) ?? key).replace(/^.*\//, '') })
  }
}

/** A number in a fragment that several services merge belongs to all of them, and to none alone. */
function joinShared(found: readonly { readonly service: string; readonly match: Match }[]): Match[] {
  return [...groupBy(found, ({ match }) => match.start).values()].map(([first, ...others]) => {
    const { service, match } = first!
    if (others.every((other) => other.service === service)) return match
    const names = [...new Set([first!, ...others].map((each) => each.service))]
    return extend([withoutBlocks(match)], { evidence: blocks(names.join(', ')) })[0]!
  })
}

function withoutBlocks(match: Match): Match {
  const evidence = match.evidence.map((each) =>
    each.kind === 'block' || each.kind === 'image' ? ({ kind: 'hint', text: each.text } as const) : each,
  )
  return { ...match, evidence }
}

interface File {
  readonly otherNames: readonly string[]
  readonly text: string
}

function readService(name: string, service: Node, { otherNames, text }: File): Match[] {
  const image = textOf(get(service, 'image'))
  const evidence: Evidence[] = [
    ...blocks(name, ...textsOf(service, ['container_name']), ...otherNames),
    ...(image === undefined ? [] : [{ kind: 'image', text: imageName(image) } as const]),
  ]
  const profiles = itemsOf(get(service, 'profiles')).flatMap((node) => textOf(node) ?? [])
  const group = `services.${name}`
  const owner: Owner = { evidence, group, ...(profiles.length > 0 && { profiles }) }
  const isOnHost = textOf(get(service, 'network_mode')) === 'host'
  const side = isOnHost ? 'host' : 'container'

  const mapped = itemsOf(get(service, 'ports')).flatMap((node) => readPublication(node, owner, text))
  const published = isOnHost
    ? extend(
        mapped.filter(({ role }) => role === 'publish'),
        { innerPort: undefined },
      )
    : mapped
  const exposed = itemsOf(get(service, 'expose')).flatMap((node) => {
    const spelled = spell(node, text)
    return spelled ? readMapping(spelled, owner).filter(({ role }) => role !== 'publish') : []
  })
  const read = isOnHost ? readEnvironment : readContainerEnvironment
  const environment = [get(service, 'environment'), get(service, 'build', 'args')].flatMap((node) => read(node, text))
  const commands = ['command', 'entrypoint'].flatMap((key) => {
    const spelled = spellAny(get(service, key), text)
    return spelled ? readCommand(spelled, side) : []
  })
  const labels = [get(service, 'labels'), get(service, 'deploy', 'labels')].flatMap((node) => readLabels(node, text))
  // A moved variable reaches the health check only if the container listens on it.
  const isMoved = environment.some(({ role, override }) => role === 'default' && override !== undefined)
  const test = spellAny(get(service, 'healthcheck', 'test'), text)
  const probes = amend(test ? readCommand(test, side, 'probe') : [], ({ role }) =>
    isMoved && role === 'probe' ? { follower: 'health check' } : undefined,
  )

  const debuggers = debuggersIn(spellAny(service, text)?.text ?? '')
  const own = amend([...published, ...exposed], ({ port, innerPort = port }) =>
    debuggers.has(innerPort) ? { role: 'mention' } : undefined,
  )
  const inner = new Set(own.filter((match) => match.side === 'container').map(({ port }) => port))
  for (const { port, side: at, role } of environment) if (at === 'container' && role !== 'reach') inner.add(port)
  const outer = new Set(own.filter((match) => match.side === 'host').map(({ port }) => port))
  const settings = extend([...environment, ...commands, ...labels, ...probes], { evidence })
  const others = amend(settings, (match) => {
    // An address of the container itself.
    const isInner = match.host === 'local' && inner.has(match.port) && !outer.has(match.port)
    const isRoot = match.evidence.some((each) => each.kind === 'variable' && isRootAddress(each.text))
    return isInner && !isRoot && !isOnHost ? { side: 'container' } : undefined
  })
  const dockerfile = dockerfileOf(get(service, 'build'))
  return dockerfile === undefined ? [...own, ...others] : extend([...own, ...others], { dockerfile })
}

/** Returns the path of the Dockerfile of a `build`, from the directory of the compose file; undefined if it is elsewhere. */
function dockerfileOf(build: Node | undefined): string | undefined {
  if (build === undefined || get(build, 'dockerfile_inline')) return undefined
  const context = textOf(build) ?? textOf(get(build, 'context')) ?? '.'
  const file = textOf(get(build, 'dockerfile')) ?? 'Dockerfile'
  // `${FLAVOR:-web}` is `web` unless the variable is set.
  const path = `${context}/${file}`.replaceAll(/\$\{\w{1,60}:?-([^${}]{0,200})\}/g, '$1')
  return /[$@]|:\/\//.test(path) ? undefined : path
}

const debugging =
  /(?:\bdebugpy\b[^\n]{0,80}?--listen[= ]|\bjdwp\b[^\s"']*?address=|\bdlv\b[^\n]{0,80}?--listen[= ])(?:[\w.*"']*:)?(\d{2,5})/g

/** Returns the ports on which a container's command opens a debugger. */
function debuggersIn(service: string): ReadonlySet<number> {
  return new Set([...service.matchAll(debugging)].map(({ 1: digits }) => Number(digits)))
}

/** Returns the last part of an image's name: `grafana` for `docker.io/grafana/grafana:12`. */
export function imageName(image: string): string {
  return image.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '')
}

/** Returns the ports of one entry of a container's `ports`, in the short or the long form. */
function readPublication(node: Node, owner: Owner, text: string): Match[] {
  const spelled = spell(node, text)
  if (spelled) return readMapping(spelled, owner)
  const [published, target] = [spell(get(node, 'published'), text), spell(get(node, 'target'), text)]
  const inner = target ? amend(readMapping(target, owner), () => ({ role: 'inner' })) : []
  if (!published) return inner
  const outer = readMapping(
    { text: `${published.text}:${inner[0]?.port ?? published.text}`, start: published.start },
    owner,
  )
  const protocol = textOf(get(node, 'protocol')) === 'udp' ? 'udp' : 'tcp'
  const address = textOf(get(node, 'host_ip'))
  const mapped = outer.filter(({ role }) => role === 'publish')
  const outerPort = mapped[0]?.port
  return [
    ...amend(mapped, ({ publication }) => ({ publication: { ...publication, protocol, address } })),
    ...amend(inner, () => (outerPort === undefined ? undefined : { outerPort })),
  ]
}

/** Labels with which a proxy or Prometheus finds the container's port. */
const portLabel =
  /^(?:traefik\.(?:http|tcp|udp)\.services\.(?:\$\{[^}]*\}|[\w-])+\.loadbalancer\.(?:server|healthcheck)\.port|traefik\.port|prometheus(?:\.io)?[./](?:scrape[._-])?port|virtual\.port)$/i

function readLabels(labels: Node | undefined, text: string): Match[] {
  const entries = [
    ...entriesOf(labels).map(({ key, node }) => ({ name: key, value: spell(node, text) })),
    ...itemsOf(labels).flatMap((item) => {
      const spelled = spell(item, text)
      const equals = spelled?.text.indexOf('=') ?? -1
      if (!spelled || equals < 0) return []
      const value = { text: spelled.text.slice(equals + 1), start: spelled.start + equals + 1 }
      return [{ name: spelled.text.slice(0, equals), value }]
    }),
  ]
  return entries.flatMap(({ name, value }): Match[] => {
    if (!value) return []
    // caddy-docker-proxy: `{{upstreams 3000}}`
    const upstream = /\{\{\s*upstreams\s+(?:https?\s+)?(\d{2,5})\s*\}\}/d.exec(value.text)
    if (upstream) {
      const own = { text: upstream[1]!, start: value.start + upstream.indices![1]![0] }
      return amend(readAssignment('port', own), () => ({ role: 'inner', side: 'container', evidence: [] }))
    }
    if (!portLabel.test(name)) return readAssignment(name, value).filter(({ role }) => role !== 'value')
    return amend(readAssignment('port', value), () => ({ role: 'inner', side: 'container', evidence: [] }))
  })
}
