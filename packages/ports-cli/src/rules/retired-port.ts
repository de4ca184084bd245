import { isTest } from '../meaning/meaning.js'
import type { OccurrenceRule } from './rule.js'

/** A number that a service left and that nobody holds. */
export const retiredPort: OccurrenceRule = {
  name: 'retired-port',
  why: 'nobody answers there, or somebody who is not meant',
  fix: 'write the port to which the service moved',
  judge({ port, side, role, path, isPast, isRemote, meaning }, registry) {
    const found = registry.find(port)
    if (found.status !== 'retired' || isPast || isRemote) return undefined
    const isOther = meaning !== undefined && !meaning.candidates.includes(found.service)
    if (side === 'container' && (role === 'container' || meaning?.certainty !== 'sure')) return undefined
    const service = isOther ? meaning.service : found.service
    const wanted = registry.services[service]?.port
    return {
      severity: side === 'container' || isTest(path) ? 'warning' : 'error',
      service,
      message: `${port} is retired: the ${found.service}'s until it moved to ${found.movedTo}${isOther ? `, and ${meaning.subject} means ${service}` : ''}`,
      suggestion: wanted === undefined ? undefined : String(wanted),
      fix: meaning?.certainty === 'likely' ? undefined : wanted,
    }
  },
}
