import type { Tally } from '@driftos/port-scanner'
import { groupBy } from '../group-by.js'
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
  const published = new Set(
    occurrences.flatMap(({ attribution, outerPort }) =>
      outerPort === undefined ? [] : (attribution?.services ?? []).map((service) => `${service} ${outerPort}`),
    ),
  )
  const inside = occurrences.filter(({ side, kind }) => side === 'container' && kind !== 'document')
  const byService = groupBy(
    // Of several ports of a container, any is right.
    inside.filter((occurrence) => occurrence.attribution?.services.length === 1 && !isSilent(occurrence)),
    ({ attribution }) => attribution!.services[0],
  )
  return services.map((service) => {
    const { name, port, containerPort = port } = service
    // A publication has the number inside already.
    if (published.has(`${name} ${port}`)) return service
    const places = groupBy(byService.get(name) ?? [], (occurrence) => occurrence.port)
    const count = (each: number) => places.get(each)?.length ?? 0
    const [usual = port] = [containerPort, ...places.keys()].toSorted((one, other) => count(other) - count(one))
    return usual === containerPort ? service : { ...service, containerPort: usual }
  })
}
