import { isOfCluster, isOfTests } from '../silence.js'
import { holderOf, isRight, type OccurrenceRule } from './rule.js'

/** A variable moves a service, and a place that has to follow does not read it. */
export const unreachedOverride: OccurrenceRule = {
  name: 'unreached-override',
  why: 'A service that its variable moves is not found here.',
  fix: 'Read the same variable here.',
  judge(occurrence, { registry, isMovable, isFixedInside }) {
    // A proxy's example is of the machine that its reader has.
    if (/\.(?:conf|caddyfile)\.(?:example|sample|template)$/i.test(occurrence.path)) return undefined
    const { path, port, side, override, follower, attribution, role, host, kind } = occurrence
    if (follower === undefined || override !== undefined || host === 'named' || kind === 'document') return undefined
    // In an image or a pod, a proxy reaches a program next to it, which the variable of the host does not move.
    const isInside = isOfCluster(path) || /(?:^|\/)docker\//.test(path)
    if (follower === 'proxy target' && (isOfTests(path) || (isInside && host === 'local'))) return undefined
    const services = attribution ? attribution.services : role === 'reach' ? [holderOf(port, registry)] : []
    const [service] = services
    if (service === undefined || services.length > 1) return undefined
    if (attribution && !isRight(occurrence, registry)) return undefined
    // An image sets `PORT`; elsewhere it may be any program's.
    const scope = follower === 'health check' || follower === 'script' ? 'package' : 'root'
    if (!isMovable(service, occurrence, scope)) return undefined
    // The variable moves only the host half of `${CORE_PORT}:3001`.
    if (side === 'container' && isFixedInside(service, occurrence)) return undefined
    const { variable } = registry.services[service]!
    return {
      severity: 'warning',
      service,
      message: `${variable} moves ${service}, but this ${follower} always uses ${port}`,
    }
  },
}
