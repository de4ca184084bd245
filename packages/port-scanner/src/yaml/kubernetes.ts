import type { Node } from 'yaml'
import { extend, parsePort, type Evidence, type Match, type Role } from '../match.js'
import { readCommand } from './command.js'
import { imageName } from './compose.js'
import { readContainerEnvironment } from './environment.js'
import { readValues } from './settings.js'
import { entriesOf, get, itemsOf, listOf, spell, spellAny, textOf, textsOf } from './tree.js'
import { blocks, type YamlDialect, type YamlDocument } from './yaml-dialect.js'

/** Manifests of Kubernetes: workloads, Services, routes, ConfigMaps, lists and custom objects with containers. */
export const kubernetes: YamlDialect = {
  name: 'kubernetes',
  applies: ({ root }) => get(root, 'apiVersion') !== undefined && get(root, 'kind') !== undefined,
  read: (document) => readObject(document.root, document),
}

/** Kustomizations: patches, and literals of generated ConfigMaps. */
export const kustomize: YamlDialect = {
  name: 'kustomize',
  applies: ({ root, path }) =>
    /(?:^|\/)kustomization\.ya?ml$/i.test(path) || textOf(get(root, 'kind')) === 'Kustomization',
  read({ root, text, embed }) {
    for (const key of ['patches', 'patchesStrategicMerge', 'patchesJson6902']) {
      for (const patch of itemsOf(get(root, key))) {
        const part = spell(get(patch, 'patch') ?? patch, text)
        const target = blocks(textOf(get(patch, 'target', 'name')))
        if (part?.text.includes('\n')) embed({ part, name: 'patch.yaml', fields: { evidence: target } })
      }
    }
    const generators = [get(root, 'configMapGenerator'), get(root, 'secretGenerator')].flatMap(itemsOf)
    return generators.flatMap((each) => readContainerEnvironment(get(each, 'literals'), text))
  },
}

type Reading = Pick<YamlDocument, 'text' | 'path' | 'embed'>

/** Returns an object's name; a template's is that of its chart if it contains nothing else. */
function namesOf(object: Node, { text, path }: Reading): string[] {
  const name = get(object, 'metadata', 'name')
  const isChart = textOf(name) === undefined && /^\{\{[^{}]*\}\}$/.test(spell(name, text)?.text ?? '')
  const chart = /([^/]+)\/templates\//.exec(path)?.[1]
  return isChart && chart !== undefined ? [chart] : textsOf(object, ['metadata', 'name'])
}

function readObject(object: Node, reading: Reading): Match[] {
  // A chart of another product, as Helm has rendered it.
  const isRendered = textOf(get(object, 'metadata', 'labels', 'helm.sh/chart')) !== undefined
  const found = readKind(object, reading)
  return isRendered ? extend(found, { isElsewhere: true }) : found
}

function readKind(object: Node, reading: Reading): Match[] {
  const { text } = reading
  const kind = textOf(get(object, 'kind'))
  const names = namesOf(object, reading)
  if (kind === 'List') return itemsOf(get(object, 'items')).flatMap((item) => readObject(item, reading))
  // A Service of Knative starts containers.
  if (kind === 'Service' && get(object, 'spec', 'template') === undefined) return readService(object, names, text)
  if (kind === 'ServiceMonitor' || kind === 'PodMonitor') return readMonitor(object, names, text)
  if (kind === 'Ingress' || kind === 'VirtualService' || kind?.endsWith('Route'))
    return readBackends(get(object, 'spec'), text)
  if (kind === 'ConfigMap' || kind === 'Secret') {
    return ['data', 'stringData'].flatMap((key) => readData(get(object, key), names, reading))
  }
  const values = get(object, 'spec', 'source', 'helm', 'valuesObject')
  if (values !== undefined) return readValues(values, text)
  return findPods(get(object, 'spec'), 6).flatMap((pod) => {
    return readPod(pod.spec, [...names, ...appsOf(pod.labels)], text).concat(
      readAnnotations(pod.annotations, names, text),
    )
  })
}

/** Returns what labels call an object; the application of several components is no service. */
function appsOf(labels: Node | undefined): string[] {
  const components = textsOf(labels, ['component'], ['tier'], ['app.kubernetes.io/component'])
  return components.length > 0 ? [] : textsOf(labels, ['app.kubernetes.io/name'], ['app'])
}

interface Pod {
  readonly spec: Node
  readonly labels: Node | undefined
  readonly annotations: Node | undefined
}

/** Returns every map with `containers` at most a few levels below a spec: a template's, a job template's. */
function findPods(spec: Node | undefined, depth: number, metadata?: Node): Pod[] {
  if (spec === undefined || depth === 0) return []
  if (get(spec, 'containers') !== undefined || get(spec, 'initContainers') !== undefined) {
    return [{ spec, labels: get(metadata, 'labels'), annotations: get(metadata, 'annotations') }]
  }
  return entriesOf(spec).flatMap(({ key, node }) =>
    /^(?:template|jobTemplate|spec|predictor|podSpec)$|Template$/.test(key)
      ? findPods(node, depth - 1, get(spec, 'metadata'))
      : [],
  )
}

function readPod(pod: Node, names: readonly string[], text: string): Match[] {
  const containers = ['containers', 'initContainers'].flatMap((key) => itemsOf(get(pod, key)))
  return containers.flatMap((container) => {
    const name = textOf(get(container, 'name'))
    const image = textOf(get(container, 'image'))
    // The only container is the object; a sidecar is not.
    const isMain = itemsOf(get(pod, 'containers')).length === 1 || name === undefined || names.includes(name)
    const evidence: Evidence[] = [
      ...blocks(name, ...(isMain ? names : [])),
      ...(image === undefined ? [] : [{ kind: 'image', text: imageName(image) } as const]),
    ]
    return readContainer(container, evidence, text)
  })
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe']
const checks = [
  ['httpGet', 'port'],
  ['tcpSocket', 'port'],
  ['grpc', 'port'],
] as const

/** Returns the ports of a container: what it exposes, its probes, variables and command. */
export function readContainer(container: Node, evidence: readonly Evidence[], text: string): Match[] {
  const group = `container ${get(container, 'ports')?.range?.[0] ?? ''}`
  const exposed = itemsOf(get(container, 'ports')).flatMap((port) =>
    readNumber(get(port, 'containerPort'), text, isFurther(port) ? 'mention' : 'expose', { group }).concat(
      onNode(readNumber(get(port, 'hostPort'), text, 'publish')),
    ),
  )
  const handlers = [
    ...probes.map((probe) => get(container, probe)),
    ...['postStart', 'preStop'].map((hook) => get(container, 'lifecycle', hook)),
  ]
  const probed = handlers.flatMap((handler) =>
    checks
      .flatMap((check) => readNumber(get(handler, ...check), text, 'probe'))
      .concat(readCommands(get(handler, 'exec', 'command'), text, 'probe')),
  )
  const commands = ['command', 'args'].flatMap((key) => readCommands(get(container, key), text))
  const environment = readContainerEnvironment(get(container, 'env'), text)
  return extend([...exposed, ...probed, ...commands, ...environment], { evidence })
}

/** Returns whether the name of a container's port says that it is for the cluster, not for the service's clients. */
function isFurther(port: Node): boolean {
  return /metric|remoting|management|admin|health|probe|debug|jmx|gossip|peer|cluster/i.test(
    textOf(get(port, 'name')) ?? '',
  )
}

function readCommands(node: Node | undefined, text: string, role?: Role): Match[] {
  const spelled = spellAny(node, text)
  return spelled ? readCommand(spelled, 'container', role) : []
}

/** A Service's own port may be any number; its target is the container's. */
function readService(service: Node, names: readonly string[], text: string): Match[] {
  const evidence = blocks(...names, ...appsOf(get(service, 'spec', 'selector')))
  const group = `service ${service.range?.[0]}`
  const entries = itemsOf(get(service, 'spec', 'ports'))
  // Of several, the one with a name is usually the service's, and the others are for metrics or peers.
  const hasNamed = entries.some((entry) => /^\D/.test(textOf(get(entry, 'targetPort')) ?? ''))
  return entries.flatMap((entry) => {
    const target = get(entry, 'targetPort')
    const node = onNode(readNumber(get(entry, 'nodePort'), text, 'publish', { evidence }))
    const own = get(entry, 'port')
    const port = readNumber(own, text, 'mention', { evidence })
    const inner = readNumber(target ?? own, text, hasNamed ? 'mention' : 'inner', { evidence, group })
    return inner.concat(port, node)
  })
}

/** What Prometheus's operator scrapes of a Service or of pods. */
function readMonitor(monitor: Node, names: readonly string[], text: string): Match[] {
  const endpoints = ['endpoints', 'podMetricsEndpoints'].flatMap((key) => itemsOf(get(monitor, 'spec', key)))
  return endpoints.flatMap((endpoint) =>
    readNumber(get(endpoint, 'targetPort'), text, 'scrape', { evidence: blocks(...names) }),
  )
}

/** Backends of an Ingress or a route: a Service and its port. */
function readBackends(node: Node | undefined, text: string, depth = 8): Match[] {
  if (node === undefined || depth === 0) return []
  const name = textOf(get(node, 'name') ?? get(node, 'serviceName') ?? get(node, 'host'))
  const number = get(node, 'port', 'number') ?? get(node, 'servicePort') ?? get(node, 'port')
  const own =
    name === undefined
      ? []
      : readNumber(number, text, 'reach', { host: 'named', evidence: [{ kind: 'host', text: name }] }).filter(
          ({ port }) => port !== 80 && port !== 443,
        )
  return [
    ...own,
    ...entriesOf(node).flatMap(({ node: value }) =>
      listOf(value).flatMap((each) => readBackends(each, text, depth - 1)),
    ),
  ]
}

function readAnnotations(annotations: Node | undefined, names: readonly string[], text: string): Match[] {
  const evidence = blocks(...names)
  return [
    ...readNumber(get(annotations, 'prometheus.io/port'), text, 'scrape', { evidence }),
    ...readNumber(get(annotations, 'dapr.io/app-port'), text, 'inner', {
      evidence: [...blocks(textOf(get(annotations, 'dapr.io/app-id'))), ...evidence],
    }),
    ...readNumber(get(annotations, 'consul.hashicorp.com/connect-service-port'), text, 'inner', { evidence }),
  ]
}

/** Variables of a ConfigMap, and files in it. */
function readData(data: Node | undefined, names: readonly string[], { text, embed }: Reading): Match[] {
  const evidence = blocks(...names)
  const files = entriesOf(data).flatMap(({ key, node }) => {
    const part = spell(node, text)
    return part?.text.includes('\n') ? [{ part, name: key, fields: { evidence } }] : []
  })
  for (const file of files) embed(file)
  const isInFile = ({ start }: Match) =>
    files.some(({ part }) => part.start <= start && start < part.start + part.text.length)
  return extend(
    readContainerEnvironment(data, text).filter((match) => !isInFile(match)),
    { evidence },
  )
}

/** A port of the cluster's nodes is this machine's in a cluster for development. */
function onNode(matches: readonly Match[]): Match[] {
  return extend(matches, { side: 'host' })
}

/** Returns a number on the container's side. */
export function readNumber(
  node: Node | undefined,
  text: string,
  role: Role,
  fields: Partial<Pick<Match, 'group' | 'evidence' | 'host'>> = {},
): Match[] {
  const spelled = spell(node, text)
  const port = parsePort(spelled?.text ?? '')
  if (!spelled || port === undefined) return []
  const { start } = spelled
  return [{ port, start, end: start + spelled.text.length, role, side: 'container', evidence: [], ...fields }]
}
