import type { OccurrenceRule } from './rule.js'
import { isRight } from './rule.js'
import { severityOf } from './wrong-port.js'

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
      const isHost = side === 'host'
      const message = `${attribution!.text} uses ${port}, which is retired; ${service} is on ${expected}`
      const severity = severityOf(occurrence, context)
      const isFixed = isHost && severity === 'error' && kind !== 'document' && attribution!.services.length === 1
      return { severity, service, message, suggestion: String(expected), ...(isFixed && { fix: expected }) }
    }
    const isStatement = ['listen', 'publish', 'value', 'default', 'flag'].includes(role) || host === 'local'
    if (kind === 'document' || side === 'container' || !isStatement) return undefined
    const { movedTo } = found
    const owner =
      found.service === undefined
        ? ''
        : ` (formerly ${found.service}${movedTo === undefined ? '' : `, now on ${movedTo}`})`
    return { severity: 'warning', service: found.service, message: `Port ${port} is retired${owner}` }
  },
}
