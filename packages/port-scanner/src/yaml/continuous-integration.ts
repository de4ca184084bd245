import { isScalar, type Node } from 'yaml'
import { extend, type Match } from '../match.js'
import { readMapping } from './mapping.js'
import { readContainerEnvironment, readEnvironment } from './environment.js'
import { entriesOf, get, itemsOf, listOf, spell, textOf } from './tree.js'
import { amend, type YamlDialect, type YamlDocument } from './yaml-dialect.js'

const paths =
  /(?:^|\/)(?:\.github\/(?:workflows|actions)\/|\.gitea\/|\.forgejo\/|\.circleci\/|\.woodpecker\/|\.buildkite\/|\.gitlab\/ci\/|\.azure-pipelines\/)|(?:^|\/)(?:[\w.-]*\.?gitlab-ci|\.woodpecker|\.drone|\.travis|bitbucket-pipelines|azure-pipelines|cloudbuild|appveyor|action)\.ya?ml$/i

const scripts = new Set(['run', 'script', 'before_script', 'after_script', 'command', 'commands', 'install', 'bash'])
const variables = new Set(['env', 'environment', 'variables', 'with'])

/** Workflows of continuous integration. The containers beside a job are another machine's. */
export const continuousIntegration: YamlDialect = {
  name: 'continuous integration',
  applies: ({ root, path }) => paths.test(path) || (get(root, 'jobs') !== undefined && get(root, 'on') !== undefined),
  read(document) {
    const side: Side = { ports: new Set(), hosts: new Set() }
    const found = walk(document.root, document, side, 0)
    return amend(found, ({ host, role, port, evidence }) => {
      const isService =
        host === 'named'
          ? evidence.some(({ kind, text }) => kind === 'host' && side.hosts.has(text))
          : role === 'reach' && side.ports.has(port)
      return isService ? { isElsewhere: true } : undefined
    })
  },
}

/** The containers beside the jobs. */
interface Side {
  readonly ports: Set<number>
  readonly hosts: Set<string>
}

function walk(node: Node, document: YamlDocument, side: Side, depth: number): Match[] {
  const { text, embed } = document
  if (depth > 12) return []
  return [
    ...itemsOf(node).flatMap((item) => walk(item, document, side, depth + 1)),
    ...entriesOf(node).flatMap(({ key, node: value }) => {
      if (key === 'services' || key === 'docker') return readServices(value, text, side)
      if (variables.has(key)) return readEnvironment(value, text)
      if (!scripts.has(key)) return isScalar(value) ? [] : walk(value, document, side, depth + 1)
      for (const line of listOf(value)) {
        const part = spell(line, text) ?? spell(get(line, 'command'), text)
        if (part) embed({ part, name: 'sh' })
      }
      return isScalar(value) ? [] : walk(value, document, side, depth + 1)
    }),
  ]
}

/** A map of containers, or a list of images. */
function readServices(services: Node, text: string, side: Side): Match[] {
  const named = entriesOf(services)
  const listed = itemsOf(services).map((node) => ({ key: textOf(get(node, 'alias') ?? get(node, 'name')), node }))
  return [...named, ...listed].flatMap(({ key, node }) => {
    const image = textOf(get(node, 'image') ?? get(node, 'name') ?? node)
    for (const host of [key, image?.replace(/^.*\//, '').replace(/[:@].*$/, '')]) if (host) side.hosts.add(host)
    const ports = itemsOf(get(node, 'ports')).flatMap((port) => {
      const spelled = spell(port, text)
      return spelled ? readMapping(spelled, { evidence: [], group: `ci ${key}` }) : []
    })
    for (const { port, role } of ports) if (role === 'publish' || role === 'expose') side.ports.add(port)
    const environment = ['env', 'environment', 'variables'].flatMap((field) =>
      readContainerEnvironment(get(node, field), text),
    )
    return extend([...ports, ...environment], { isElsewhere: true })
  })
}
