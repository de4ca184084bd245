import { isTest } from '../attribution/attribution.js'
import {
  holderOf,
  isNodePort,
  isOfWorkflow,
  isSettings,
  type Occurrence,
  type OccurrenceRule,
  type RegistryView,
  type Verdict,
} from './rule.js'

/** The text says one service, and the number is another's or nobody's. */
export const wrongPort: OccurrenceRule = {
  name: 'wrong-port',
  why: 'what is meant for one service reaches another, or nobody',
  fix: "write the meant service's port, or name the service whose port it is",
  judge(occurrence, registry) {
    const { meaning, isRemote } = occurrence
    if (!meaning || isRemote || isNodePort(occurrence) || isRight(occurrence, registry)) return undefined
    return occurrence.side === 'host' ? judgeHost(occurrence, registry) : judgeContainer(occurrence, registry)
  },
}

function isRight(occurrence: Occurrence, { services }: RegistryView): boolean {
  const { port, side, role, kind, lineText, meaning } = occurrence
  return meaning!.candidates.some((name) => {
    const { port: hostPort, containerPort = hostPort } = services[name]!
    if (port === hostPort) return side === 'host' || containerPort === hostPort || role !== 'url'
    if (port !== containerPort) return false
    if (/container_?port$/i.test(meaning!.subject)) return true
    // "inside its container it listens on 3000"
    if (kind === 'markdown' && /\b(?:container|image|inside|internal(?:ly)?)\b/i.test(lineText)) return true
    // Prometheus scrapes itself inside its container, and a workflow's service containers are all its own.
    return side === 'container' || role === 'scrape target' || isOfWorkflow(occurrence)
  })
}

function judgeHost(occurrence: Occurrence, registry: RegistryView): Verdict | undefined {
  const { port, meaning, path, kind, role, lineText, column } = occurrence
  const { service, certainty, subject } = meaning!
  const { port: wanted, containerPort } = registry.services[service]!
  const holder = holderOf(port, registry)
  // What only seems to mean a service is no proof against a number that nobody else has.
  const isNobodys = holder === undefined && port !== containerPort
  // A second port that a service publishes, such as its debugger's, is not its own.
  if (isNobodys && role === 'publish' && /^[\d_]+\}?:(?!0)\d/.test(lineText.slice(column - 1))) {
    const inner = Number(/^[\d_]+\}?:(\d+)/.exec(lineText.slice(column - 1))![1])
    if (inner !== (containerPort ?? wanted)) return undefined
  }
  // An address without a name speaks of the package's own, unless the number is a third party's.
  if (certainty === 'likely' && meaning!.isSelf && isThirdParty(holder, registry)) return undefined
  if ((certainty === 'likely' || meaning!.isSelf) && isNobodys) return undefined
  // An override in an example or a test may be any free number; that is what overrides are for.
  if (isNobodys && (isTest(path) || (role === 'env value' && !isSettings(kind)))) return undefined
  const whose =
    holder !== undefined ? `${holder}'s` : port === containerPort ? 'its port inside its container alone' : "nobody's"
  return {
    severity: certainty === 'sure' && !isTest(path) ? 'error' : 'warning',
    service,
    message: `${quote(subject)} ${certainty === 'sure' ? 'means' : 'seems to mean'} ${service}, whose port is ${wanted}; ${port} is ${whose}`,
    suggestion: String(wanted),
    fix: certainty === 'sure' ? wanted : undefined,
  }
}

/** Whether a number belongs to software that others make, whose port in its container is another. */
function isThirdParty(holder: string | undefined, { services }: RegistryView): boolean {
  return holder !== undefined && services[holder]!.containerPort !== undefined
}

/** A container's inner port is its own affair, unless it is said of a service by another's number. */
function judgeContainer({ port, role, kind, meaning }: Occurrence, registry: RegistryView): Verdict | undefined {
  const { service, certainty, subject } = meaning!
  const { port: hostPort, containerPort = hostPort, variable } = registry.services[service]!
  const holder = holderOf(port, registry)
  const isOwnVariable = (role === 'env value' || role === 'env default') && subject === variable
  const isSaid =
    role === 'scrape target' || role === 'url' || role === 'expose' || kind === 'dockerfile' || isOwnVariable
  if (!isSaid || holder === undefined || certainty !== 'sure') return undefined
  return {
    severity: role === 'scrape target' ? 'error' : 'warning',
    service,
    message: `${quote(subject)} means ${service}, which listens on ${containerPort} inside its container; ${port} is ${holder === service ? 'its port on the host alone' : `${holder}'s`}`,
    suggestion: String(containerPort),
    fix: role === 'scrape target' ? containerPort : undefined,
  }
}

function quote(subject: string): string {
  return subject.length > 40 ? `"…${subject.slice(-39)}"` : JSON.stringify(subject)
}
