import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceState } from './state.js'

type Reader = (states: readonly ServiceState[]) => void

/** One look at every service for all readers, again and again while there are any. */
export interface Watch {
  /** Tells a reader every look, beginning with the latest, until the function that it returns is called. */
  join(this: void, reader: Reader): () => void
}

/** How long there is between two looks, in milliseconds. */
const intervalMs = 1000

/**
 * Looks only while somebody reads.
 *
 * @param look - finds every service's state
 * @param onFailure - told why a look failed; the next one is taken all the same
 */
export function createWatch(look: () => Promise<readonly ServiceState[]>, onFailure: (error: unknown) => void): Watch {
  const readers = new Set<Reader>()
  let latest: readonly ServiceState[] | undefined
  let isLooking = false

  async function lookWhileRead(): Promise<void> {
    isLooking = true
    while (readers.size > 0) {
      const startedAt = performance.now()
      try {
        latest = await look()
        for (const reader of readers) reader(latest)
      } catch (error) {
        onFailure(error)
      }
      // A stopping process does not wait for the next look.
      await delay(Math.max(0, intervalMs - (performance.now() - startedAt)), undefined, { ref: false })
    }
    latest = undefined
    isLooking = false
  }

  return {
    join(reader) {
      readers.add(reader)
      if (latest) reader(latest)
      if (!isLooking) void lookWhileRead()
      return () => void readers.delete(reader)
    },
  }
}
