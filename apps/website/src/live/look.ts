import { getOrigin, type Env, type ServiceName } from '@driftos/ports'
import { describeHolder, findHolders, isOccupied, probeService, type Holder } from '@driftos/ports/probe'
import { serviceNames } from '../definitions.js'
import { isLoopback } from './loopback.js'
import type { ServiceState } from './state.js'

/** Finding processes costs more than connecting, so it is repeated only after a change of state, or after this time. */
const holdersAgeMs = 5000

/**
 * Returns a function that probes every service and finds the processes on the ports of this machine.
 *
 * @param withHolders - whether to look for processes at all
 */
export function createLook(env: Env, withHolders: boolean): () => Promise<readonly ServiceState[]> {
  let holders: ReadonlyMap<number, Holder> = new Map()
  let foundAt = -Infinity
  let foundFor = ''

  return async () => {
    const probes = await Promise.all(serviceNames.map((service) => probeService(service, { env })))
    if (!withHolders) return probes
    const held = probes.filter((probe) => isHere(probe.service, env) && isOccupied(probe))
    const present = held.map(({ port, state }) => `${port} ${state}`).join()
    if (present !== foundFor || performance.now() - foundAt > holdersAgeMs) {
      const ports = held.map(({ port }) => port)
      holders = await findHolders(ports, env)
      foundAt = performance.now()
      foundFor = present
    }
    return probes.map((probe) => {
      if (!held.includes(probe)) return probe
      return Object.assign(probe, { holder: describeHolder(holders.get(probe.port)) })
    })
  }
}

function isHere(service: ServiceName, env: Env): boolean {
  return isLoopback(new URL(getOrigin(service, env)).hostname)
}
