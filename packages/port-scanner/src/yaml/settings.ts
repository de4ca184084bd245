import { isScalar, isSeq, type Node } from 'yaml'
import { readAssignment, type AssignmentOptions, type Spelled } from '../assignment.js'
import { extend, merge, type Evidence, type Match } from '../match.js'
import { isPortName, wordsOf } from '../names.js'
import { readCommand, readPrefixed } from './command.js'
import { readMapping } from './mapping.js'
import { entriesOf, get, itemsOf, ownEntriesOf, spell, spellAny, textOf } from './tree.js'
import { amend, blocks, type YamlDialect } from './yaml-dialect.js'

/** Words of a key that name no owner: `server.port` is the program's own port, `consul.port` is not. */
const unnamed =
  /^(?:ports?|ur[li]s?|hosts?|hostname|https?|grpc|addr|address(?:es)?|endpoints?|base|origins?|targets?|values?|servers?|services?|listen(?:er)?|bind(?:ings?)?|app|application|config|configuration|settings|options|defaults?|common|globals?|spec|data|env|environments?|dev|development|prod|production|local|staging|spring|quarkus|micronaut|vars|variables|main|load|balancer|loadbalancer|network)$/

/** Takes the place of an item's name in a list: its port is not the program's own. */
const anonymous = '*'

/** Frameworks' settings for the name of a program. */
const programNames = [
  ['spring', 'application', 'name'],
  ['quarkus', 'application', 'name'],
  ['micronaut', 'application', 'name'],
] as const

/** Any other file of settings: ports of keys with a port's name, and addresses. */
export const settings: YamlDialect = {
  name: 'settings',
  applies: () => true,
  read({ root, text }) {
    const program = blocks(programNames.map((path) => textOf(get(root, ...path))).find((name) => name !== undefined))
    return walk(root, [], text, program)
  },
}

/** An OpenTelemetry collector: its keys name protocols and exporters, not services. */
export const collector: YamlDialect = {
  name: 'collector',
  applies: ({ root }) =>
    ['receivers', 'processors', 'exporters', 'extensions', 'service'].filter((key) => get(root, key) !== undefined)
      .length > 1,
  read: ({ root, text }) =>
    amend(walk(root, [], text, []), ({ evidence }) => ({
      evidence: evidence.map((each) =>
        each.kind === 'variable' ? { ...each, text: `${anonymous}_${each.text}` } : each,
      ),
    })),
}

/** CloudFormation, serverless frameworks and hosting platforms: ports of other machines. */
export const cloud: YamlDialect = {
  name: 'cloud',
  applies: ({ root, path }) =>
    get(root, 'AWSTemplateFormatVersion') !== undefined ||
    (textOf(get(entriesOf(get(root, 'Resources'))[0]?.node, 'Type')) ?? '').startsWith('AWS::') ||
    (/(?:^|\/)(?:serverless|render|app\.staging|app|samconfig|copilot\/[^/]+\/manifest)\.ya?ml$/i.test(path) &&
      ['provider', 'services', 'runtime', 'type'].some(
        (key) => get(root, key) !== undefined && get(root, 'spring') === undefined,
      )),
  read({ root, text }) {
    // The plugin `serverless-offline` runs functions on this machine.
    const offline = spell(get(root, 'custom', 'serverless-offline', 'httpPort'), text)
    const own = offline ? amend(readAssignment('port', offline), () => ({ role: 'listen' })) : []
    return merge(own, extend(walk(root, [], text, []), { isElsewhere: true }))
  },
}

/** Rules of a firewall or a cloud, of Ansible and others: which ports machines may reach. */
const firewall =
  /^(?:[a-z\d_]+\.)*(?:ufw|iptables|nftables|firewall(?:d|_rules?|s)?|ec2_(?:security_)?group|security_?groups?)$/i

/** `CORE_PORT=3001` in a list of variables. */
const assignment = /^([A-Z][A-Z\d_]*)=/

/** Returns the ports of a tree of settings inside another format. */
export function readValues(node: Node, text: string): Match[] {
  return walk(node, [], text, [])
}

/** A command in a list, after variables: `CORE_PORT=3001 pnpm dev`. */
const assigned = /^(?:env\s+)?(?:[A-Z_][A-Z\d_]*=\S+\s+)+[a-z./]/

function walk(node: Node, path: readonly string[], text: string, program: readonly Evidence[]): Match[] {
  if (isSeq(node)) {
    return itemsOf(node).flatMap((item) => {
      const name = textOf(get(item, 'name') ?? get(item, 'id'))
      const own = [...path, name ?? anonymous]
      const spelled = spell(item, text)
      if (!spelled) return walk(item, own, text, program)
      if (assigned.test(spelled.text)) return readPrefixed(spelled)
      const [whole = '', variable] = assignment.exec(spelled.text) ?? []
      if (variable === undefined) return readSetting(path, spelled, program)
      return readSetting(
        [variable],
        { text: spelled.text.slice(whole.length), start: spelled.start + whole.length },
        program,
      )
    })
  }
  const entries = ownEntriesOf(node)
  // A list of variables, each with a name and a value.
  const variable = textOf(get(node, 'name') ?? get(node, 'key'))
  return entries.flatMap(({ key, node: value }) => {
    if (/^(?:description|summary|title|example|examples|message|text|help|comment)$/i.test(key) || firewall.test(key)) {
      return []
    }
    if (key === 'value' && variable !== undefined && isScalar(value)) {
      return readSetting([variable], spell(value, text)!, program)
    }
    const isOfContainer = key === 'ports' && /(?:^|\.)(?:docker|podman)_container$/.test(path.at(-1) ?? '')
    if (key === 'published_ports' || isOfContainer) {
      // A container of Ansible.
      const owner = { evidence: blocks(variable), group: `ports of ${variable}` }
      return itemsOf(value).flatMap((item) => {
        const spelled = spell(item, text)
        return spelled ? readMapping(spelled, owner) : []
      })
    }
    // Symfony's `env(CORE_URL)`
    const own = [...path, ...key.replace(/^env\(([A-Z]\w*)\)$/, '$1').split('.')]
    if (/^(?:command|cmd|args|script|entrypoint|exec)$/i.test(key)) {
      const spelled = spellAny(value, text)
      return spelled ? readCommand(spelled, 'host').filter(({ role }) => role !== 'listen') : []
    }
    if (!isScalar(value)) return walk(value, own, text, program)
    // `mysql.port` belongs to `mysql.host`.
    const [section = ''] = /^.*\./.exec(key) ?? []
    const sibling = (name: string) => {
      const wanted = (section + name).toLowerCase()
      return spell(entries.find((each) => each.key.toLowerCase() === wanted)?.node, text)?.text
    }
    return readSetting(own, spell(value, text)!, program, sibling)
  })
}

/** One setting: its key is qualified by the nearest key around it that names something. */
function readSetting(
  path: readonly string[],
  value: Spelled,
  program: readonly Evidence[],
  sibling?: AssignmentOptions['sibling'],
): Match[] {
  const key = path.at(-1) ?? ''
  // A sentence that contains an address.
  if (!/\d\d/.test(value.text) || /[^,;]\s+\S/.test(value.text.replace(/\{\{.*?\}\}/g, '').trim())) return []
  const name = qualify(path)
  // `grpc.server.port` is a further port of the program.
  const further: readonly Evidence[] = name === key && path.includes('grpc') ? [{ kind: 'hint', text: 'grpc' }] : []
  return amend(readAssignment(key, value, { sibling }), (match) => {
    const isBound = match.role !== 'listen' && /(?:^|[\s,"'])(?:0\.0\.0\.0|\*|\[::\]):\d/.test(value.text)
    const evidence = match.evidence.map((each) => (each.text === key ? { ...each, text: name } : each))
    return {
      evidence: name === key || isUnnamed(name) ? [...evidence, ...program, ...further] : evidence,
      // A program that listens on every address usually runs in a container.
      ...(isBound && { role: 'listen', side: 'container' }),
    }
  })
}

function isUnnamed(key: string): boolean {
  return wordsOf(key).every((word) => unnamed.test(word))
}

function qualify(path: readonly string[]): string {
  const key = path.at(-1) ?? ''
  if (!isUnnamed(key)) return key
  const at = path.slice(0, -1).findLastIndex((each) => each !== anonymous && !isUnnamed(each))
  if (at >= 0) return [path[at], ...path.slice(at + 1, -1).filter((each) => each === 'grpc'), key].join('_')
  return path.includes(anonymous) && isPortName(key) ? `${anonymous}_${key}` : key
}
