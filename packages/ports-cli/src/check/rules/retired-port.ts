import type { OccurrenceRule } from './rule.js'
import { isRight } from './rule.js'
import { isFixable, severityOf } from './wrong-port.js'

/** A number that no service has any more. */
export const retiredPort: OccurrenceRule = {
  name: 'retired-port',
  why: 'Nothing listens on a retired port.',
  fix: "Write the service's present port.",
  judge(occurrence, context) {
    const { port, side, kind, role, host, attribution } = occurrence
    const { registry } = context
    const found = registry.findService(port)
    if (found?.status !== 'retired') return undefined
    const [service] = attribution?.services ?? []
    if (service !== undefined) {
      if (isRight(occurrence, registry)) return undefined
      const expected = registry.services[service]!.port
      const message = `${attribution!.text} uses ${port}, which is retired; ${service} is on ${expected}`
      const severity = severityOf(occurrence, context)
      const fix = isFixable(occurrence, context, expected) ? { fix: expected } : {}
      return { severity, service, message, suggestion: String(expected), ...fix }
    }
    const isAddress = host === 'local'
    const isStatement = kind !== 'document' && ['listen', 'publish', 'value', 'default', 'flag'].includes(role)
    if (side === 'container' || !(isAddress || isStatement)) return undefined
    const { movedTo } = found
    const owner =
      found.service === undefined
        ? ''
        : ` (formerly ${found.service}${movedTo === undefined ? '' : `, now on ${movedTo}`})`
    return { severity: 'warning', service: found.service, message: `Port ${port} is retired${owner}` }
  },
}
