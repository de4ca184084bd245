import { isTest } from '../attribution/attribution.js'
import { holderOf, isComment, type OccurrenceRule } from './rule.js'

/** Source that spells a registered number that it could import. */
export const hardCodedPort: OccurrenceRule = {
  name: 'hard-coded-port',
  why: 'a copy of the number stays behind when the service moves, and no override reaches it',
  fix: 'ask the registry for it',
  judge(occurrence, registry) {
    const { port, side, role, path, kind, isRemote } = occurrence
    const service = holderOf(port, registry)
    if (service === undefined || kind !== 'javascript' || side === 'container' || isRemote) return undefined
    if (isTest(path) || role === 'prose' || isComment(occurrence)) return undefined
    const isOrigin = role === 'url'
    const getter = isOrigin
      ? `getOrigin('${service}')`
      : role === 'listen'
        ? `getListenPort('${service}')`
        : `getPort('${service}')`
    return {
      severity: 'warning',
      service,
      message: `${port} is ${service}'s port, spelled out: the override ${registry.services[service]!.variable} does not reach it`,
      suggestion: getter,
    }
  },
}
