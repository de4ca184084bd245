import { setTimeout as delay } from 'node:timers/promises'
import { getOrigin } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import type { Place } from './place.js'
import type { RunningProcess } from './process.js'
import type { Outcome } from './table.js'

/** How often a starting service is probed; probing more often slows the start. */
const intervalMs = 250

/** Waits until the service of this checkout is healthy, or its process has ended. */
export async function waitUntilUp(child: RunningProcess, { checkout, env }: Place): Promise<Outcome> {
  const startedAt = performance.now()
  const origin = getOrigin(child.service, env)
  for (;;) {
    const { service, port, state } = await probeService(child.service, { env, instance: checkout.instance })
    const end = child.end()
    if (end !== undefined) {
      return { service, port, origin, isUp: false, note: `failed, ${end}: see its output above` }
    }
    if (state === 'up') {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      return { service, port, origin, isUp: true, note: `up in ${seconds} s` }
    }
    await delay(intervalMs)
  }
}
