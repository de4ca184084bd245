import { getOrigin, type Env, type ServiceName } from '@driftos/ports'
import {
  describeHolder,
  findHolders,
  isOccupied,
  isThisMachine,
  probeService,
  type Holder,
  type ServiceProbe,
} from '@driftos/ports/probe'
import { serviceNames } from '../definitions.js'
import { findOwnCheckout } from './checkouts.js'
import { readHealth, type HealthReport } from './health.js'
import { findUsableControl, readRuns } from './stack.js'
import type { ServiceState } from './state.js'

/** Finding processes costs more than connecting, so it is repeated only after a change of state, or after this time. */
const detailsAgeMs = 5000

/** The state of a service at one moment. */
export type Seen = Omit<ServiceState, 'since'>

/**
 * Returns a function that probes every service and finds the processes on the ports of this machine.
 *
 * @param withHolders - whether to look for processes at all
 */
export function createLook(env: Env, withHolders: boolean): () => Promise<readonly Seen[]> {
  const control = findUsableControl(env)
  const instance = findOwnCheckout(env)?.instance
  let holders: ReadonlyMap<number, Holder> = new Map()
  /** Why each service that is up belongs to another checkout. */
  let others: ReadonlyMap<ServiceName, string> = new Map()
  let reports: ReadonlyMap<ServiceName, HealthReport> = new Map()
  let foundAt = -Infinity
  let foundFor = ''

  return async () => {
    const [runs, ...probes] = await Promise.all([
      readRuns(control),
      ...serviceNames.map((service) => probeService(service, { env })),
    ])
    const held = probes.filter((probe) => isHere(probe.service, env) && isOccupied(probe))
    const present = held.map(({ port, state }) => `${port} ${state}`).join()
    if (present !== foundFor || performance.now() - foundAt > detailsAgeMs) {
      if (withHolders) {
        holders = await findHolders(
          held.map(({ port }) => port),
          env,
        )
      }
      const up = probes.flatMap(({ service, state }) => (state === 'up' ? service : []))
      others = await findOthers(
        up.filter((service) => isHere(service, env)),
        env,
        instance,
      )
      reports = new Map(
        await Promise.all(up.map(async (service) => [service, await readHealth(service, env)] as const)),
      )
      foundAt = performance.now()
      foundFor = present
    }
    const stateOf = (probe: ServiceProbe): Seen => {
      const { service, port, latencyMs } = probe
      const other = probe.state === 'up' ? others.get(service) : undefined
      const shown = withHolders ? other : other && 'it belongs to another checkout'
      const reason = shown ?? probe.reason
      const run = runs.get(service)
      return {
        service,
        port,
        state: other === undefined ? probe.state : 'elsewhere',
        ...(latencyMs !== undefined && { latencyMs }),
        ...(reason !== undefined && { reason }),
        ...(probe.state === 'up' && reports.get(service)),
        ...(run && { run }),
        ...(withHolders && held.includes(probe) && { holder: describeHolder(holders.get(port)) }),
      }
    }
    return probes.map(stateOf)
  }
}

/** Returns the services that belong to another checkout than `instance`, each with the reason. */
async function findOthers(
  names: readonly ServiceName[],
  env: Env,
  instance: string | undefined,
): Promise<ReadonlyMap<ServiceName, string>> {
  if (instance === undefined) return new Map()
  const probes = await Promise.all(names.map((service) => probeService(service, { env, instance })))
  return new Map(
    probes.flatMap(({ service, state, reason }) =>
      state === 'elsewhere' && reason !== undefined ? [[service, reason] as const] : [],
    ),
  )
}

function isHere(service: ServiceName, env: Env): boolean {
  return isThisMachine(new URL(getOrigin(service, env)).hostname)
}
