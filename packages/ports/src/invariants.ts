import { badPorts } from './bad-ports.js'
import { allowedSystemPorts, firstEphemeralPort, firstUserPort, type Problem } from './fields.js'
import type { Move, RangeDefinition, RetiredService } from './registry.js'

/** The parts of a registry that the invariants read. */
interface Registry {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly port: number
        readonly variable: string
        readonly scheme: string
        readonly group?: string | undefined
        readonly reuses?: string | undefined
        readonly pinned?: string | undefined
      }
    >
  >
  readonly ranges: Readonly<Record<string, Range>>
  readonly history: readonly Move[]
  readonly retired?: Readonly<Record<string, RetiredService>> | undefined
}

type Span = Pick<RangeDefinition, 'first' | 'last'>
type Range = Span & { readonly reserved?: Span | undefined }

/** Returns every contradiction in a registry whose single fields are valid. */
export function findContradictions(registry: Registry): Problem[] {
  return [
    ...sharedPorts(registry),
    ...sharedVariables(registry),
    ...unusablePorts(registry),
    ...portsOutsideTheirRange(registry),
    ...reusedRetiredPorts(registry),
    ...reusedRetiredNames(registry),
    ...brokenHistory(registry),
    ...brokenRanges(registry),
  ]
}

function* sharedPorts({ services }: Registry): Generator<Problem> {
  const holders = new Map<number, string>()
  for (const [name, { port }] of Object.entries(services)) {
    const holder = holders.get(port)
    if (holder) {
      yield {
        path: ['services', name, 'port'],
        message: `${holder} and ${name} both have port ${port}: give one of them another port`,
      }
    }
    holders.set(port, holder ?? name)
  }
}

function* sharedVariables({ services }: Registry): Generator<Problem> {
  const owners = new Map<string, string>()
  const names = new Map<string, string>()
  for (const [name, { variable }] of Object.entries(services)) {
    const owner = owners.get(variable)
    if (owner) {
      yield {
        path: ['services', name, 'variable'],
        message: `${owner} and ${name} both use the variable ${variable}: rename one`,
      }
    }
    owners.set(variable, owner ?? name)
    // An object has each name once, but two names may differ only in case.
    const twin = names.get(name.toLowerCase())
    if (twin)
      yield { path: ['services', name], message: `${twin} and ${name} are one name but for their case: rename one` }
    names.set(name.toLowerCase(), name)
  }
}

function* unusablePorts({ services }: Registry): Generator<Problem> {
  for (const [name, { port, scheme, pinned }] of Object.entries(services)) {
    const path = ['services', name, 'port']
    if (port < firstUserPort && !allowedSystemPorts.includes(port)) {
      yield {
        path,
        message: `${name} has port ${port}: below ${firstUserPort} only ${allowedSystemPorts.join(' and ')} are accepted, since only an administrator may bind the others. Use another port.`,
      }
    }
    if (port >= firstEphemeralPort && pinned === undefined) {
      yield {
        path,
        message: `${name} has port ${port}, but systems assign ports from ${firstEphemeralPort} up to clients: use a lower port, or write in \`pinned\` why it has to keep this one`,
      }
    }
    if (scheme.startsWith('http') && badPorts.has(port)) {
      yield {
        path,
        message: `${name} serves ${scheme} on port ${port}, which browsers refuse to open (WHATWG's bad-port list): use another port`,
      }
    }
  }
}

function* portsOutsideTheirRange({ services, ranges }: Registry): Generator<Problem> {
  for (const [name, { port, group }] of Object.entries(services)) {
    if (group === undefined) {
      const around = Object.entries(ranges).find(([, { first, last }]) => port >= first && port <= last)
      if (around) {
        const [rangeName, { first, last }] = around
        const message = `${name} has port ${port}, in the range ${rangeName} (${first}-${last}), but has no group: set group '${rangeName}', or move it`
        yield { path: ['services', name, 'group'], message }
      }
      continue
    }
    const range = Object.hasOwn(ranges, group) ? ranges[group] : undefined
    if (!range) {
      yield {
        path: ['services', name, 'group'],
        message: `${name} has group ${group}, which is not a range: expected one of ${Object.keys(ranges).join(', ')}`,
      }
    } else if (port < range.first || port > range.last) {
      yield {
        path: ['services', name, 'port'],
        message: `${name} has port ${port}, outside the range of its group ${group}, ${range.first}-${range.last}`,
      }
    }
  }
}

function* reusedRetiredPorts({ services, history, retired = {} }: Registry): Generator<Problem> {
  const tombstones = Object.entries(retired)
  for (const [name, { port, reuses }] of Object.entries(services)) {
    const left = history.findLast((move) => move.from === port)
    const owner = tombstones.find(([, tombstone]) => tombstone.port === port)?.[0]
    if ((left || owner) && !reuses) {
      const since = owner ? `with ${owner}` : `since ${left!.service} moved to ${left!.to}`
      yield {
        path: ['services', name, 'port'],
        message: `${name} reuses port ${port}, retired ${since}: use another port, or add a \`reuses\` note with the reason`,
      }
    }
  }
}

function* reusedRetiredNames({ services, retired = {} }: Registry): Generator<Problem> {
  const names = new Map(Object.keys(services).map((name) => [name.toLowerCase(), name]))
  for (const removed of Object.keys(retired)) {
    const name = names.get(removed.toLowerCase())
    if (name)
      yield {
        path: ['retired', removed],
        message: `${removed} is retired, and ${name} is a service: rename the service`,
      }
  }
}

function* brokenHistory({ services, history, retired = {} }: Registry): Generator<Problem> {
  const lastMoves = new Map<string, number>()
  for (const [index, { service, from, to }] of history.entries()) {
    const path = ['history', index]
    const previous = lastMoves.get(service)
    if (previous !== undefined && history[previous]!.to !== from) {
      yield {
        path,
        message: `the history moves ${service} from ${from}, but left it on ${history[previous]!.to} before`,
      }
    }
    lastMoves.set(service, index)
    if (from === to) yield { path, message: `the history moves ${service} from ${from} to the same port` }
  }
  for (const [service, index] of lastMoves) {
    const holder = [services, retired].find((table) => Object.hasOwn(table, service))
    const last = holder?.[service]!.port
    const { to } = history[index]!
    if (last !== to) {
      const held = holder === services ? 'has port' : 'was retired on'
      yield {
        path: ['history', index],
        message: `the history ends with ${service} on ${to}, but ${last === undefined ? `there is no service ${service}` : `${service} ${held} ${last}`}`,
      }
    }
  }
}

function* brokenRanges({ ranges }: Registry): Generator<Problem> {
  const sorted = Object.entries(ranges).toSorted(([, one], [, other]) => one.first - other.first)
  /** The one so far that reaches furthest. */
  let widest: (typeof sorted)[number] | undefined
  for (const [name, range] of sorted) {
    if (range.first > range.last)
      yield { path: ['ranges', name], message: `range ${name} begins at ${range.first}, after its end ${range.last}` }
    const { reserved } = range
    if (reserved && (reserved.first > reserved.last || reserved.first < range.first || reserved.last > range.last)) {
      yield {
        path: ['ranges', name, 'reserved'],
        message: `range ${name}, ${range.first}-${range.last}, reserves ${reserved.first}-${reserved.last}, which is outside it`,
      }
    }
    const [widestName, { last } = { last: 0 }] = widest ?? []
    if (range.first <= last) {
      yield {
        path: ['ranges', name],
        message: `ranges ${widestName} and ${name} share the ports from ${range.first} to ${Math.min(range.last, last)}`,
      }
    }
    if (range.last > last) widest = [name, range]
  }
}
