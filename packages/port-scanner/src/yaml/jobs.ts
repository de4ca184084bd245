import { isScalar, type Node } from 'yaml'
import type { Match } from '../match.js'
import { isJob } from '../job.js'
import { readEnvironment } from './environment.js'
import { readMapping } from './mapping.js'
import { entriesOf, get, itemsOf, listOf, spell } from './tree.js'
import type { YamlDialect, YamlDocument } from './yaml-dialect.js'

const scripts = new Set(['run', 'script', 'before_script', 'after_script', 'command', 'commands', 'install', 'bash'])
const variables = new Set(['env', 'environment', 'variables', 'with'])
/** The containers next to a job, whose ports are their own. */
const containers = new Set(['services', 'docker'])

/** Jobs of continuous integration: their variables, and the commands that they run. */
export const jobs: YamlDialect = {
  name: 'continuous integration',
  applies: ({ path }) => isJob(path),
  read(document) {
    const opened = new Set<number>()
    return walk(document.root, document, opened).filter(({ port }) => !opened.has(port))
  },
}

function walk(node: Node, document: YamlDocument, opened: Set<number>): Match[] {
  const { text, embed } = document
  const items = itemsOf(node).flatMap((item) => walk(item, document, opened))
  const entries = entriesOf(node).flatMap(({ key, node: value }) => {
    if (variables.has(key)) return readEnvironment(value, text)
    if (containers.has(key)) {
      for (const port of findMappings(value, text)) opened.add(port)
      return []
    }
    const lines = scripts.has(key) ? listOf(value) : []
    for (const line of lines) {
      const part = spell(line, text) ?? spell(get(line, 'command'), text)
      if (part) embed({ part, name: 'sh' })
    }
    return isScalar(value) ? [] : walk(value, document, opened)
  })
  return [...items, ...entries]
}

/** Returns the ports that the containers next to a job publish. */
function findMappings(services: Node, text: string): number[] {
  return [...entriesOf(services).map(({ node }) => node), ...itemsOf(services)]
    .flatMap((service) => itemsOf(get(service, 'ports')))
    .flatMap((port) => {
      const spelled = spell(port, text)
      return spelled ? readMapping(spelled, { evidence: [], group: 'job' }).map((match) => match.port) : []
    })
}
