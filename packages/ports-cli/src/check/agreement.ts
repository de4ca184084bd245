import type { Occurrence } from './occurrence.js'
import { isOfCluster } from './silence.js'

/** The numbers of a service inside its container, in all files or in those of a cluster. */
interface Inside {
  readonly ports: Set<number>
  places: number
  /** Whether a place sets the number, rather than only expects it. */
  isSet: boolean
}

/**
 * Returns a function that returns whether the places of a repository agree on the number of a service inside its container:
 * at least two do, and no place outside has the same number; or a cluster sets the number for itself.
 */
export function findAgreements(occurrences: readonly Occurrence[]): (occurrence: Occurrence) => boolean {
  const inside = new Map<string, Inside>()
  const outside = new Set<string>()
  for (const { path, port, side, role, root, attribution, isComment, isTest } of occurrences) {
    if (isComment || isTest) continue
    for (const service of attribution?.services ?? []) {
      if (side === 'host') outside.add(`${service}\0${root}\0${port}`)
      else
        for (const scope of isOfCluster(path) ? ['', 'cluster'] : ['']) add(`${service}\0${root}\0${scope}`, port, role)
    }
  }
  return ({ root, path, port, attribution }) =>
    attribution!.services.every((service) => {
      const all = inside.get(`${service}\0${root}\0`)
      const cluster = isOfCluster(path) ? inside.get(`${service}\0${root}\0cluster`) : undefined
      const isOutside = outside.has(`${service}\0${root}\0${port}`)
      return (all?.ports.size === 1 && all.places > 1 && !isOutside) || (cluster?.ports.size === 1 && cluster.isSet)
    })

  function add(key: string, port: number, role: Occurrence['role']): void {
    const known = inside.get(key) ?? { ports: new Set(), places: 0, isSet: false }
    known.ports.add(port)
    known.places += 1
    known.isSet ||= role === 'value'
    inside.set(key, known)
  }
}
