import type { ServiceDefinition } from '@driftos/ports/define'
import { isPortName, wordsOf } from '@driftos/port-scanner'
import { isOwnVariable } from '../check/names.js'
import type { Occurrence } from '../check/occurrence.js'
import { isSilent } from '../check/silence.js'
import { groupBy } from '../group-by.js'

/** A service that a repository seems to have. */
interface ProposedService extends Omit<ServiceDefinition, 'scheme'> {
  readonly name: string
  readonly scheme: string
  /** The places that name it. */
  readonly evidence: readonly { readonly file: string; readonly line: number }[]
}

/** Services that a repository seems to have, and what a person has to decide. */
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

/** Schemes of well-known container ports. */
const schemes: Readonly<Record<number, string>> = {
  1025: 'smtp',
  3306: 'mysql',
  5432: 'postgresql',
  5672: 'amqp',
  6379: 'redis',
  27_017: 'mongodb',
}

/** How many places are given for a service. */
const maxEvidence = 3

interface Candidate {
  readonly name: string
  readonly rank: number
  readonly occurrence: Occurrence
}

/** Returns the registry that the ports of a tree make: each port by its strongest evidence, one service a port. */
export function proposeRegistry(occurrences: readonly Occurrence[]): Proposal {
  const candidates = occurrences.flatMap(candidateOf)
  const byPort = groupBy(candidates, ({ occurrence }) => occurrence.port)
  const best = [...byPort].map(([port, own]) => {
    const [first] = own.toSorted((one, other) => other.rank - one.rank)
    return { ...first!, port, own }
  })
  const services = new Map<string, ProposedService>()
  const owners = new Map<string, { readonly rank: number; readonly file: string; readonly group: string | undefined }>()
  const questions: string[] = []
  for (const { name, rank, port, own, occurrence } of best.toSorted((one, other) => other.rank - one.rank)) {
    const owner = owners.get(name)
    const { file, group } = occurrence
    if (owner) {
      const isSameContainer = group !== undefined && owner.group === group && owner.file === file
      if (!isSameContainer) {
        if (owner.rank === rank) questions.push(`${name} has the ports ${services.get(name)!.port} and ${port}`)
        continue
      }
    }
    const free = services.has(name) ? `${name}${port}` : name
    owners.set(free, { rank, file, group })
    services.set(free, describe(free, port, occurrence, own))
  }
  return { services: [...services.values()].toSorted((one, other) => one.port - other.port), questions }
}

function candidateOf(occurrence: Occurrence): Candidate[] {
  const { role, side, host, port } = occurrence
  const rank = ranks[role]
  const isHere = side === 'host' && (host === undefined || host === 'local') && !isSilent(occurrence)
  if (rank === undefined || !isHere || (port < 1024 && role !== 'publish') || port === 80 || port === 443) return []
  const name = toName(nameOf(occurrence))
  return name === undefined ? [] : [{ name, rank, occurrence }]
}

/** Returns the block, variable, label or package that a port is named by. */
function nameOf({ role, evidence, package: own }: Occurrence): string | undefined {
  const text = (kind: Occurrence['evidence'][number]['kind']) => evidence.find((each) => each.kind === kind)?.text
  if (role === 'publish') return text('block')
  if (role === 'label') return text('label')
  const variable = text('variable')
  if (variable !== undefined && !isOwnVariable(variable)) {
    return isPortName(variable) ? variable.replace(/_?port$/i, '') : undefined
  }
  return text('block') ?? own.names[0]
}

function toName(text: string | undefined): string | undefined {
  const [first, ...rest] = wordsOf(text ?? '')
  if (first === undefined || !/^[a-z]/.test(first)) return undefined
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

function describe(name: string, port: number, occurrence: Occurrence, all: readonly Candidate[]): ProposedService {
  const { evidence, innerPort, override } = occurrence
  const words = wordsOf(name)
  const scheme = schemes[innerPort ?? port] ?? 'http'
  const own = override !== undefined && /^[A-Z][A-Z\d_]*_PORT$/.test(override) ? override : undefined
  const block = evidence.findLast(({ kind }) => kind === 'block')?.text
  return {
    name,
    port,
    ...(innerPort !== undefined && innerPort !== port && { containerPort: innerPort }),
    containerName: block ?? words.join('-'),
    variable: (own ?? `${words.join('_').toUpperCase()}_PORT`) as `${string}_PORT`,
    scheme,
    status: 'active',
    summary: words.join(' ').replace(/^./, (letter) => letter.toUpperCase()),
    evidence: all.slice(0, maxEvidence).map(({ occurrence: { file, line } }) => ({ file, line })),
  }
}

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
    ...lines,
    '  },',
    '  ranges: {},',
    '  history: [],',
    '})',
    '',
  ].join('\n')
}
