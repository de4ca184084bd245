import { isTest } from '../meaning/meaning.js'
import type { FileKind } from '../scan/file-kind.js'
import type { Occurrence, OccurrenceRule, RegistryView, Verdict } from './rule.js'

/** The text says one service, and the number is another's or nobody's. */
export const wrongPort: OccurrenceRule = {
  name: 'wrong-port',
  why: 'what is meant for one service reaches another, or nobody',
  fix: "write the meant service's port, or name the service whose port it is",
  judge(occurrence, registry) {
    const { meaning, isPast, isRemote } = occurrence
    if (!meaning || isPast || isRemote || isRight(occurrence, registry)) return undefined
    return occurrence.side === 'host' ? judgeHost(occurrence, registry) : judgeContainer(occurrence, registry)
  },
}

function isRight({ port, side, role, path, meaning }: Occurrence, { services }: RegistryView): boolean {
  return meaning!.candidates.some((name) => {
    const { port: hostPort, containerPort = hostPort } = services[name]!
    if (port === hostPort) return true
    if (port !== containerPort) return false
    // Prometheus scrapes itself inside its container, and a workflow's service containers are all its own.
    return side === 'container' || role === 'scrape target' || /(?:^|\/)\.(?:github|gitlab|circleci)\b/.test(path)
  })
}

function judgeHost(occurrence: Occurrence, registry: RegistryView): Verdict | undefined {
  const { port, meaning, path, kind, role } = occurrence
  const { service, certainty, subject } = meaning!
  const { port: wanted, containerPort } = registry.services[service]!
  const holder = registry.find(port)
  // What only seems to mean a service is no proof against a number that nobody else has.
  const isNobodys = holder.status !== 'assigned' && port !== containerPort
  if ((certainty === 'likely' || meaning!.isSelf) && isNobodys) return undefined
  // An override in an example or a test may be any free number; that is what overrides are for.
  if (isNobodys && (isTest(path) || (role === 'env value' && !isSettings(kind)))) return undefined
  const whose =
    holder.status === 'assigned'
      ? `${holder.service}'s`
      : port === containerPort
        ? 'its port inside its container alone'
        : "nobody's"
  return {
    severity: certainty === 'sure' && !isTest(path) ? 'error' : 'warning',
    service,
    message: `${quote(subject)} ${certainty === 'sure' ? 'means' : 'seems to mean'} ${service}, whose port is ${wanted}; ${port} is ${whose}`,
    suggestion: String(wanted),
    fix: certainty === 'sure' ? wanted : undefined,
  }
}

/** Whether files of a kind set variables for good, rather than show or try how it is done. */
function isSettings(kind: FileKind): boolean {
  return kind === 'dotenv' || kind === 'yaml' || kind === 'dockerfile' || kind === 'toml'
}

/** A container's inner port is its own affair, unless it is said of a service by another's number. */
function judgeContainer({ port, role, kind, meaning }: Occurrence, registry: RegistryView): Verdict | undefined {
  const { service, certainty, subject } = meaning!
  const { port: hostPort, containerPort = hostPort } = registry.services[service]!
  const holder = registry.find(port)
  const isSaid = role === 'scrape target' || role === 'url' || role === 'expose' || kind === 'dockerfile'
  if (!isSaid || holder.status !== 'assigned' || certainty !== 'sure') return undefined
  return {
    severity: role === 'scrape target' ? 'error' : 'warning',
    service,
    message: `${quote(subject)} means ${service}, which listens on ${containerPort} inside its container; ${port} is ${holder.service}'s`,
    suggestion: String(containerPort),
    fix: role === 'scrape target' ? containerPort : undefined,
  }
}

function quote(subject: string): string {
  return subject.length > 40 ? `"…${subject.slice(-39)}"` : JSON.stringify(subject)
}
