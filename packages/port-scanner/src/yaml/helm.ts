import { isMap, type Node } from 'yaml'
import { extend, isNodePort, type Evidence, type Match } from '../match.js'
import { imageName } from './compose.js'
import { readContainerEnvironment } from './environment.js'
import { readContainer, readNumber } from './kubernetes.js'
import { get, itemsOf, ownEntriesOf, spell, textOf } from './tree.js'
import { amend, blocks, type YamlDialect } from './yaml-dialect.js'
import { readAssignment } from '../assignment.js'

/** Keys that group settings of one component. */
const parts =
  /^(?:service|services|ports?|container|containers|http|https|grpc|deployment|statefulset|image|env|environment|config|configmap|extraenv|extraenvvars|envvars|ingress|autoscaling|resources|probes?|livenessprobe|readinessprobe|startupprobe|global|default|defaults|common|main|spec|app|application|server|values)$/i

/** Keys with the container's own port. */
const containerKey = /^(?:container|target|pod|internal|http|app|listen)_?port$/i

/** Keys with the port on which a component exposes its metrics. */
const metricsKey = /^(?:metrics|monitoring|prometheus|telemetry)$/i

/** Values of Helm charts: of the chart itself at the top, of its components below their keys. */
export const helmValues: YamlDialect = {
  name: 'Helm values',
  applies: ({ path }) => /(?:^|\/)(?:[\w.-]+[._-])?values(?:[._-][\w.-]+)?\.ya?ml$/i.test(path),
  read({ root, text, path }) {
    const chart = path.split('/').at(-2)
    return readPart(root, chart, text)
  },
}

/** @param isOfPorts - whether the keys of the map name ports, and no components */
function readPart(map: Node, owner: string | undefined, text: string, isOfPorts = false): Match[] {
  const image = textOf(get(map, 'image', 'repository') ?? get(map, 'image'))
  const evidence: Evidence[] = [
    ...blocks(owner, textOf(get(map, 'fullnameOverride')), textOf(get(map, 'nameOverride'))),
    ...(image === undefined ? [] : [{ kind: 'image', text: imageName(image) } as const]),
  ]
  const entries = ownEntriesOf(map)
  const hasTarget = entries.some(({ key }) => containerKey.test(key))
  const own = readContainer(map, [], text)
  const others = entries.flatMap(({ key, node }): Match[] => {
    if (/^(?:env|environment|envVars|extraEnv|extraEnvVars|config|configMap|configmap|vars)$/.test(key)) {
      return readContainerEnvironment(node, text)
    }
    if (containerKey.test(key)) return readNumber(node, text, 'expose')
    // A Service's port may be any number if the container's is given.
    const host = textOf(get(map, 'host'))
    const number = key === 'port' && host !== undefined ? spell(node, text) : undefined
    if (number)
      return amend(readAssignment(key, number, { sibling: () => host }), ({ host: kind }) =>
        kind ? { role: 'reach' } : undefined,
      )
    if (key === 'port') return hasTarget ? [] : readNumber(node, text, 'expose').filter(isNotWeb)
    if (/^(?:nodePort|hostPort)$/.test(key)) return []
    const value = spell(node, text)
    return value ? readAssignment(key, value).filter(({ role }) => role === 'reach') : []
  })
  const nested = entries.flatMap(({ key, node }) => {
    const isMetrics = metricsKey.test(key) && get(node, 'port') !== undefined && get(node, 'image') === undefined
    if (isMetrics) return readNumber(get(node, 'port'), text, 'mention')
    const children = isMap(node) ? [node] : itemsOf(node).filter((item) => isMap(item))
    const part = isOfPorts || parts.test(key) ? owner : key
    return children.flatMap((child) => readPart(child, part, text, key === 'ports'))
  })
  return [...extend([...own, ...others].map(withoutNodePort), { evidence }), ...nested]
}

/** The port of a node is none inside a container. */
function withoutNodePort(match: Match): Match {
  return match.role === 'expose' && isNodePort(match.port) ? { ...match, role: 'mention' } : match
}

function isNotWeb({ port }: Match): boolean {
  return port !== 80 && port !== 443
}
