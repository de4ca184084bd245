import type { ServiceDefinition } from '@driftos/ports/define'
import { registrySchema } from '@driftos/ports/schema'
import { groupBy } from '../group-by.js'
import { isTest } from '../check/attribution/attribution.js'
import type { Occurrence } from '../check/rules/rule.js'
import { isPortName, splitWords } from '@driftos/port-scanner'

/** A service that a repository seems to have. */
interface ProposedService extends ServiceDefinition {
  readonly name: string
  /** The places that say so. */
  readonly evidence: readonly string[]
}

/** What a repository seems to have, and what could not be settled. */
export interface Proposal {
  /** Sorted by port. */
  readonly services: readonly ProposedService[]
  /** Numbers without a name, and names with several numbers, as a person has to decide them. */
  readonly questions: readonly string[]
}

/** What holds a port for good says more than what only reaches it. */
const weights: Readonly<Partial<Record<Occurrence['role'], number>>> = {
  publish: 4,
  listen: 3,
  'env value': 3,
  'env default': 3,
  'scrape target': 2,
  url: 1,
  flag: 1,
}

/** At most so many places are shown for a service. */
const maxEvidence = 3

/** The registry that the ports of a tree make: each number of this machine by the name that is most often said of it. */
export function proposeRegistry(occurrences: readonly Occurrence[]): Proposal {
  const places = groupBy(occurrences.filter(isHeldHere), ({ port }) => port)
  const services = new Map<string, ProposedService>()
  const questions: string[] = []
  for (const [port, own] of [...places].toSorted(([one], [other]) => one - other)) {
    const evidence = shorten(own.map(({ file, line }) => `${file}:${line}`))
    const name = bestName(own)
    if (name === undefined) {
      questions.push(`${port} has no name: ${evidence.join(', ')}`)
      continue
    }
    const rival = services.get(name)
    if (rival) questions.push(`${name} has ${rival.port} and ${port}: ${evidence.join(', ')}`)
    else services.set(name, describe(name, port, own, occurrences, evidence))
  }
  for (const [name, message] of findRefused(Object.fromEntries(services))) {
    questions.push(`${message}: ${services.get(name)!.evidence.join(', ')}`)
    services.delete(name)
  }
  return { services: [...services.values()], questions }
}

/** The services that no registry may have as they are, and why. */
function findRefused(services: Readonly<Record<string, ProposedService>>): Map<string, string> {
  const definitions = Object.entries(services).map(([name, service]) => [name, definitionOf(service)])
  const registry = { services: Object.fromEntries(definitions) as unknown, ranges: {}, history: [] }
  const issues = registrySchema.safeParse(registry).error?.issues ?? []
  return new Map(issues.map(({ path, message }) => [String(path[1]), message]))
}

/** Whether a place says that something of this repository holds a port on this machine. */
function isHeldHere({ role, port, side, path, isPast, isRemote }: Occurrence): boolean {
  // What a person publishes below 1024 is a question; what is only reached there is somebody else's.
  const isAsked = port >= 1024 || role === 'publish'
  return weights[role] !== undefined && side === 'host' && !isPast && !isRemote && isAsked && !isTest(path)
}

function definitionOf(service: ProposedService): ServiceDefinition {
  const own = new Set(['name', 'evidence'])
  return Object.fromEntries(
    Object.entries(service).filter(([field]) => !own.has(field)),
  ) as unknown as ServiceDefinition
}

/** The name that is said most, each place weighing by its role. */
function bestName(places: readonly Occurrence[]): string | undefined {
  const votes = new Map<string, number>()
  for (const place of places) {
    const name = nameOf(place)
    if (name !== undefined) votes.set(name, (votes.get(name) ?? 0) + weights[place.role]!)
  }
  return [...votes].toSorted(([, one], [, other]) => other - one)[0]?.[0]
}

/** The proposal as a module that exports the registry. */
export function printRegistry({ services, questions }: Proposal): string {
  const lines = services.flatMap((service) => {
    const { name, evidence } = service
    const fields = Object.entries(definitionOf(service)).map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
    return [`    // ${evidence.join(', ')}`, `    ${name}: { ${fields.join(', ')} },`]
  })
  return [
    "import { defineRegistry } from '@driftos/ports/define'",
    '',
    ...questions.map((question) => `// To decide: ${question}`),
    'export default defineRegistry({',
    '  services: {',
    ...lines,
    '  },',
    '  ranges: {},',
    '  history: [],',
    '})',
    '',
  ].join('\n')
}

function describe(
  name: string,
  port: number,
  places: readonly Occurrence[],
  all: readonly Occurrence[],
  evidence: readonly string[],
): ProposedService {
  const published = places.find(({ role }) => role === 'publish')
  const inner =
    published &&
    all.find(
      ({ role, file, line, column }) =>
        role === 'container' && file === published.file && line === published.line && column > published.column,
    )
  const clues = places.flatMap((place) => place.clues)
  const isDatabase = clues.some(({ kind, text }) => kind !== 'context' && /postgres|pgvector/i.test(text))
  const own = clues.find(({ kind, text }) => kind === 'variable' && /^[A-Z][A-Z\d_]*_PORT$/.test(text))?.text
  return {
    name,
    port,
    ...(inner && inner.port !== port && { containerPort: inner.port }),
    containerName: published?.clues.find(({ kind }) => kind === 'name')?.text ?? splitWords(name).join('-'),
    variable: (own ?? `${splitWords(name).join('_').toUpperCase()}_PORT`) as `${string}_PORT`,
    scheme: isDatabase ? 'postgresql' : 'http',
    ...(!isDatabase && { healthPath: '/health' }),
    status: 'active',
    summary: sentence(name),
    evidence,
  }
}

/** What a port's holder is called, in camelCase: by its container, its variable or its package. */
function nameOf({ clues, role, packageName }: Occurrence): string | undefined {
  for (const { kind, text } of clues) {
    if (kind === 'context' || (kind === 'label' && role !== 'prose')) continue
    const name = toName(kind === 'variable' && !isPortName(text) ? '' : text)
    if (name !== undefined) return name
  }
  // What listens without a name is the package's own; what is only reached may be anybody's.
  return role === 'url' || packageName === undefined ? undefined : toName(packageName.replace(/^@[^/]*\//, ''))
}

function toName(text: string): string | undefined {
  const words = splitWords(text.replace(/^.*\./, '')).filter(
    (word) => !/^(?:port|ports|http|server|listen|default|app|env|url)$/.test(word),
  )
  const [first, ...rest] = words
  if (first === undefined || !/^[a-z]/.test(first)) return undefined
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

function sentence(name: string): string {
  const text = splitWords(name).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function shorten(places: readonly string[]): string[] {
  const different = [...new Set(places)]
  return different.length > maxEvidence ? [...different.slice(0, maxEvidence), '…'] : different
}
