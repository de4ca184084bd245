import { groupBy } from '../group-by.js'
import { isOwnVariable } from './names.js'
import type { Occurrence } from './occurrence.js'
import type { Context, RegistryView } from './rules/rule.js'

/** Collects what rules need of all occurrences. */
export function createContext(
  occurrences: readonly Occurrence[],
  registry: RegistryView,
  registryPackage?: string,
): Context {
  const lists = groupBy(
    occurrences.filter(({ group }) => group !== undefined),
    ({ location, group }) => `${group}\0${location}`,
  )
  const proxied = new Set(
    occurrences.filter(({ follower }) => follower === 'proxy target').map(({ root, port }) => `${port}\0${root}`),
  )
  const moved = new Set<string>()
  for (const { override, attribution, root, package: own, isComment } of occurrences) {
    if (override === undefined || isComment) continue
    for (const service of attribution?.services ?? []) {
      if (override !== registry.services[service]!.variable && !isOwnVariable(override)) continue
      moved.add(`${service}\0${root}`)
      moved.add(`${service}\0${root}\0${own.directory}`)
    }
  }
  return {
    registry,
    registryPackage,
    isProxied: ({ root, port }) => proxied.has(`${port}\0${root}`),
    listOf: ({ location, group }) => lists.get(`${group}\0${location}`) ?? [],
    isMovable: (service, { root, package: own }, scope) =>
      moved.has(scope === 'root' ? `${service}\0${root}` : `${service}\0${root}\0${own.directory}`),
  }
}
