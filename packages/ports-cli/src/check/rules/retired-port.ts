import { isTest } from '../attribution/attribution.js'
import { isCompared, type OccurrenceRule } from './rule.js'

/** A number that a service left, or was retired with, and that nobody holds. */
export const retiredPort: OccurrenceRule = {
  name: 'retired-port',
  why: 'nobody answers there, or somebody who is not meant',
  fix: 'write the port to which the service moved, or leave out what is gone',
  judge(occurrence, registry) {
    const { port, side, role, path, isRemote, meaning } = occurrence
    const { status, service: former = '', movedTo } = registry.findService(port) ?? {}
    if (status !== 'retired' || isRemote || isCompared(occurrence)) return undefined
    if (side === 'container' && (role === 'container' || meaning?.certainty !== 'sure')) return undefined
    const isOther = meaning !== undefined && !meaning.candidates.includes(former)
    const service = isOther ? meaning.service : former
    const wanted = registry.services[service]?.port
    const fate =
      movedTo === undefined
        ? `it was ${former}'s, which is gone: ${registry.retired[former]?.reason}`
        : `the ${former}'s until it moved to ${movedTo}`
    return {
      severity: side === 'container' || isTest(path) ? 'warning' : 'error',
      service,
      message: `${port} is retired: ${fate}${isOther ? `, and ${meaning.subject} means ${service}` : ''}`,
      suggestion: wanted === undefined ? undefined : String(wanted),
      fix: meaning?.certainty === 'likely' ? undefined : wanted,
    }
  },
}
