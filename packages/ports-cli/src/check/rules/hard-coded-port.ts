import { holderOf, type OccurrenceRule } from './rule.js'

/** Source code spells a number that it could import. */
export const hardCodedPort: OccurrenceRule = {
  name: 'hard-coded-port',
  why: 'The number does not follow when the service moves.',
  fix: "Import it from the registry's package.",
  judge({ port, side, kind, host, package: own }, { registry, registryPackage }) {
    if (kind !== 'code' || side === 'container' || (host !== undefined && host !== 'local')) return undefined
    if (registryPackage === undefined || !own.dependencies.has(registryPackage)) return undefined
    const service = holderOf(port, registry)
    if (service === undefined) return undefined
    const message = `Port ${port} of ${service} is written out; ${registryPackage} exports it`
    return { severity: 'warning', service, message }
  },
}
