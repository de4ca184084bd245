import type { Node } from 'yaml'
import { extend, type Evidence, type Match } from '../match.js'
import { readCommand } from './command.js'
import { readContainerEnvironment, readEnvironment } from './environment.js'
import { readNumber } from './kubernetes.js'
import { readMapping } from './mapping.js'
import { entriesOf, get, itemsOf, listOf, spell, spellAny, textOf } from './tree.js'
import { amend, blocks, type YamlDialect } from './yaml-dialect.js'

/** process-compose and mprocs: processes on this machine. */
export const processes: YamlDialect = {
  name: 'processes',
  applies: ({ root, path }) =>
    entriesOf(get(root, 'procs')).length > 0 ||
    entriesOf(get(root, 'processes')).some(({ node }) => get(node, 'command') !== undefined) ||
    /(?:^|\/)(?:mprocs|process-compose)[^/]*\.ya?ml$/i.test(path),
  read: ({ root, text }) =>
    entriesOf(get(root, 'procs') ?? get(root, 'processes'))
      .flatMap(({ key, node }) => readProcess(key, node, text))
      .concat(readEnvironment(get(root, 'environment'), text)),
}

function readProcess(name: string, process: Node, text: string): Match[] {
  const commands = [process, ...['command', 'shell', 'cmd', 'entrypoint'].map((key) => get(process, key))].flatMap(
    (node) => (node === undefined || entriesOf(node).length > 0 ? [] : readHostCommand(node, text)),
  )
  const environment = [get(process, 'environment'), get(process, 'env')].flatMap((node) => readEnvironment(node, text))
  const probes = ['readiness_probe', 'liveness_probe'].flatMap((key) => {
    const probe = get(process, key)
    const number = readNumber(get(probe, 'http_get', 'port'), text, 'probe')
    const command = spell(get(probe, 'exec', 'command'), text)
    const probed = command ? readCommand(command, 'host', 'probe') : []
    return amend(number, () => ({ side: 'host', follower: 'health check' })).concat(probed)
  })
  return extend([...commands, ...environment, ...probes], { evidence: blocks(name) })
}

function readHostCommand(node: Node, text: string): Match[] {
  const spelled = spellAny(node, text)
  const found = spelled ? readCommand(spelled, 'host') : []
  return amend(found, ({ role }) => (role === 'flag' ? { role: 'listen', follower: 'script' } : undefined))
}

/** Taskfiles: scripts and variables. */
export const taskfile: YamlDialect = {
  name: 'Taskfile',
  applies: ({ root, path }) => /(?:^|\/)taskfile[^/]*\.ya?ml$/i.test(path) && get(root, 'tasks') !== undefined,
  read({ root, text, embed }) {
    const holders = [root, ...entriesOf(get(root, 'tasks')).map(({ node }) => node)]
    return holders.flatMap((holder) => {
      const commands = get(holder, 'cmds') ?? get(holder, 'cmd') ?? (holder === root ? undefined : holder)
      for (const item of listOf(commands)) {
        const part = spell(get(item, 'cmd') ?? item, text)
        if (part) embed({ part, name: 'sh' })
      }
      return [get(holder, 'vars'), get(holder, 'env')].flatMap((node) => readEnvironment(node, text))
    })
  },
}

/** Skaffold: ports that it forwards to this machine. */
export const skaffold: YamlDialect = {
  name: 'Skaffold',
  applies: ({ root }) => (textOf(get(root, 'apiVersion')) ?? '').startsWith('skaffold/'),
  read: ({ root, text }) =>
    [root, ...itemsOf(get(root, 'profiles'))]
      .flatMap((holder) => itemsOf(get(holder, 'portForward')))
      .flatMap((forward) =>
        amend(readNumber(get(forward, 'localPort'), text, 'publish'), () => ({
          side: 'host',
          publication: { protocol: 'tcp' },
          evidence: blocks(textOf(get(forward, 'resourceName'))),
        })),
      ),
}

/** Score: a workload's containers and the port of its service. */
export const score: YamlDialect = {
  name: 'Score',
  applies: ({ root }) => (textOf(get(root, 'apiVersion')) ?? '').startsWith('score.dev/'),
  read({ root, text }) {
    const name = textOf(get(root, 'metadata', 'name'))
    const containers = entriesOf(get(root, 'containers'))
    const evidence: Evidence[] = blocks(name)
    const ports = entriesOf(get(root, 'service', 'ports')).flatMap(({ node }) =>
      readNumber(get(node, 'targetPort') ?? get(node, 'port'), text, 'inner', { group: 'service ports' }),
    )
    const own = containers.flatMap(({ node }) => {
      const commands = ['command', 'args'].flatMap((key) => {
        const spelled = spellAny(get(node, key), text)
        return spelled ? readCommand(spelled, 'container') : []
      })
      const probes = ['livenessProbe', 'readinessProbe'].flatMap((probe) =>
        readNumber(get(node, probe, 'httpGet', 'port'), text, 'probe'),
      )
      return commands.concat(probes, readContainerEnvironment(get(node, 'variables'), text))
    })
    return extend([...ports, ...own], { evidence })
  },
}

/** kind, k3d and DevSpace: ports of a cluster for development on this machine. */
export const clusters: YamlDialect = {
  name: 'development cluster',
  applies: ({ root, path }) =>
    /^(?:kind\.x-k8s\.io|k3d\.io)\//.test(textOf(get(root, 'apiVersion')) ?? '') ||
    /(?:^|\/)devspace\.ya?ml$/.test(path),
  read({ root, text }) {
    const mapped = itemsOf(get(root, 'nodes'))
      .flatMap((node) => itemsOf(get(node, 'extraPortMappings')))
      .flatMap((mapping) => readNumber(get(mapping, 'hostPort'), text, 'publish'))
    const published = amend(mapped, () => ({ side: 'host', publication: { protocol: 'tcp' } }))
    const owners = [{ key: '', node: root }, ...entriesOf(get(root, 'dev'))]
    const forwarded = owners.flatMap(({ key, node }) =>
      itemsOf(get(node, 'ports')).flatMap((item) => {
        const spelled = spell(get(item, 'port'), text)
        const owner = { evidence: key === '' ? [] : blocks(key), group: `ports of ${key}` }
        return spelled ? readMapping(spelled, owner).filter(({ role }) => role !== 'expose') : []
      }),
    )
    return [...published, ...forwarded]
  },
}
