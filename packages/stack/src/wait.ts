import { setTimeout as delay } from 'node:timers/promises'
import { getOrigin, type Env } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import type { RunningProcess } from './process.js'
import type { Outcome } from './table.js'

/** How long a service may take to become healthy, and how often it is asked, in milliseconds. */
const deadlineMs = 60_000
const intervalMs = 250

/** Waits until the service is healthy and the right one, its process has ended, or the deadline has passed. */
export async function waitUntilUp(child: RunningProcess, env: Env): Promise<Outcome> {
  const startedAt = performance.now()
  const origin = getOrigin(child.service, env)
  for (;;) {
    const probe = await probeService(child.service, { env })
    const elapsedMs = performance.now() - startedAt
    const end = child.end()
    if (end !== undefined) return { ...probe, origin, isUp: false, note: `failed, ${end}: its lines above say why` }
    if (probe.state === 'up') return { ...probe, origin, isUp: true, note: `up in ${(elapsedMs / 1000).toFixed(1)} s` }
    if (elapsedMs > deadlineMs)
      return { ...probe, origin, isUp: false, note: `not healthy after ${deadlineMs / 1000} s: ${probe.reason}` }
    await delay(intervalMs)
  }
}
