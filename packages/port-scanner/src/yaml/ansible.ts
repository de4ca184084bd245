import { isMap, type Node } from 'yaml'
import { extend, type Match } from '../match.js'
import { readContainerEnvironment, readEnvironment } from './environment.js'
import { readMapping } from './mapping.js'
import { entriesOf, get, itemsOf, spell, textOf } from './tree.js'
import { amend, blocks, type YamlDialect } from './yaml-dialect.js'

/** Keys of plays and blocks that contain tasks. */
const lists = ['tasks', 'pre_tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']

/** Ansible playbooks and lists of tasks: variables, and containers on the hosts that they manage. */
export const ansible: YamlDialect = {
  name: 'Ansible',
  applies: ({ root, path }) =>
    itemsOf(root).some(
      (item) => get(item, 'hosts') !== undefined && lists.concat('roles', 'vars').some((key) => get(item, key)),
    ) || /(?:^|\/)(?:tasks|handlers|playbooks)\/[^/]+\.ya?ml$/i.test(path),
  read: ({ root, text }) => itemsOf(root).flatMap((item) => readTask(item, text, 0)),
}

function readTask(task: Node, text: string, depth: number): Match[] {
  if (depth > 8) return []
  const inner = lists.flatMap((key) => itemsOf(get(task, key))).flatMap((each) => readTask(each, text, depth + 1))
  const variables = ['vars', 'environment', 'set_fact', 'ansible.builtin.set_fact'].flatMap((key) =>
    readEnvironment(get(task, key), text),
  )
  const containers = entriesOf(task)
    .filter(({ key, node }) => /(?:^|[._])(?:docker|podman)_container$/.test(key) && isMap(node))
    .flatMap(({ node }) => readContainer(node, text))
  return [...variables, ...containers, ...inner]
}

function readContainer(container: Node, text: string): Match[] {
  const evidence = blocks(textOf(get(container, 'name')))
  const ports = ['ports', 'published_ports', 'publish'].flatMap((key) => itemsOf(get(container, key)))
  const mapped = ports.flatMap((node) => {
    const spelled = spell(node, text)
    return spelled ? readMapping(spelled, { evidence, group: `container ${container.range?.[0]}` }) : []
  })
  const environment = extend(readContainerEnvironment(get(container, 'env'), text), { evidence })
  // The hosts are other machines, so a port without a service is not this repository's.
  const published = amend(mapped, ({ role }) => (role === 'publish' ? { role: 'value' } : undefined))
  return [...published, ...environment]
}
