import { getOrigin, type Env } from '@driftos/ports'
import {
  describeHolder,
  findContainers,
  findHolders,
  isOccupied,
  mayBeContainer,
  probeService,
  type ServiceProbe,
} from '@driftos/ports/probe'
import { serviceNames } from '../directory.js'
import { isLoopback } from './loopback.js'
import type { ServiceState } from './state.js'

/** To find processes costs more than to connect: it is done anew when a state changes, or after so long in milliseconds. */
const holdersAgeMs = 5000

/**
 * A function that looks at every service, and finds who holds the ports of this machine.
 *
 * @param withHolders - whether anybody may be told who holds them
 */
export function createLook(env: Env, withHolders: boolean): () => Promise<readonly ServiceState[]> {
  let holders: ReadonlyMap<number, string> = new Map()
  let foundAt = -Infinity
  let foundFor = ''

  return async () => {
    const probes = await Promise.all(serviceNames.map((service) => probeService(service, { env })))
    if (!withHolders) return probes
    const held = probes.filter((probe) => isHere(probe.service, env) && isOccupied(probe))
    const present = held.map(({ port, state }) => `${port} ${state}`).join()
    if (present !== foundFor || performance.now() - foundAt > holdersAgeMs) {
      holders = await findWordsForHolders(held, env)
      foundAt = performance.now()
      foundFor = present
    }
    return probes.map((probe) => {
      const holder = held.includes(probe) ? holders.get(probe.port) : undefined
      return holder === undefined ? probe : Object.assign(probe, { holder })
    })
  }
}

async function findWordsForHolders(held: readonly ServiceProbe[], env: Env): Promise<Map<number, string>> {
  const ports = held.map(({ port }) => port)
  const processes = await findHolders(ports)
  const asked = ports.filter((port) => mayBeContainer(processes.get(port)))
  const containers = await findContainers(asked, env)
  return new Map(ports.map((port) => [port, describeHolder(processes.get(port), containers.get(port))]))
}

function isHere(service: ServiceProbe['service'], env: Env): boolean {
  return isLoopback(new URL(getOrigin(service, env)).hostname)
}
