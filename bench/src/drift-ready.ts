import { setTimeout as delay } from 'node:timers/promises'

const deadlineMs = 60_000
const answerDeadlineMs = 5000

/**
 * Waits until a drift API answers from its database.
 *
 * @param api - its address, up to `/drift`
 * @throws {Error} when it does not within a minute
 */
export async function untilDriftReady(api: string): Promise<void> {
  const until = performance.now() + deadlineMs
  for (;;) {
    const signal = AbortSignal.timeout(answerDeadlineMs)
    const isReady = await fetch(`${api}/drift/branches/nobody`, { signal }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (isReady) return
    if (performance.now() > until) throw new Error(`${api} does not answer`)
    await delay(20)
  }
}
