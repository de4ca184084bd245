import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceState } from './state.js'

type Reader = (states: readonly ServiceState[]) => void

/** Repeated probes of every service, shared by all readers. */
export interface Watch {
  /** Passes every result to a reader, starting with the latest; the returned function ends the subscription. */
  join(this: void, reader: Reader): () => void
}

/** The time between two probes. */
const intervalMs = 1000

/**
 * Creates a watch, which probes only while it has readers.
 *
 * @param look - finds every service's state
 * @param onFailure - called with the error of a failed probe, after which probing continues
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
      // A process that stops does not wait for the next probe.
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
