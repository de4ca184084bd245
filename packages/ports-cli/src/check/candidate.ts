import { isJob, isNodePort, isPortName, wordsOf } from '@driftos/port-scanner'
import { groupBy } from '../group-by.js'
import { isOwnVariable, publicPrefix } from './names.js'
import type { Occurrence } from './occurrence.js'
import { isDebuggerPort, nameOfScheme, protocolPorts, schemes } from './products.js'
import { programOfImage } from './repository.js'
import { isEphemeral } from './rules/rule.js'
import { isAside, isOfCompose, isOfDocs, isOfOtherEnvironment, isOfTests } from './silence.js'

/** How strongly a role shows that a service holds a port; roles without a rank are no evidence. */
export const ranks: Readonly<Partial<Record<Occurrence['role'], number>>> = {
  publish: 6,
  listen: 5,
  flag: 4,
  default: 3,
  value: 2,
  label: 1,
}

/** A port that a service seems to have, at one place. */
export interface Candidate {
  readonly name: string
  /** A name for one of several services with the same label: `coreGrafana`. */
  readonly longName: string | undefined
  readonly rank: number
  readonly occurrence: Occurrence
}

/** Returns the places that give a service a port: those of the main stack, or of others where there is none. */
export function findCandidates(occurrences: readonly Occurrence[]): Candidate[] {
  const built = findBuiltPorts(occurrences)
  const scripted = findScripted(occurrences)
  const everywhere = occurrences.flatMap((occurrence) => candidateOf(occurrence, built, scripted))
  const all = [...everywhere, ...findUnpublished(occurrences, everywhere)]
  const main = all.filter(({ occurrence: { path } }) => !isOfOtherEnvironment(path) && !isOfTests(path) && !isJob(path))
  return main.length > 0 ? main : all
}

/**
 * Returns the services that nothing publishes or starts: containers that open a port, and databases that settings reach on
 * this machine; each only where no better evidence has its name or its number.
 */
function findUnpublished(occurrences: readonly Occurrence[], known: readonly Candidate[]): Candidate[] {
  const names = new Set(known.flatMap(({ name, longName }) => [name, longName]))
  const ports = new Set(known.map(({ occurrence }) => occurrence.port))
  const inner = new Set(
    occurrences.flatMap(({ innerPort, role, port }) => (role === 'inner' ? port : (innerPort ?? []))),
  )
  const rest = occurrences.filter((each) => each.kind !== 'document' && !isAside(each))
  const blocks = new Set(rest.flatMap((each) => namesIn(each, 'block')))
  const hosts = groupBy(rest, (each) => `${namesIn(each, 'host')[0]}:${each.port}`)
  return rest.flatMap((occurrence) => {
    const { path, port, role, host, kind, scheme, evidence } = occurrence
    const isOther = port < 1024 || isNodePort(port) || isEphemeral(port) || protocolPorts.has(port)
    if (isOther || ports.has(port) || inner.has(port)) return []
    const block = evidence
      .findLast((each) => each.kind === 'block')
      ?.text.replace(/-(?:deployment|deploy|statefulset)$/, '')
    const isReached = role === 'reach' && host === 'local' && kind === 'settings'
    const opened = block ?? programOfImage(path) ?? occurrence.package.names[0]
    const [called = ''] = host === 'named' ? namesIn(occurrence, 'host') : []
    const isCalled = blocks.has(called) || (called !== '' && hosts.get(`${called}:${port}`)!.length > 1)
    const text = role === 'expose' ? opened : isReached ? nameOfScheme(scheme) : isCalled ? called : undefined
    const name = toName(text)
    return name === undefined || names.has(name) ? [] : [{ name, longName: undefined, rank: 0, occurrence }]
  })
}

/** Returns the names of one kind around a number. */
function namesIn({ evidence }: Occurrence, wanted: 'block' | 'host'): string[] {
  return evidence.flatMap(({ kind, text }) => (kind === wanted ? [text.toLowerCase()] : []))
}

/** Returns the ports inside containers that are built from the repository and published elsewhere. */
function findBuiltPorts(occurrences: readonly Occurrence[]): ReadonlySet<number> {
  const found = occurrences.flatMap(({ role, port, innerPort, evidence }) => {
    const isBuilt = role === 'publish' && evidence.every(({ kind }) => kind !== 'image')
    return isBuilt && innerPort !== undefined && innerPort !== port ? [innerPort] : []
  })
  return new Set(found)
}

/** Returns the packages with one port in their scripts, which is their own whatever program they start. */
function findScripted(occurrences: readonly Occurrence[]): ReadonlySet<string> {
  const flags = occurrences.filter((each) => each.role === 'flag' && isOfScript(each))
  const byPackage = groupBy(flags, (each) => each.package.directory)
  return new Set(
    [...byPackage].flatMap(([directory, all]) => (new Set(all.map(({ port }) => port)).size === 1 ? [directory] : [])),
  )
}

function isOfScript({ path, package: { directory }, evidence }: Occurrence): boolean {
  const isOther = evidence.some(({ kind, text }) => kind === 'block' && /^(?:preview|storybook)$/.test(text))
  return directory !== '' && path === `${directory}/package.json` && !isOther
}

function candidateOf(occurrence: Occurrence, built: ReadonlySet<number>, scripted: ReadonlySet<string>): Candidate[] {
  const { role, side, host, port, kind, evidence } = occurrence
  // `SHOP_URL=http://localhost:3000` in settings.
  const isAddress =
    role === 'reach' &&
    kind === 'settings' &&
    /^https?$/.test(occurrence.scheme ?? '') &&
    evidence.some((each) => isEnvironment(each) && !each.text.endsWith('ORIGINS'))
  const ownRank = isAddress ? 1 : ranks[role]
  // People reach a service of a cluster on the port of its nodes.
  const isOfNode = role === 'publish' && isNodePort(port) && occurrence.isElsewhere === true
  // `compose.test.yml` starts further services, next to those of the main file.
  const path = isOfCompose(occurrence.path) ? occurrence.path.replace(/[^/]*$/, 'compose.yml') : occurrence.path
  const isOnHost = isOfNode || (side === 'host' && (host === undefined || host === 'local'))
  const isHere =
    isOnHost && !isAside({ ...occurrence, path, isElsewhere: occurrence.isElsewhere === true && !isOfNode })
  if (ownRank === undefined || !isHere || /(?:^|\/)templates?\//i.test(occurrence.path)) return []
  const rank = kind === 'document' || isOfDocs(occurrence) ? 1 : ownRank
  if (port < 1024 && role !== 'publish') return []
  // `createPool({ port: 5432 })` connects to another program.
  const isSetting = kind === 'code' && (role === 'value' || role === 'default')
  // Laravel's files of settings have a default for every database that it supports.
  if (isSetting && /(?:^|\/)config\/[\w-]+\.php$/.test(occurrence.path)) return []
  const isClient = isSetting && !evidence.some(isEnvironment)
  if (isClient && (evidence.some((each) => each.kind === 'block' && each.text !== 'preview') || port in schemes))
    return []
  const isScript = role === 'flag' && scripted.has(occurrence.package.directory) && isOfScript(occurrence)
  const text = isScript ? undefined : nameOf(occurrence)
  const isOfPackage = text === undefined
  // A setting in a document is often a sample.
  if (kind === 'document' ? role !== 'label' : isOfPackage && built.has(port)) return []
  const program = toName(text ?? profileOf(occurrence) ?? occurrence.package.names[0])
  const isDebugger = program !== undefined && isDebuggerPort(occurrence.innerPort ?? port)
  const isPreview = program === 'preview' && occurrence.package.directory !== ''
  const name = isDebugger ? `${program}Debug` : isPreview ? toName(`${occurrence.package.names[0]} preview`) : program
  if (
    name === undefined ||
    (!isScript &&
      role !== 'publish' &&
      /^(?:preview|docs|apiDocs|documentation|swagger\w*|\w*[hH]ealth\w*|metrics|\w+Metrics|example\w*|environment|https?|grpc|from|to|min|max|name|default\w*|xdebug\w*|ports|\w+Ports|(?:http|grpc)Listen|aspnetcore\w*)$/.test(
        name,
      ))
  )
    return []
  const [note, ...notes] = wordsOf(evidence.find((each) => each.kind === 'hint')?.text ?? '')
  const labelled = role === 'label' && note !== undefined && notes.length < 2 ? `${note} ${name}` : undefined
  const container = role === 'publish' ? evidence.findLast((each) => each.kind === 'block')?.text : undefined
  const directory = isOfPackage && occurrence.package.directory !== '' ? occurrence.package.names[1] : undefined
  if (isOfNode) return [{ name, longName: `${name}Node`, rank: ranks.value!, occurrence }]
  return [{ name, longName: isDebugger ? undefined : toName(labelled ?? container ?? directory), rank, occurrence }]
}

/** Returns the service of a file in a repository of Spring's settings: `user-service` for `user-service-dev.yml`. */
function profileOf({ path, kind, role }: Occurrence): string | undefined {
  if (kind !== 'settings' || (role !== 'value' && role !== 'listen')) return undefined
  const [, name] =
    /(?:^|\/)([a-z][\w-]*?)(?:-(?:default|dev|docker|local|prod))?\.(?:ya?ml|properties)$/.exec(path) ?? []
  return name === undefined ||
    /^(?:app|application|base|bootstrap|common|conf|config|default|dev|development|docker|env|local|main|prod|production|server|settings|shared|stage|staging|test|values)\b/.test(
      name,
    )
    ? undefined
    : name
}

function isEnvironment({ kind, text }: Occurrence['evidence'][number]): boolean {
  return kind === 'variable' && /^[A-Z][A-Z\d_]*$/.test(text)
}

/** Names of variables without evidence of a service. */
const anyVariable = /^(?:default|host|local|container|target|internal|external|dev|main|base|my|vite)_?port$/i

/** Returns the block, variable or label that a port is named by; undefined if it belongs to the package around. */
function nameOf({ role, evidence }: Occurrence): string | undefined {
  const text = (kind: Occurrence['evidence'][number]['kind']) => evidence.findLast((each) => each.kind === kind)?.text
  if (role === 'publish')
    return (
      evidence.find(({ kind, text: name }) => kind === 'block' && name !== 'app')?.text ??
      text('block') ??
      text('image') ??
      ''
    )
  if (role === 'label') return text('label')?.toLowerCase() ?? ''
  const variable = evidence.find(({ kind }) => kind === 'variable')?.text
  if (variable !== undefined && !isOwnVariable(variable) && !anyVariable.test(variable)) {
    // Further ports of a program of Quarkus, for tests and TLS.
    if (variable.startsWith('quarkus.')) return ''
    if (role === 'reach')
      return variable
        .replace(publicPrefix, '')
        .replace(/_?(?:(?:base_?)?(?:url|uri|origin|endpoint|addr|address)|dsn)$/i, '')
    return isPortName(variable) ? variable.replace(/_?port$/i, '') : ''
  }
  return text('block') ?? text('label')
}

/** Returns the name of a service in camel case. */
export function toName(text: string | undefined): string | undefined {
  const [first, ...rest] = wordsOf(text ?? '')
  if (first === undefined || !/^[a-z]/.test(first)) return undefined
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}
