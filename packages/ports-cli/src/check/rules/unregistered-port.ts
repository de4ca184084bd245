import { isTest } from '../attribution/attribution.js'
import { isComment, isCompared, isNodePort, isOfWorkflow, isSettings, type OccurrenceRule } from './rule.js'

/** A port of this machine that nobody registered. */
export const unregisteredPort: OccurrenceRule = {
  name: 'unregistered-port',
  why: 'nobody keeps it free: the next service may take it',
  fix: 'register it (driftos-ports add), or use the port that is registered',
  judge(occurrence, registry) {
    const { port, side, role, path, kind, clues, lineText, column, isRemote, meaning } = occurrence
    const status = registry.findService(port)?.status
    if (isNodePort(occurrence)) return undefined
    if (status === 'assigned' || status === 'retired' || side === 'container' || isRemote) return undefined
    if (isTest(path) || role === 'prose' || role === 'table cell' || isComment(occurrence)) return undefined
    if (role === 'env value' && !isSettings(kind)) return undefined
    // Another program's port, by its own variable or name, may well be this machine's; it is not ours to say.
    const isNamed = clues.some(
      ({ kind: clue, text }) => clue === 'name' || (clue === 'variable' && !/^(?:\w*[._])?port$/i.test(text)),
    )
    const beginning = lineText.slice(0, column - 1)
    if (port < 1024 && role !== 'publish') return undefined
    if (isCompared(occurrence)) return undefined
    const isListed = kind === 'javascript' && /[[,]\s*$/.test(beginning)
    const isOwn = meaning?.isSelf === true && meaning.certainty === 'sure'
    const isCertain = isOwn || role === 'publish' || (role === 'listen' && !isListed) || (role === 'url' && !isNamed)
    // Terraform opens ports of machines in a cloud.
    if (isOfWorkflow(occurrence) || /\.(?:tf|tfvars|hcl)$/.test(path)) return undefined
    return {
      severity: isCertain && kind !== 'markdown' ? 'error' : 'warning',
      service: meaning?.service,
      message:
        status === 'reserved'
          ? `${port} is reserved for a service to come, and not registered yet`
          : `${port} is registered to nobody`,
      // What only stands near a service, or is its second port, is not meant to be the service's.
      suggestion: isOwn ? String(registry.services[meaning.service]!.port) : undefined,
    }
  },
}
