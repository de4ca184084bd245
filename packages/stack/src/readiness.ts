import { setTimeout as delay } from 'node:timers/promises'
import { acceptsClients } from '@driftos/dev-postgres'
import { getOrigin, services, type ServiceName } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import type { Place } from './place.js'

/** How often a starting service is probed; probing more often slows the start. */
const intervalMs = 250

/** The same for a service that is not ready for a longer time. */
const longIntervalMs = 2000
const longAfterMs = 10_000

const answerTimeoutMs = 5000

/**
 * Waits until a service of this checkout is healthy and its `/ready` answers 200. The database is ready when it
 * accepts clients.
 *
 * @param signal - ends the wait, which then settles too
 * @param note - receives why the service is not ready; null as long as it has not answered
 */
export async function untilReady(
  service: ServiceName,
  { checkout, env }: Pick<Place, 'checkout' | 'env'>,
  signal: AbortSignal,
  note: (reason: string | null) => void,
): Promise<void> {
  const startedAt = performance.now()
  while (!signal.aborted) {
    const { state, reason } = await probeService(service, { env, instance: checkout.instance })
    if (signal.aborted) return
    if (state === 'up') {
      const obstacle = await findObstacle(service, getOrigin(service, env))
      if (obstacle === undefined) return
      note(obstacle)
    } else {
      note(state === 'down' ? null : (reason ?? 'another process answers on its port'))
    }
    const pauseMs = performance.now() - startedAt > longAfterMs ? longIntervalMs : intervalMs
    await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

/** Returns why a healthy service is not ready; undefined when it is. */
async function findObstacle(service: ServiceName, origin: string): Promise<string | undefined> {
  if (!/^https?$/.test(services[service].scheme)) {
    const { hostname, port } = new URL(origin)
    return (await acceptsClients(hostname.replace(/^\[|\]$/g, ''), Number(port))) ? undefined : 'it opens its data'
  }
  try {
    const response = await fetch(`${origin}/ready`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    })
    const body = await response.text()
    if (response.ok) return undefined
    return messageIn(body) ?? `/ready answers ${response.status}`
  } catch (error) {
    const { name, message, cause } = error as Error
    if (name === 'TimeoutError') return `/ready does not answer within ${answerTimeoutMs} ms`
    return `/ready does not answer: ${cause instanceof Error ? cause.message : message}`
  }
}

function messageIn(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } }
    return typeof error?.message === 'string' ? error.message.split('\n', 1)[0] : undefined
  } catch {
    return undefined
  }
}
