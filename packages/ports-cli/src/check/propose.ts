import type { Tally } from '@driftos/port-scanner'
import type { Occurrence } from './occurrence.js'
import { proposeRegistry, toTable, type Proposal, type ProposedService } from './proposal.js'
import { findDevServers } from './dev-server.js'
import { attributeAll, readRoots, type Reading } from './scan.js'
import { isSilent } from './silence.js'

/** Returns the registry that the files of a directory make, and what was read for it. */
export async function propose(root: string): Promise<Proposal & { readonly scanned: Tally }> {
  const reading = await readRoots([root], root)
  const attributeTo = (files: Reading['files']) => attributeAll({ ...reading, files }, { services: {} }).occurrences
  const { services, questions } = proposeRegistry(attributeTo(reading.files), attributeTo(findDevServers(root)))
  const { occurrences } = attributeAll(reading, { services: toTable(services) })
  return { services: withContainerPorts(services, occurrences), questions, scanned: reading.scanned }
}

/**
 * Returns services with the numbers that most images, manifests and addresses have inside their containers, so that the first
 * check of a proposed registry agrees with the repository.
 *
 * @param occurrences - attributed to these services
 */
function withContainerPorts(
  services: readonly ProposedService[],
  occurrences: readonly Occurrence[],
): readonly ProposedService[] {
  const inside = new Map<string, Map<number, number>>()
  const published = new Set(
    occurrences.flatMap(({ attribution, outerPort }) =>
      outerPort === undefined ? [] : (attribution?.services ?? []).map((service) => `${service} ${outerPort}`),
    ),
  )
  for (const occurrence of occurrences) {
    const { side, port, kind, attribution } = occurrence
    const [service, ...others] = attribution?.services ?? []
    // Of several ports of a container, any is right.
    if (service === undefined || others.length > 0) continue
    if (side !== 'container' || kind === 'document' || isSilent(occurrence)) continue
    const counts = inside.get(service) ?? new Map<number, number>()
    inside.set(service, counts.set(port, (counts.get(port) ?? 0) + 1))
  }
  return services.map((service) => {
    const { name, port, containerPort = port } = service
    // A publication has the number inside already.
    if (published.has(`${name} ${port}`)) return service
    const counts = inside.get(name) ?? new Map<number, number>()
    const most = Math.max(...counts.values())
    const usual = [...counts.keys()].find((each) => counts.get(each) === most)
    return usual === undefined || counts.get(containerPort) === most ? service : { ...service, containerPort: usual }
  })
}
