import type { Env } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'
import {
  findHolders,
  isOccupied,
  isThisMachine,
  probeService,
  type Holder,
  type ServiceProbe,
} from '@driftos/ports/probe'
import pMap from 'p-map'
import { mapServices } from '../project/resolution.js'

/** How many services are probed at once: with hundreds at once, the last ones would time out in the queue. */
const concurrency = 100

/** The state of a service, and who has its port. */
export interface Status {
  readonly probe: ServiceProbe<string>
  /** Whether a process of this machine listens on the port. */
  readonly isHeldHere: boolean
  /** Undefined when neither the system nor a container engine reports it. */
  readonly holder: Holder | undefined
}

/** Finds the state of every service, and the holder of each port of this machine that is in use. */
export async function findStatuses(
  names: readonly string[],
  registry: PortRegistry,
  env: Env,
  instance: string | undefined,
): Promise<Status[]> {
  const areLocal = mapServices(names, (service) => isThisMachine(new URL(registry.getOrigin(service, env)).hostname))
  const probes = await pMap(names, (service) => probeService(service, { registry, env, instance }), { concurrency })
  const areHeld = probes.map((probe, index) => areLocal[index]! && isOccupied(probe))
  // Finding a process costs more than a connection, so only occupied ports are looked up.
  const heldPorts = probes.filter((_, index) => areHeld[index]).map(({ port }) => port)
  const holders = await findHolders(heldPorts, env)
  return probes.map((probe, index) => {
    const isHeldHere = areHeld[index]!
    return { probe, isHeldHere, holder: isHeldHere ? (probe.holder ?? holders.get(probe.port)) : undefined }
  })
}
