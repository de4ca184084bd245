import { findRegistryProblems, type ServiceDefinition, type ServiceTable } from '@driftos/ports/define'
import { wordsOf } from '@driftos/port-scanner'
import { groupBy } from '../group-by.js'
import { findCandidates, ranks, toName, type Candidate } from './candidate.js'
import type { Occurrence } from './occurrence.js'
import { findProduct, purposes, schemes } from './products.js'
import { isEphemeral } from './rules/rule.js'
import { isLaunchProfile, isOfComposeVariant, isSilent } from './silence.js'

/** A service that a repository seems to have. */
export interface ProposedService extends Omit<ServiceDefinition, 'scheme'> {
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

/** How many places are given for a service. */
const maxEvidence = 3

/** The strongest candidate of a port, and all others. */
interface Claim extends Candidate {
  readonly all: readonly Candidate[]
}

/**
 * Returns the registry that the ports of a tree make: each port by its strongest evidence, one service a port.
 *
 * @param implied - default ports of packages, for those without another one
 */
export function proposeRegistry(occurrences: readonly Occurrence[], implied: readonly Occurrence[]): Proposal {
  const candidates = findCandidates([...occurrences, ...findSetPublications(occurrences)], implied)
  // "Alternative port" is a label of several numbers, not a service. So is `AUTH_URL` for several programs.
  const labels = groupBy(
    candidates.filter(({ rank }) => rank === 1),
    labelOf,
  )
  const isSeveral = (candidate: Candidate) =>
    candidate.rank === 1 && new Set(labels.get(labelOf(candidate))!.map(({ occurrence: { port } }) => port)).size > 2
  const isDocumented = candidates.every(({ rank }) => rank === 1)
  const byPort = groupBy(
    candidates.filter((candidate) => !isSeveral(candidate)),
    ({ occurrence }) => occurrence.port,
  )
  // Where programs have ports, what one sentence mentions is often another product's, but not what a directory of ports contains.
  for (const [port, [first, ...others]] of byPort) {
    const isMentioned = others.length === 0 && first!.rank === 1 && first!.occurrence.kind === 'document'
    if (!isDocumented && isMentioned && !isOfDirectory(first!)) byPort.delete(port)
  }
  const claims = [...byPort.values()].map((all): Claim => {
    const longName = all.find((each) => each.longName !== undefined)?.longName
    return Object.assign({}, all.toSorted(compare)[0]!, { longName, all })
  })
  const services = new Map<string, ProposedService>()
  const owners = new Map<string, Claim>()
  const questions: string[] = []
  for (const claim of claims.toSorted(compare)) {
    const { port, file, line } = claim.occurrence
    const owner = owners.get(keyOf(claim.name))
    const name = owner ? findName(claim, owner, services) : claim.name
    if (name === undefined) {
      if (owner!.rank === claim.rank) {
        questions.push(`${claim.name} has the ports ${owner!.occurrence.port} and ${port}: ${file}:${line}`)
      }
      continue
    }
    const described = withFreeVariable(describe(name, claim), services)
    const problem = findProblem(described, services)
    if (problem !== undefined) questions.push(`${file}:${line}: ${problem}`)
    // Browsers refuse some ports, which are free for everything but HTTP.
    const { healthPath: _healthPath, ...rest } = described
    const isAccepted = (each: ProposedService) => findProblem(each, services) === undefined
    const service = [described, { ...rest, scheme: 'tcp' }].find(isAccepted)
    if (service === undefined) continue
    if (owner && claim.rank === 1 && owner.longName !== undefined && !services.has(keyOf(owner.longName))) {
      rename(claim.name, owner.longName, services)
    }
    if (!owner) owners.set(keyOf(name), claim)
    services.set(keyOf(name), service)
  }
  // Of two containers that publish one port, or two packages with the same, the registry has only one.
  const rivals = claims.flatMap(({ name, rank, occurrence, all }) =>
    all.filter(
      (each) =>
        each.name !== name &&
        !services.has(keyOf(each.name)) &&
        (each.rank === ranks.publish ||
          (each.rank === rank && rank > 1 && each.occurrence.package.directory !== occurrence.package.directory)),
    ),
  )
  for (const [name, { occurrence }] of new Map(rivals.map((each) => [each.name, each]))) {
    const { port, role, file, line } = occurrence
    questions.push(`${name} also ${role === 'publish' ? 'publishes' : 'has'} ${port}: ${file}:${line}`)
  }
  return { services: [...services.values()].toSorted((one, other) => one.port - other.port), questions }
}

/** Returns whether a document's port is in a directory of ports, such as `PORT_ALLOCATION.md`. */
function isOfDirectory({ occurrence: { role, path } }: Candidate): boolean {
  return role === 'label' && /ports?(?:[_-](?:allocations?|assignments?|registry|map|plan)\b|\.\w+$)/i.test(path)
}

/** Identifies the places with one name: a variable in all files, a label in its document. */
function labelOf({ name, occurrence: { role, file } }: Candidate): string {
  return role === 'reach' ? name : `${name} ${file}`
}

/** Returns the publications whose numbers a file of settings sets: `${SHOP_PORT}:80`, and `SHOP_PORT=4000` in `.env`. */
function findSetPublications(occurrences: readonly Occurrence[]): Occurrence[] {
  const numbers = new Map<string, number>()
  for (const each of occurrences) {
    if (each.role !== 'value' || each.kind !== 'settings' || isSilent(each)) continue
    for (const { kind, text } of each.evidence)
      if (kind === 'variable' && !numbers.has(text)) numbers.set(text, each.port)
  }
  return occurrences.flatMap((each) => {
    const port = numbers.get(each.outerVariable ?? '')
    if (port === undefined) return []
    return [{ ...each, role: 'publish', side: 'host', port, innerPort: each.port, override: each.outerVariable! }]
  })
}

/** A registry has no two names that differ only by case. */
function keyOf(name: string): string {
  return name.toLowerCase()
}

/**
 * A service is stronger by its evidence, then by a main compose file, then by a file that is nearer to the root. Of one container's ports, the first
 * without a well-known purpose is its own.
 */
function compare(one: Candidate, other: Candidate): number {
  const orders = orderOf(other)
  return (
    orderOf(one)
      .map((value, index) => value - orders[index]!)
      .find((difference) => difference !== 0) ?? 0
  )
}

function orderOf({ rank, occurrence }: Candidate): readonly number[] {
  const { path } = occurrence
  const isFurther = purposeOf(occurrence) !== undefined
  return [-rank, Number(isOfComposeVariant(path)), path.split('/').length, Number(isFurther)]
}

/** Returns the name of a further service with the name of another one, or undefined if it is the same service. */
function findName(claim: Claim, owner: Claim, services: ReadonlyMap<string, unknown>): string | undefined {
  const { name, longName, occurrence } = claim
  const { group, file, port, override } = occurrence
  const isSameContainer = group !== undefined && owner.occurrence.group === group && owner.occurrence.file === file
  if (isSameContainer) {
    // `${MAIL_UI_PORT:-8025}:8025` in the container `mail`.
    const named = toName(override?.replace(/_PORT$/, ''))
    if (named?.startsWith(name) && !services.has(keyOf(named))) return named
    const purpose = purposeOf(occurrence) ?? String(port)
    return services.has(keyOf(name + purpose)) ? `${name}${port}` : name + purpose
  }
  if (claim.rank === 1 && owner.rank > 1) return undefined
  const names = longName === owner.longName ? [] : [longName]
  // Two packages with the same name: `webUi` in `services/payment` is `paymentWebUi`.
  const isOpened = claim.rank >= ranks.flag! || (claim.rank > 1 && !(occurrence.port in schemes))
  if (isOpened && directoryOf(claim) !== directoryOf(owner)) names.push(...longerNames(name, directoryOf(claim)))
  // What another compose file publishes is open on this machine, whatever it is called; `compose.ci.yml` is a variant.
  const isVariant =
    /compose(?:[._-](?:ci|e2e|tests?|dev|development|local|debug|override|minimal|simple|full|lite|basic)\b|\d)/i.test(
      occurrence.path,
    )
  if (occurrence.role === 'publish' && !isVariant) names.push(name + port)
  // A profile of Visual Studio starts the program of a container, too, and has a second address.
  if (isLaunchProfile(occurrence.path)) {
    const isSecond = occurrence.scheme === 'https'
    names.push(...(isSecond ? [name, ...names, `${name}Dev`].map((each) => each && `${each}Https`) : [`${name}Dev`]))
  }
  return names.find((each) => each !== undefined && !services.has(keyOf(each)))
}

/** Returns the purpose of a further port of a program; undefined for its own. */
function purposeOf({ scheme, innerPort, port }: Occurrence): string | undefined {
  return scheme === 'https' ? 'Https' : purposes[innerPort ?? port]
}

function directoryOf({ occurrence }: Claim): string {
  const { path, role, package: own } = occurrence
  return role === 'publish' ? path.replace(/\/?[^/]*$/, '') : own.directory
}

/** Names of directories that are the same in every repository. */
const anyDirectory =
  /^(?:|src|source|apps?|packages|services|libs?|modules|projects|main|resources|docker|config|deploy|infra|scripts)$/i

/** Returns a name after each directory around it, the nearest first. */
function longerNames(name: string, directory: string): (string | undefined)[] {
  const around = directory.split('/').filter((each) => !anyDirectory.test(each) && toName(each) !== name)
  return around.toReversed().map((each) => toName(`${each} ${name}`))
}

function rename(from: string, to: string, services: Map<string, ProposedService>): void {
  const service = services.get(keyOf(from))
  if (!service) return
  services.delete(keyOf(from))
  services.set(keyOf(to), { ...service, name: to, ...namesOf(to) })
}

/** Returns a service with a variable that a registry accepts and no other service has: `DATABASE_PORT` is reserved. */
function withFreeVariable(service: ProposedService, services: ReadonlyMap<string, ProposedService>): ProposedService {
  const others = [service.name, service.containerName, `${service.name}Server`].map((name) => namesOf(name).variable)
  const variables = [service.variable, ...others]
  const accepted = variables.find((variable) => findProblem({ ...service, variable }, services) === undefined)
  return accepted === undefined ? service : { ...service, variable: accepted }
}

/** Returns why a registry of some services may not contain a further one. */
function findProblem(service: ProposedService, services: ReadonlyMap<string, ProposedService>): string | undefined {
  return findRegistryProblems({ services: toTable([...services.values(), service]), ranges: {}, history: [] })[0]
    ?.message
}

/** Returns proposed services as a registry has them. */
export function toTable(services: readonly ProposedService[]): ServiceTable {
  return Object.fromEntries(
    services.map(({ name, evidence: _evidence, ...definition }) => [name, definition as ServiceDefinition]),
  )
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

function describe(name: string, { occurrence, all, name: own, longName }: Claim): ProposedService {
  const { port, evidence, override, publication } = occurrence
  const innerPort = occurrence.innerPort ?? all.find((each) => each.occurrence.innerPort)?.occurrence.innerPort
  const names = namesOf(name)
  const text = (kind: 'block' | 'image') => evidence.findLast((each) => each.kind === kind)?.text
  const block = occurrence.role === 'publish' || toName(text('block')) === own ? text('block') : undefined
  const product = findProduct(text('image') ?? own)
  const isStarted = /^(?:publish|listen|flag)$/.test(occurrence.role)
  const scheme =
    publication?.protocol === 'udp'
      ? 'udp'
      : occurrence.scheme === 'https'
        ? 'https'
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
    // A registry accepts the usual port of gRPC, 50051, only with a reason.
    ...(isEphemeral(port) && isStarted && { pinned: 'the repository has it' }),
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
