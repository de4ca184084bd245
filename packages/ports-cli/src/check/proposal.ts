import { findRegistryProblems, type ServiceDefinition, type ServiceTable } from '@driftos/ports/define'
import { isJob, isPortName, wordsOf } from '@driftos/port-scanner'
import { isOwnVariable } from './names.js'
import type { Occurrence } from './occurrence.js'
import { isOfCompose, isOfDocs, isOfOtherEnvironment, isOfTests, isSilent } from './silence.js'
import { groupBy } from '../group-by.js'
import { findProduct, purposes, schemes } from './products.js'

/** A service that a repository seems to have. */
interface ProposedService extends Omit<ServiceDefinition, 'scheme'> {
  readonly name: string
  readonly scheme: string
  /** The places that name it. */
  readonly evidence: readonly { readonly file: string; readonly line: number }[]
}

/** Services that a repository seems to have, and the questions for a person. */
export interface Proposal {
  /** Sorted by port. */
  readonly services: readonly ProposedService[]
  readonly questions: readonly string[]
}

/** How strongly a role shows that a service holds a port; roles without a rank are no evidence. */
const ranks: Readonly<Partial<Record<Occurrence['role'], number>>> = {
  publish: 6,
  listen: 5,
  flag: 4,
  default: 3,
  value: 2,
  label: 1,
}

/** How many places are given for a service. */
const maxEvidence = 3

interface Candidate {
  readonly name: string
  /** A name for one of several services with the same label: `coreGrafana`. */
  readonly longName: string | undefined
  readonly rank: number
  readonly occurrence: Occurrence
}

/** The strongest candidate of a port, and all others. */
interface Claim extends Candidate {
  readonly all: readonly Candidate[]
}

/** Returns the registry that the ports of a tree make: each port by its strongest evidence, one service a port. */
export function proposeRegistry(occurrences: readonly Occurrence[]): Proposal {
  const built = findBuiltPorts(occurrences)
  const scripted = findScripted(occurrences)
  const inners = new Map(
    occurrences.flatMap(({ outerVariable, port }) =>
      outerVariable === undefined ? [] : [[outerVariable, port] as const],
    ),
  )
  const everywhere = occurrences.flatMap((occurrence) => candidateOf(occurrence, built, scripted))
  const main = everywhere.filter(
    ({ occurrence: { path } }) => !isOfOtherEnvironment(path) && !isOfTests(path) && !isJob(path),
  )
  const candidates = main.length > 0 ? main : everywhere
  // "Alternative port" is a label of several numbers, not a service.
  const labels = groupBy(
    candidates.filter(({ rank }) => rank === 1),
    ({ name, occurrence }) => `${name} ${occurrence.file}`,
  )
  const isSeveral = ({ name, rank, occurrence }: Candidate) =>
    rank === 1 && new Set(labels.get(`${name} ${occurrence.file}`)!.map((each) => each.occurrence.port)).size > 2
  const isDocumented = candidates.every(({ rank }) => rank === 1)
  const byPort = groupBy(
    candidates.filter((candidate) => !isSeveral(candidate)),
    ({ occurrence }) => occurrence.port,
  )
  // Where programs have ports, what only one sentence mentions is often another product's.
  for (const [port, all] of byPort) if (!isDocumented && all.length === 1 && all[0]!.rank === 1) byPort.delete(port)
  const claims = [...byPort.values()].map((all): Claim => {
    const longName = all.find((each) => each.longName !== undefined)?.longName
    return Object.assign({}, all.toSorted(compare)[0]!, { longName, all })
  })
  const services = new Map<string, ProposedService>()
  const owners = new Map<string, Claim>()
  const questions: string[] = []
  for (const claim of claims.toSorted(compare)) {
    const { port, file, line } = claim.occurrence
    const owner = owners.get(claim.name)
    const name = owner ? findName(claim, owner, services) : claim.name
    if (name === undefined) {
      if (owner!.rank === claim.rank) {
        questions.push(`${claim.name} has the ports ${owner!.occurrence.port} and ${port}: ${file}:${line}`)
      }
      continue
    }
    const service = withFreeVariable(describe(name, claim, inners), services)
    const problem = findProblem(service)
    if (problem !== undefined) {
      questions.push(`${file}:${line}: ${problem}`)
      continue
    }
    if (owner && claim.rank === 1 && owner.longName !== undefined && !services.has(owner.longName)) {
      rename(claim.name, owner.longName, services)
    }
    if (!owner) owners.set(name, claim)
    services.set(name, service)
  }
  return { services: [...services.values()].toSorted((one, other) => one.port - other.port), questions }
}

/**
 * A service is stronger by its evidence, then by a file that is nearer to the root. Of one container's ports, the first
 * without a well-known purpose is its own.
 */
function compare(one: Candidate, other: Candidate): number {
  const isVariant = ({ occurrence: { path } }: Candidate) =>
    Number(isOfCompose(path) && !/(?:^|\/)(?:docker-)?compose\.ya?ml$/i.test(path))
  const depthOf = ({ occurrence }: Candidate) => occurrence.path.split('/').length
  const isFurther = ({ occurrence: { innerPort, port } }: Candidate) => Number((innerPort ?? port) in purposes)
  return (
    other.rank - one.rank ||
    isVariant(one) - isVariant(other) ||
    depthOf(one) - depthOf(other) ||
    isFurther(one) - isFurther(other)
  )
}

/** Returns the name of a further service with the name of another one, or undefined if it is the same service. */
function findName(claim: Claim, owner: Claim, services: ReadonlyMap<string, unknown>): string | undefined {
  const { name, longName, occurrence } = claim
  const { group, file, innerPort, port } = occurrence
  const isSameContainer = group !== undefined && owner.occurrence.group === group && owner.occurrence.file === file
  if (isSameContainer) {
    const purpose = occurrence.scheme === 'https' ? 'Https' : (purposes[innerPort ?? port] ?? String(port))
    return services.has(name + purpose) ? `${name}${port}` : name + purpose
  }
  if (claim.rank === 1 && owner.rank > 1) return undefined
  const names = longName === owner.longName ? [] : [longName]
  // Two packages with the same name: `webUi` in `services/payment` is `paymentWebUi`.
  const isOpened = claim.rank >= ranks.flag! || (claim.rank > 1 && !(occurrence.port in schemes))
  if (isOpened && directoryOf(claim) !== directoryOf(owner)) names.push(...longerNames(name, directoryOf(claim)))
  return names.find((each) => each !== undefined && !services.has(each))
}

function directoryOf({ occurrence }: Claim): string {
  const { path, role, package: own } = occurrence
  return role === 'publish' ? path.replace(/\/?[^/]*$/, '') : own.directory
}

/** Names of directories that say nothing about what is in them. */
const anyDirectory =
  /^(?:|src|source|apps?|packages|services|libs?|modules|projects|main|resources|docker|config|deploy|infra|scripts)$/i

/** Returns a name after each directory around it, the nearest first. */
function longerNames(name: string, directory: string): (string | undefined)[] {
  const around = directory.split('/').filter((each) => !anyDirectory.test(each) && toName(each) !== name)
  return around.toReversed().map((each) => toName(`${each} ${name}`))
}

function rename(from: string, to: string, services: Map<string, ProposedService>): void {
  const service = services.get(from)
  if (!service) return
  services.delete(from)
  services.set(to, { ...service, name: to, ...namesOf(to) })
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

/** Returns a service with a variable that a registry accepts and no other service has: `DATABASE_PORT` is reserved. */
function withFreeVariable(service: ProposedService, services: ReadonlyMap<string, ProposedService>): ProposedService {
  const others = [service.name, service.containerName, `${service.name}Server`].map((name) => namesOf(name).variable)
  const taken = new Set([...services.values()].map(({ variable }) => variable))
  const variables = [service.variable, ...others].filter((variable) => !taken.has(variable))
  const accepted = variables.find((variable) => findProblem({ ...service, variable }) === undefined)
  return accepted === undefined ? service : { ...service, variable: accepted }
}

/** Returns why no registry may contain a service. */
function findProblem(service: ProposedService): string | undefined {
  const { name, evidence: _evidence, ...definition } = service
  const services: ServiceTable = { [name]: { ...definition, scheme: definition.scheme as ServiceDefinition['scheme'] } }
  return findRegistryProblems({ services, ranges: {}, history: [] })[0]?.message
}

function candidateOf(occurrence: Occurrence, built: ReadonlySet<number>, scripted: ReadonlySet<string>): Candidate[] {
  const { role, side, host, port, kind, evidence } = occurrence
  // `SHOP_URL=http://localhost:3000` in settings.
  const isAddress =
    role === 'reach' &&
    kind === 'settings' &&
    occurrence.scheme === 'http' &&
    evidence.some((each) => isEnvironment(each) && !each.text.endsWith('ORIGINS'))
  const rank = kind === 'document' || isOfDocs(occurrence) || isAddress ? 1 : ranks[role]
  const isHere = side === 'host' && (host === undefined || host === 'local') && !isSilent(occurrence)
  if (
    (ranks[role] === undefined && !isAddress) ||
    rank === undefined ||
    !isHere ||
    /(?:^|\/)templates?\//i.test(occurrence.path)
  )
    return []
  if (port < 1024 && role !== 'publish') return []
  // `createPool({ port: 5432 })` connects to another program.
  const isSetting = kind === 'code' && (role === 'value' || role === 'default')
  // Laravel's files of settings have a default for every database that it supports.
  if (isSetting && /(?:^|\/)config\/[\w-]+\.php$/.test(occurrence.path)) return []
  const isClient = isSetting && !evidence.some(isEnvironment)
  if (isClient && (evidence.some((each) => each.kind === 'block') || port in schemes)) return []
  const isScript = role === 'flag' && scripted.has(occurrence.package.directory) && isOfScript(occurrence)
  const text = isScript ? undefined : nameOf(occurrence)
  const isOfPackage = text === undefined
  // A setting in a document is often a sample.
  if (kind === 'document' ? role !== 'label' : isOfPackage && built.has(port)) return []
  const name = toName(text ?? occurrence.package.names[0])
  if (
    name === undefined ||
    (!isScript &&
      /^(?:preview|docs|apiDocs|documentation|swagger\w*|\w*[hH]ealth\w*|metrics|\w+Metrics|example\w*|environment|https?|grpc|from|to|min|max|name|default\w*|xdebug\w*|storybook|(?:http|grpc)Listen|aspnetcore\w*)$/.test(
        name,
      ))
  )
    return []
  const [note, ...notes] = wordsOf(evidence.find((each) => each.kind === 'hint')?.text ?? '')
  const labelled = role === 'label' && note !== undefined && notes.length < 2 ? `${note} ${name}` : undefined
  const container = role === 'publish' ? evidence.findLast((each) => each.kind === 'block')?.text : undefined
  const directory = isOfPackage && occurrence.package.directory !== '' ? occurrence.package.names[1] : undefined
  return [{ name, longName: toName(labelled ?? container ?? directory), rank, occurrence }]
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
    if (role === 'reach') return variable.replace(/_?(?:(?:base_?)?(?:url|uri|origin|endpoint|addr|address)|dsn)$/i, '')
    return isPortName(variable) ? variable.replace(/_?port$/i, '') : ''
  }
  return text('block') ?? text('label')
}

function toName(text: string | undefined): string | undefined {
  const [first, ...rest] = wordsOf(text ?? '')
  if (first === undefined || !/^[a-z]/.test(first)) return undefined
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

function namesOf(name: string): Pick<ProposedService, 'containerName' | 'variable' | 'summary'> {
  const words = wordsOf(name)
  return {
    containerName: words.join('-'),
    variable: `${words.join('_').toUpperCase()}_PORT`,
    summary: words.join(' ').replace(/^./, (letter) => letter.toUpperCase()),
  }
}

/** Compose allows other signs than a registry: `order_service` is `order-service`. */
function toContainerName(block: string | undefined): string | undefined {
  const name =
    block
      ?.toLowerCase()
      .replace(/[^a-z\d]+/g, '-')
      .replace(/^-|-$/g, '') ?? ''
  return name !== '' && name.length <= 63 ? name : undefined
}

function describe(
  name: string,
  { occurrence, all, name: own, longName }: Claim,
  inners: ReadonlyMap<string, number>,
): ProposedService {
  const { port, evidence, override, publication } = occurrence
  const published = evidence.find((each) => each.kind === 'variable' && inners.has(each.text))
  const innerPort =
    occurrence.innerPort ??
    all.find((each) => each.occurrence.innerPort)?.occurrence.innerPort ??
    inners.get(published?.text ?? '')
  const names = namesOf(name)
  const text = (kind: 'block' | 'image') => evidence.findLast((each) => each.kind === kind)?.text
  const block = occurrence.role === 'publish' || toName(text('block')) === own ? text('block') : undefined
  const product = findProduct(text('image') ?? own)
  const scheme =
    publication?.protocol === 'udp'
      ? 'udp'
      : (schemes[innerPort ?? port] ?? (innerPort ? 'http' : product?.scheme) ?? 'http')
  const healthPath = scheme === 'http' && (name === own || name === longName) ? product?.healthPath : undefined
  const variable = override !== undefined && /^[A-Z][A-Z\d_]*_PORT$/.test(override) ? override : names.variable
  return {
    name,
    port,
    ...(innerPort !== undefined && innerPort !== port && { containerPort: innerPort }),
    containerName: toContainerName(block) ?? (name === longName ? names : namesOf(own)).containerName,
    variable: variable as `${string}_PORT`,
    scheme,
    ...(healthPath !== undefined && { healthPath }),
    status: 'active',
    summary: names.summary,
    evidence: all.slice(0, maxEvidence).map(({ occurrence: { file, line } }) => ({ file, line })),
  }
}

/** An example of a registry, for a repository without any port. */
const example =
  "    // shop: { port: 4000, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'Shop' },"

/** Returns the proposal as a module that exports the registry. */
export function printRegistry({ services, questions }: Proposal): string {
  const lines = services.flatMap(({ name, evidence, ...service }) => {
    const fields = Object.entries(service).map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
    const places = evidence.map(({ file, line }) => `${file}:${line}`).join(', ')
    return [`    // ${places}`, `    ${name}: { ${fields.join(', ')} },`]
  })
  return [
    "import { defineRegistry } from '@driftos/ports/define'",
    '',
    ...questions.map((question) => `// To decide: ${question}`),
    'export default defineRegistry({',
    '  services: {',
    ...(lines.length > 0 ? lines : [example]),
    '  },',
    '  ranges: {},',
    '  history: [],',
    '})',
    '',
  ].join('\n')
}
