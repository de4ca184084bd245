import { isTest } from '../meaning/meaning.js'
import { isComment, type OccurrenceRule } from './rule.js'

/** A port of this machine that nobody registered. */
export const unregisteredPort: OccurrenceRule = {
  name: 'unregistered-port',
  why: 'nobody keeps it free: the next service may take it',
  fix: 'register it (driftos-ports add), or use the port that is registered',
  judge(occurrence, registry) {
    const { port, side, role, path, kind, clues, isPast, isRemote, meaning } = occurrence
    const { status } = registry.find(port)
    if (status === 'assigned' || status === 'retired' || side === 'container' || isPast || isRemote) return undefined
    if (isTest(path) || role === 'prose' || role === 'table cell' || isComment(occurrence)) return undefined
    if (role === 'env value' && kind === 'markdown') return undefined
    // Another program's port, by its own variable or name, may well be this machine's; it is not ours to say.
    const isNamed = clues.some(
      ({ kind: clue, text }) => clue === 'name' || (clue === 'variable' && !/^(?:\w*[._])?port$/i.test(text)),
    )
    const isCertain = role === 'listen' || role === 'publish' || (role === 'url' && !isNamed)
    if (port < 1024 && !isCertain) return undefined
    if (/(?:^|\/)\.(?:github|gitlab|circleci)\b/.test(path)) return undefined
    return {
      severity: isCertain && kind !== 'markdown' ? 'error' : 'warning',
      service: meaning?.service,
      message:
        status === 'reserved'
          ? `${port} is reserved for a service to come, and not registered yet`
          : `${port} is registered to nobody`,
      suggestion: meaning ? String(registry.services[meaning.service]!.port) : undefined,
    }
  },
}
