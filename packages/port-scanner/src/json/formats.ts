import { findAddresses } from '../address.js'
import { extend, merge, parsePort, shift, type Evidence, type Match, type Role, type Side } from '../match.js'
import { readScript } from '../shell/read-shell.js'
import { isOwnTask } from '../names.js'
import { readMapping } from '../yaml/mapping.js'
import { amend } from '../yaml/yaml-dialect.js'
import { readSettings } from './settings.js'
import { at, keysAround, scalarsOf, textAt, type Item } from './tree.js'

/** A format of JSON. */
interface JsonFormat {
  readonly paths: RegExp
  read(root: Item, path: string): Match[]
}

/** Scripts that start the package's own server. */
const serving = /^(?:serve|dev|start|develop|run)(?:[:-](?:dev|local|watch|development))?$/

const formats: readonly JsonFormat[] = [
  { paths: /(?:^|\/)package\.json$/, read: readPackage },
  { paths: /(?:^|\/)(?:project|angular|workspace|\.angular-cli)\.json$/, read: readTargets },
  { paths: /(?:^|\/)microfrontends\.jsonc?$/, read: readMicrofrontends },
  { paths: /(?:^|\/)launch\.json$|\.code-workspace$/, read: readLaunch },
  { paths: /(?:^|\/)tasks\.json$/, read: readTasks },
  { paths: /(?:^|\/)\.?devcontainer(?:\/[\w./-]+)?\.json$/, read: readDevcontainer },
  { paths: /(?:^|\/)(?:launchsettings|appsettings[\w.-]*)\.json$/i, read: readDotnet },
  { paths: /(?:^|\/)wrangler\.jsonc?$/, read: readWorker },
  { paths: /(?:^|\/)firebase\.json$/, read: addressesOf },
]

/** Whole programs' settings, where `port` is the program's own. */
const settings =
  /(?:^|\/)(?:config|configs|settings|env|\.[\w-]+)\/|(?:config|settings|conf|nodemon|env|server|default|development|production|local|wrangler|rc)[\w.-]*\.jsonc?$|(?:^|\/)\.[\w-]+(?:rc|-cli)$/i

/** Data that shows how something looks. */
const shown = /(?:^|\/)(?:docs?|documentation|examples?|samples?|templates?)\/.*\.json\w*$/i

/** Returns the ports of a JSON file by its format. */
export function readJsonFormat(root: Item, path: string): Match[] {
  const format = formats.find(({ paths }) => paths.test(path))
  if (format) return format.read(root, path)
  const isDescription = ['openapi', 'swagger', 'panels', 'dashboard', '$schema', '_postman_variable_scope'].some(
    (key) => at(root, key) !== undefined,
  )
  const isSchema =
    /json-schema|\/schemas?\//.test(textAt(root, '$schema') ?? '') && at(root, 'properties') !== undefined
  // As in YAML, the ports of a described interface are examples.
  if (at(root, 'openapi') || at(root, 'swagger')) return []
  if (isSchema || at(root, 'panels')) return addressesOf(root)
  // Containers of Amazon ECS share one address, on another machine.
  if (at(root, 'containerDefinitions')) return extend(readSettings(root), { isElsewhere: true })
  const isProxy = /(?:^|\/)proxy[\w.-]*\.json$/i.test(path)
  const found = readSettings(root, {
    isOwn: !isDescription && settings.test(path),
    followerOf: ({ key }) =>
      isProxy && key === 'target' ? 'proxy target' : key === 'baseUrl' && /cypress/.test(path) ? 'base URL' : undefined,
  })
  return shown.test(path) ? extend(found, { isExample: true }) : found
}

function addressesOf(root: Item): Match[] {
  return readSettings(root).filter(({ role }) => role === 'reach')
}

/** The scripts of a package, npm's `config`, and the proxy of a development server. */
function readPackage(root: Item): Match[] {
  const scripts = at(root, 'scripts')?.children ?? []
  const found = scripts.flatMap(({ key, scalar }) => {
    if (!scalar) return []
    // A quote inside a quoted script has a backslash before it.
    const read = readScript({ ...scalar, text: scalar.text.replaceAll('\\"', ' "') })
    const matches = /^(?:test|e2e|cypress|playwright)\b/.test(key) ? extend(read, { isTest: true }) : read
    return matches.flatMap((match) => {
      if (!isOwnFlag(match)) return match
      return isOwnTask(key)
        ? extend([match], { follower: 'script', evidence: [{ kind: 'hint', text: key }] })
        : extend([match], { evidence: [{ kind: 'block', text: key }] })
    })
  })
  const proxy = at(root, 'proxy')
  const config = at(root, 'config')
  const wired = at(root, 'wireit')
  return merge(
    found,
    proxy ? extend(readSettings(proxy), { follower: 'proxy target' }) : [],
    config ? readSettings(config) : [],
    wired ? readSettings(wired) : [],
  )
}

function isOwnFlag({ role, evidence }: Match): boolean {
  return role === 'flag' && evidence.every(({ kind }) => kind !== 'block')
}

/** Targets of Nx projects and Angular workspaces. */
function readTargets(root: Item): Match[] {
  const projects = at(root, 'projects')?.children.filter(({ children }) => children.length > 0) ?? []
  const name = textAt(root, 'name')
  return projects.length > 0 ? projects.flatMap((each) => readProject(each, each.key)) : readProject(root, name)
}

function readProject(project: Item, name: string | undefined): Match[] {
  const targets = at(project, 'targets') ?? at(project, 'architect')
  return (targets?.children ?? []).flatMap((target) => {
    const isServing = serving.test(target.key)
    const block = isServing ? name : target.key
    const evidence: Evidence[] = block === undefined ? [] : [{ kind: 'block', text: block }]
    // For a Node process, the option `port` is the debugger's.
    const isNode = (textAt(target, 'executor') ?? '').endsWith(':node')
    if (isNode) return []
    return readSettings(target, { ownerOf: () => evidence }).flatMap((match) =>
      isServing && match.role === 'value' ? extend([match], { role: 'listen' }) : match,
    )
  })
}

/** `applications.web.development.local` of Turborepo's proxy: a port, or an address. */
function readMicrofrontends(root: Item): Match[] {
  const applications = at(root, 'applications')?.children ?? []
  const found = applications.flatMap((application) => {
    const names = [application.key, textAt(application, 'packageName')?.replace(/^.*\//, '')]
    const evidence = names.flatMap((text): Evidence[] => (text === undefined ? [] : [{ kind: 'block', text }]))
    const local = at(application, 'development', 'local')
    return (local ? scalarsOf(local) : []).flatMap(({ scalar }) => {
      const digits = /\d{2,5}$/.exec(scalar.text)?.[0] ?? ''
      const end = scalar.start + scalar.text.length
      return numberAt(digits, end - digits.length, 'listen', 'host', evidence)
    })
  })
  return merge(found, readSettings(root))
}

/** Launch entries of VS Code and Claude. VS Code's own `port` is the debugger's. */
function readLaunch(root: Item, path: string): Match[] {
  const isClaude = /(?:^|\/)\.claude\//.test(path)
  const entries = (at(root, 'configurations') ?? at(root, 'launch', 'configurations'))?.children ?? []
  const launched = entries.flatMap((entry) => {
    const name = textAt(entry, 'name')
    const evidence: Evidence[] = name === undefined ? [] : [{ kind: 'block', text: name }]
    const found = readSettings(entry, { ownerOf: () => evidence })
    const isDebugger = ({ start }: Match) =>
      ['port', 'debugPort', 'attachSimplePort'].some((key) => at(entry, key)?.scalar?.start === start)
    const kept = isClaude
      ? found.map((match) => (isDebugger(match) ? { ...match, role: 'listen' as const } : match))
      : found.filter((match) => !isDebugger(match))
    // `ng test` opens the page of its test runner.
    const isTest = !isClaude && /\btests?\b/i.test(name ?? '')
    return merge(isTest ? extend(kept, { isTest }) : kept, readArguments(entry, evidence, 'args', 'runtimeArgs'))
  })
  const shared = at(root, 'settings')
  return shared ? merge(launched, readSettings(shared)) : launched
}

function readTasks(root: Item): Match[] {
  // Zed has a list of tasks.
  return (at(root, 'tasks') ?? root).children.flatMap((task) => {
    const label = textAt(task, 'label') ?? textAt(task, 'taskName')
    const evidence: Evidence[] = label === undefined ? [] : [{ kind: 'block', text: label }]
    return merge(readSettings(task, { ownerOf: () => evidence }), readArguments(task, evidence, 'args'))
  })
}

/** `["--port", "3001"]` */
function readArguments(entry: Item, evidence: readonly Evidence[], ...keys: readonly string[]): Match[] {
  return keys.flatMap((key) => {
    const words = at(entry, key)?.children ?? []
    return words.flatMap(({ scalar }, index): Match[] => {
      const before = words[index - 1]?.scalar?.text ?? ''
      const [, flag, digits] = /^(--?[\w.-]*=)?(\d{2,5})$/.exec(scalar?.text ?? '') ?? []
      if (!scalar || digits === undefined || !/^(?:-p|-P|--?(?:[\w.-]*[-.])?port)=?$/i.test(flag ?? before)) return []
      return numberAt(digits, scalar.start + (flag?.length ?? 0), 'flag', 'host', evidence)
    })
  })
}

/** `forwardPorts` opens a container's port under the same number on this machine. */
function readDevcontainer(root: Item): Match[] {
  const attributes = at(root, 'portsAttributes')?.children ?? []
  const labelled = attributes.flatMap((each) => {
    const label = textAt(each, 'label')
    const evidence: Evidence[] = label === undefined ? [] : [{ kind: 'label', text: label }]
    return numberAt(each.key, each.keyStart, label === undefined ? 'mention' : 'value', 'host', evidence)
  })
  const forwarded = (at(root, 'forwardPorts')?.children ?? []).flatMap(({ scalar }) =>
    scalar ? shift(findAddresses(scalar.text, { isBare: true }), scalar.start) : [],
  )
  const published = scalarsOf(at(root, 'appPort') ?? emptyItem).flatMap(({ scalar }) =>
    readMapping(scalar, { evidence: [], group: 'appPort' }).filter(({ role }) => role !== 'expose'),
  )
  const environments = ['containerEnv', 'remoteEnv'].flatMap((key) => {
    const item = at(root, key)
    // Its ports are forwarded under the same numbers.
    return amend(item ? readSettings(item) : [], ({ host }) => (host === 'local' ? {} : { side: 'container' }))
  })
  const commands = root.children.filter(({ key }) => key.endsWith('Command')).flatMap(scalarsOf)
  const started = commands.flatMap(({ scalar }) => extend(readScript(scalar), { side: 'container' }))
  return merge(labelled, forwarded, published, environments, started)
}

const emptyItem: Item = { key: '', parent: undefined, children: [], isList: true, keyStart: 0 }

/** Settings of ASP.NET: the addresses that it binds, often one for HTTP and one for HTTPS, and connection strings. */
function readDotnet(root: Item): Match[] {
  const own = scalarsOf(root).flatMap((item): Match[] => {
    const { scalar, key } = item
    const keys = keysAround(item)
    const isIn = (name: RegExp) => keys.some((each) => name.test(each))
    if (isIn(/^iis/i)) return []
    if (!/^(?:applicationUrl|urls)$/i.test(key) && !isIn(/^kestrel$/i)) return []
    const found = shift(findAddresses(scalar.text), scalar.start)
    return found.flatMap(({ port, start, evidence, scheme = 'http' }) =>
      extend(numberAt(String(port), start, 'listen', 'host', evidence), { scheme, group: 'bound' }),
    )
  })
  const isExpress = /^(?:applicationUrl|sslPort)$/i
  return merge(
    own,
    readSettings(root).filter(({ evidence }) => !evidence.some(({ text }) => isExpress.test(text))),
  )
}

/** A worker of Cloudflare, with the port of its development server. */
function readWorker(root: Item): Match[] {
  const name = textAt(root, 'name')
  const port = at(root, 'dev', 'port')?.scalar
  const evidence: Evidence[] = name === undefined ? [] : [{ kind: 'block', text: name }]
  const own = port ? numberAt(port.text, port.start, 'listen', 'host', evidence) : []
  return merge(own, readSettings(root))
}

function numberAt(digits: string, start: number, role: Role, side: Side, evidence: readonly Evidence[]): Match[] {
  const port = parsePort(digits)
  return port === undefined ? [] : [{ port, start, end: start + digits.length, role, side, evidence }]
}
