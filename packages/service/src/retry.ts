import { setTimeout as delay } from 'node:timers/promises'
import { restartMs } from './time-limits.js'
import { faultOf } from './upstream-failure.js'

/** How long an upstream that gave no answer still counts as reachable before. */
const recentMs = 15_000

/** The wait between two attempts. */
const intervalMs = 100

/**
 * Returns a function that repeats attempts. Those that were surely not sent, because the connection was refused, are
 * repeated only while the upstream restarts: it was reachable a moment ago. An upstream that is down fails at once. A safe
 * request is also repeated once when the connection ends without an answer, as by a crash: RFC 9110, section 9.2.2.
 */
export function createRetry() {
  let reachedAt = -Infinity
  let isGivenUp = false
  return async (attempt: () => Promise<void>, isSafe: boolean, isEnding: () => boolean): Promise<void> => {
    const startedAt = performance.now()
    let mayBeSentAgain = isSafe
    for (;;) {
      try {
        await attempt()
        reachedAt = performance.now()
        isGivenUp = false
        return
      } catch (error) {
        const now = performance.now()
        const isRestart = now - startedAt < restartMs && now - reachedAt < recentMs
        if (isRefused(error)) {
          if (!isRestart) isGivenUp = true
          if (isGivenUp) throw error
        } else {
          if (!mayBeSentAgain || faultOf(error as Error) !== 'ended') throw error
          mayBeSentAgain = false
        }
        if (isEnding()) throw error
        await delay(intervalMs)
      }
    }
  }
}

/** Returns whether no connection was made. Both addresses of a name may refuse. */
function isRefused(error: unknown): boolean {
  const { code, errors = [] } = error as { code?: string; errors?: unknown[] }
  return code === 'ECONNREFUSED' || (errors.length > 0 && errors.every(isRefused))
}
