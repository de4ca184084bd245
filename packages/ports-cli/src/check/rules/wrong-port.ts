import type { Occurrence } from '../occurrence.js'
import { isExplained } from './explanations.js'
import { isMetricsOf } from './other-owner.js'
import {
  describeHolder,
  expectedPort,
  isKnown,
  isRight,
  type Context,
  type OccurrenceRule,
  type Verdict,
} from './rule.js'
import { judgeStranger } from './stranger.js'

/** A name says one service, and the number is another's or is not registered. */
export const wrongPort: OccurrenceRule = {
  name: 'wrong-port',
  why: 'Traffic for one service goes to another, or nowhere.',
  fix: "Write the service's own port, or name the service that the port belongs to.",
  judge(occurrence, context) {
    const { attribution } = occurrence
    if (!attribution) return undefined
    return attribution.services.length === 0 ? judgeStranger(occurrence, context) : judgeService(occurrence, context)
  },
}

function judgeService(occurrence: Occurrence, context: Context): Verdict | undefined {
  const { registry } = context
  if (isRight(occurrence, registry) || isExplained(occurrence, context)) return undefined
  const { port, side, attribution } = occurrence
  const { services, text } = attribution!
  const service = services[0]!
  const expected = expectedPort(service, side, registry)
  const name = text === service ? service : `${text} (${service})`
  const place = side === 'container' ? ' inside its container' : ''
  const all = new Set(services.map((each) => expectedPort(each, side, registry)))
  return {
    severity: severityOf(occurrence, context),
    service,
    message: `${name} should use ${[...all].join(' or ')}${place}; ${describeHolder(port, registry, service)}`,
    ...(services.length === 1 && { suggestion: String(expected) }),
    ...(isFixable(occurrence, context, expected) && { fix: expected }),
  }
}

/** Returns whether an attributed number that is wrong is an error. */
export function severityOf(
  { port, innerPort, side, kind, role, attribution }: Occurrence,
  { registry }: Context,
): Verdict['severity'] {
  // A person chooses the port of `kubectl port-forward svc/core 3002:80`.
  if (role === 'flag' && innerPort !== undefined && kind === 'document') return 'warning'
  if (kind === 'document' && role === 'reach' && attribution!.by === 'package') return 'warning'
  // The metrics of a program may have a port of their own.
  if (role === 'scrape' && attribution!.by === 'host' && !isKnown(port, registry)) return 'warning'
  if (attribution!.by !== 'repository') {
    return kind === 'document' && !(isKnown(port, registry) && side === 'host') ? 'warning' : 'error'
  }
  return ['listen', 'expose', 'scrape'].includes(role) ? 'error' : 'warning'
}

/** Returns whether `--fix` writes a number: only where one is right, on the host, and not yet in the same list. */
export function isFixable(occurrence: Occurrence, context: Context, expected: number): boolean {
  const { port, innerPort, side, role, kind, attribution, rangeEnd } = occurrence
  const { registry } = context
  const [service, ...others] = attribution!.services
  if (side !== 'host' || rangeEnd !== undefined || service === undefined || others.length > 0) return false
  if (severityOf(occurrence, context) !== 'error' || kind === 'document') return false
  // A mapping leads to the program only if its other half is right. After a move, the program still has its old number inside.
  const isMapped = innerPort === undefined || innerPort === expectedPort(service, 'container', registry)
  if (role === 'publish' && !isMapped && registry.findService(port)?.status !== 'retired') return false
  // A job may scrape the service or its port for metrics.
  if (role === 'scrape' && Object.keys(registry.services).some((each) => isMetricsOf(each, service))) return false
  // `kubectl port-forward svc/core 3001:3001` has the number on both sides.
  if (role === 'flag' && innerPort === port) return false
  // Nor does the mapping lead to a program that `--fix` changed alone: it leaves the numbers inside containers.
  const isProgram = kind === 'code' || attribution!.by === 'package'
  if (isProgram && /^(?:listen|default|value|flag)$/.test(role) && context.isOldInside(service, occurrence))
    return false
  // Of two programs in a package, one already has the service's port.
  if (isProgram && isKnown(port, registry) && context.isOpenedBySibling(occurrence)) return false
  // Of several numbers in the same role, only one is the service's.
  const list = context.listOf(occurrence)
  const isOne = !list.some(
    (each) => each !== occurrence && each.role === role && each.attribution?.text === attribution!.text,
  )
  return isOne && list.every((each) => each.port !== expected)
}
