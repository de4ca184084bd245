import { protocolPorts } from '../products.js'
import { isOfDocs, isOfProduct } from '../silence.js'
import type { OccurrenceRule } from './rule.js'

/** A port of this machine that the registry does not contain. */
export const unregisteredPort: OccurrenceRule = {
  name: 'unregistered-port',
  why: 'The next service may take the same port.',
  fix: 'Register the port with `driftos-ports add`, or use a registered one.',
  judge(occurrence, { registry }) {
    const { path, port, side, kind, role, host, attribution } = occurrence
    const status = registry.findService(port)?.status
    if (status === 'assigned' || status === 'retired' || side === 'container' || kind === 'document') return undefined
    if (isOfProduct(path) || isOfDocs(occurrence)) return undefined
    // Web servers and proxies publish these on every machine.
    if (port === 80 || port === 443) return undefined
    if (role === 'publish' || (role === 'listen' && !attribution?.services.length)) {
      const verb = role === 'publish' ? 'published' : 'listened on'
      // A registry contains no number below 1024, which belongs to a protocol.
      return { severity: port < 1024 ? 'warning' : 'error', message: `Port ${port} is ${verb}, but not registered` }
    }
    const isReached = host === 'local' && (role === 'reach' || role === 'probe' || role === 'scrape')
    if (!isReached || attribution?.services.length || protocolPorts.has(port)) return undefined
    return { severity: 'warning', message: `Port ${port} is reached on this machine, but not registered` }
  },
}
