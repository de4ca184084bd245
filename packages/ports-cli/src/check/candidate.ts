import { posix } from 'node:path'
import { isJob, isPortName, wordsOf } from '@driftos/port-scanner'
import { groupBy } from '../group-by.js'
import { fold, isOwnVariable, publicPrefix } from './names.js'
import type { Occurrence } from './occurrence.js'
import { findProduct, isDatabasePort, isDebuggerPort, nameOfScheme, protocolPorts, schemes } from './products.js'
import { programOfImage } from './repository.js'
import { isEphemeral } from './rules/rule.js'
import {
  isAside,
  isLaunchProfile,
  isOfCompose,
  isOfDocs,
  isOfLaravel,
  isOfNode,
  isOfOtherEnvironment,
  isOfTests,
} from './silence.js'

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
export function findCandidates(occurrences: readonly Occurrence[], implied: readonly Occurrence[]): Candidate[] {
  const built = findBuilt(occurrences)
  const scripted = findScripted(occurrences)
  const everywhere = occurrences.flatMap((occurrence) => candidateOf(occurrence, built, scripted))
  const all = [...everywhere, ...findUnpublished(occurrences, everywhere)].filter(
    ({ occurrence }) => !isOfTests(occurrence.path) && !isJob(occurrence.path),
  )
  const main = all.filter(({ occurrence: { path } }) => !isOfOtherEnvironment(path))
  // Only a compose file for production may start a proxy.
  const known = new Set(main.flatMap(({ name, longName, occurrence: { port } }) => [name, longName, port]))
  const further = all.filter(
    ({ name, longName, occurrence: { role, port } }) =>
      role === 'publish' && ![name, longName, port].some((each) => known.has(each)),
  )
  const found = main.length === 0 ? all : [...main, ...further]
  return [...found, ...findImplied(implied, found, built)]
}

/**
 * Returns the services that nothing publishes or starts: databases that are reached on this machine and, in a repository that
 * publishes nothing, containers that open a port; each only where no better evidence has its name or its number.
 */
function findUnpublished(occurrences: readonly Occurrence[], known: readonly Candidate[]): Candidate[] {
  const names = new Set(known.flatMap(({ name, longName }) => [name, longName]))
  const inner = occurrences
    .filter((each) => !isAside(each) && !isJob(each.path))
    .flatMap(({ innerPort, role, port }) => (role === 'inner' ? port : (innerPort ?? [])))
  const ports = new Set([...known.map(({ occurrence }) => occurrence.port), ...inner])
  const isPublishing = known.some(({ occurrence: { role } }) => role === 'publish')
  return occurrences.flatMap((occurrence) => {
    const { path, port, role, host, kind, scheme, evidence } = occurrence
    if (kind === 'document' || isAside(occurrence) || port < 1024 || ports.has(port)) return []
    const block = evidence.findLast((each) => each.kind === 'block')?.text
    const opened = block?.replace(/-(?:deployment|deploy|statefulset)$/, '') ?? programOfImage(path)
    const isReached = role === 'reach' && host === 'local'
    const isOpened = role === 'expose' && !isPublishing && !protocolPorts.has(port)
    const name = toName(
      isOpened
        ? (opened ?? occurrence.package.names[0])
        : isReached
          ? (nameOfScheme(scheme) ?? productOf(occurrence))
          : undefined,
    )
    return name === undefined || names.has(name) ? [] : [{ name, longName: undefined, rank: 0, occurrence }]
  })
}

/** Returns the known product whose address a variable has: `ollama` for `OLLAMA_HOST`. */
function productOf({ evidence }: Occurrence): string | undefined {
  const variable = evidence.find(isEnvironment)?.text ?? ''
  const [, stem] =
    /^([A-Z\d]+)_(?:[A-Z]+_)?(?:URL|URI|HOST|ADDR|ADDRESS|ENDPOINT|BROKERS?|SERVERS)$/.exec(variable) ?? []
  return stem !== undefined && findProduct(stem.toLowerCase()) ? stem.toLowerCase() : undefined
}

/** Returns the default ports of packages that have no other port. */
function findImplied(
  implied: readonly Occurrence[],
  known: readonly Candidate[],
  built: ReadonlySet<string>,
): Candidate[] {
  const names = new Set(known.flatMap(({ name, rank }) => (rank > 1 ? [name] : [])))
  return implied.flatMap((occurrence) => {
    const { path, package: own } = occurrence
    const [name, directory] = own.names.map((each) => toName(each))
    const isKnown = [name, directory].some((each) => each !== undefined && names.has(each))
    const isOther = isKnown || isBuilt(occurrence, built) || isAside(occurrence) || /(?:^|\/)libs?\//.test(path)
    return name === undefined || isOther ? [] : [{ name, longName: directory, rank: 1.5, occurrence }]
  })
}

/** Returns the directories of the images that compose builds from the repository and publishes. */
function findBuilt(occurrences: readonly Occurrence[]): ReadonlySet<string> {
  const found = occurrences.flatMap(({ path, port, role, kind, dockerfile }) =>
    role !== 'publish' || port < 1024 || kind === 'document' || dockerfile === undefined
      ? []
      : [posix.join(posix.dirname(path), dockerfile)],
  )
  return new Set(found.map((each) => posix.dirname(each).replace(/^\.$/, '')))
}

/** Returns whether a container that is built from a package, or from a directory around it, is published. */
function isBuilt({ package: { directory } }: Occurrence, built: ReadonlySet<string>): boolean {
  return built.has(directory) || [...built].some((each) => each !== '' && directory.startsWith(`${each}/`))
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

/** Files of templates, of programs that developers run for a moment, but no compose files, and of copies of the stack for tests. */
const isOfHelper =
  /(?:^|\/)templates?\/|(?:^|\/)(?:scripts?|tools?)\/(?!.*compose[^/]*\.ya?ml$)|(?:^|\/)mock[-_]|compose[._-](?:[\w-]+-)?(?:e2e|smoke)[._-]/i

/** Labels that are sentences without a subject, lists of pages or files: "Verify backend", "Runs", "Authorized origins", "ollama.py". */
const phrase =
  /^(?:[Vv]erify|[Cc]heck|[Oo]pen|[Vv]isit|[Ee]nsure|[Aa]ccess|[Tt]est|[Cc]url)\s+[a-z]|^(?:[Rr]uns?|[Ll]istens?|[Ss]moke test)$|\b(?:successfully|origins)$|\.(?:py|[jt]s)$/

/** How many ports a service may publish as one range. */
const widestRange = 10

/** Variables of pages that a server allows, or sends people to, and of Aspire's own dashboard. */
const ofPages =
  /ORIGINS$|CORS_ORIGIN$|^(?:CORS|ASPIRE|DOTNET)_|(?:SITE|RESET|RETURN|REDIRECT|CALLBACK|NOTIFY|WEBHOOK)_UR[LI]$/

function candidateOf(occurrence: Occurrence, built: ReadonlySet<string>, scripted: ReadonlySet<string>): Candidate[] {
  const { role, side, host, port, kind, evidence } = occurrence
  // `SHOP_URL=http://localhost:3000` in settings.
  const isAddress =
    role === 'reach' &&
    kind === 'settings' &&
    /^https?$/.test(occurrence.scheme ?? '') &&
    !protocolPorts.has(port) &&
    evidence.some((each) => isEnvironment(each) && !ofPages.test(each.text))
  const ownRank = isAddress ? 1 : ranks[role]
  // `compose.test.yml` starts further services, next to those of the main file.
  const path = isOfCompose(occurrence.path) ? occurrence.path.replace(/[^/]*$/, 'compose.yml') : occurrence.path
  const isOnHost = side === 'host' && (host === undefined || host === 'local')
  if (ownRank === undefined || !isOnHost || isAside({ ...occurrence, path }) || isOfHelper.test(occurrence.path))
    return []
  const rank = kind === 'document' || isOfDocs(occurrence) ? 1 : ownRank
  // 80 and 443 are the ports of the web, not of one service. A wide range is of calls, not of a service.
  if (port < 1024 || (occurrence.rangeEnd ?? port) > port + widestRange) return []
  // `redis.Options{Addr: "localhost:6379"}` connects to a database.
  if (kind === 'code' && role === 'listen' && isDatabasePort(port)) return []
  if (isOfNode(occurrence)) return []
  // `createPool({ port: 5432 })` connects to another program.
  const isSetting = kind === 'code' && (role === 'value' || role === 'default')
  // Laravel's files of settings have a default for every database that it supports.
  if (isSetting && isOfLaravel(occurrence.path)) return []
  const isClient = isSetting && !evidence.some(isEnvironment)
  if (isClient && (evidence.some((each) => each.kind === 'block' && each.text !== 'preview') || port in schemes))
    return []
  const isScript = role === 'flag' && scripted.has(occurrence.package.directory) && isOfScript(occurrence)
  const text = isScript ? undefined : nameOf(occurrence)
  // A server of settings has those of other programs, in files that are called like them.
  const profile = text === undefined ? profileOf(occurrence) : undefined
  const isOfPackage =
    text === undefined &&
    (profile === undefined || occurrence.package.names.some((each) => fold(each) === fold(profile)))
  if (role === 'label' && phrase.test(evidence.find((each) => each.kind === 'label')?.text ?? '')) return []
  // A setting in a document is often a sample.
  if (kind === 'document' && role !== 'label') return []
  // Visual Studio gives a project that runs in a container, too, a port of its own; one of the system's is free to change.
  const isOfProfile = isLaunchProfile(occurrence.path) && !isEphemeral(port)
  if (kind !== 'document' && isOfPackage && isBuilt(occurrence, built) && !isOfProfile) return []
  // A project in `src` is called like the directory around it.
  const { names } = occurrence.package
  const own = names.find((each) => each !== 'src') ?? names[0]
  const program = toName(text ?? profile ?? own)
  const isDebugger = program !== undefined && isDebuggerPort(occurrence.innerPort ?? port)
  // `GRPC_PORT` and `grpc.server.port` of a package
  const isOfGrpc = text === undefined && evidence.some((each) => each.kind === 'hint' && each.text === 'grpc')
  const isGrpc = isOfGrpc || /^(?:spring|quarkus)?grpc(?:Server)?$/i.test(program ?? '')
  const purpose = isGrpc ? 'grpc' : program === 'preview' ? program : undefined
  const isFurther = purpose !== undefined && occurrence.package.directory !== ''
  const name = isDebugger ? `${program}Debug` : isFurther ? toName(`${own} ${purpose}`) : program
  if (
    name === undefined ||
    (!isScript &&
      role !== 'publish' &&
      /^(?:preview|docs|apiDocs|documentation|swagger\w*|\w*[hH]ealth\w*|metrics|\w+Metrics|example\w*|development|production|staging|local|environment(?:Variables)?|https?|grpc|from|to|(?:\w+M|m)(?:in|ax)|name|default\w*|xdebug\w*|ports|\w+Ports|(?:http|grpc)Listen|aspnetcore\w*|quarkus\w+)$/.test(
        name,
      ))
  )
    return []
  const [note, ...notes] = wordsOf(evidence.find((each) => each.kind === 'hint')?.text ?? '')
  const labelled = role === 'label' && note !== undefined && notes.length < 2 ? `${note} ${name}` : undefined
  const container = role === 'publish' ? evidence.findLast((each) => each.kind === 'block')?.text : undefined
  const directory = isOfPackage && occurrence.package.directory !== '' ? occurrence.package.names[1] : undefined
  return [{ name, longName: isDebugger ? undefined : toName(labelled ?? container ?? directory), rank, occurrence }]
}

/** Returns the service of a file in a repository of Spring's settings: `user-service` for `user-service-dev.yml`. */
function profileOf({ path, kind, role }: Occurrence): string | undefined {
  if (kind !== 'settings' || (role !== 'value' && role !== 'listen')) return undefined
  const [, name] =
    /(?:^|\/)([a-z][\w-]*?)(?:-(?:default|dev|docker|local|prod))?\.(?:ya?ml|properties)$/.exec(path) ?? []
  return name === undefined ||
    /^(?:app|application|base|bootstrap|common|conf|config|default|dev|development|docker|env|local|main|mkdocs|prod|production|server|serverless|settings|shared|stage|staging|test|values)\b/.test(
      name,
    )
    ? undefined
    : name
}

function isEnvironment({ kind, text }: Occurrence['evidence'][number]): boolean {
  return kind === 'variable' && /^[A-Z][A-Z\d_]*$/.test(text)
}

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
  if (role === 'label') {
    // The interface of another product is a service of its own: "Kafka UI".
    const whole = evidence.find(({ kind }) => kind === 'label')?.text
    return (/\sui$/i.test(whole ?? '') ? whole : text('label'))?.toLowerCase() ?? ''
  }
  const variable = evidence.find(({ kind }) => kind === 'variable')?.text
  if (variable !== undefined && !isOwnVariable(variable)) {
    if (role === 'reach')
      return variable
        .replace(publicPrefix, '')
        .replace(/^(?:base_?)?url_(?=\w)/i, '')
        .replace(/_?(?:(?:base_?)?(?:url|uri|origin|endpoint|addr|address|host)|dsn)$/i, '')
    if (isPortName(variable))
      return variable.replace(publicPrefix, '').replace(/(?:_HOST|_EXTERNAL)?_?port$|^PORT_/i, '')
    // `QUEUE_LISTEN_ADDR`
    return /^([A-Z]\w*?)(?:_(?:LISTEN|BIND|HTTP|SERVER))*_ADDR(?:ESS)?$/.exec(variable)?.[1] ?? ''
  }
  return text('block') ?? text('label')
}

/** Returns the name of a service in camel case. */
export function toName(text: string | undefined): string | undefined {
  const [first, ...rest] = wordsOf(text ?? '')
  if (first === undefined || !/^[a-z]/.test(first)) return undefined
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}
