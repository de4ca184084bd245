import { setTimeout as delay } from 'node:timers/promises'

type Reader<Result> = (result: Result) => void

/** Repeated checks, shared by all readers. */
export interface Watch<Result> {
  /** Passes every result to a reader, starting with the latest; the returned function ends the subscription. */
  join(this: void, reader: Reader<Result>): () => void
  /** Starts checking, as the first reader does; it goes on without readers, less often. */
  start(this: void): void
  /** Ends checking. */
  stop(this: void): void
}

/** The time between two checks, with readers and without. */
const readIntervalMs = 1000
const idleIntervalMs = 15_000

/**
 * Creates a watch.
 *
 * @param look - finds the result
 * @param onFailure - called with the error of a failed check, after which checking continues
 */
export function createWatch<Result>(look: () => Promise<Result>, onFailure: (error: unknown) => void): Watch<Result> {
  const readers = new Set<Reader<Result>>()
  const ended = new AbortController()
  let isStarted = false
  let wake = new AbortController()
  let latest: { readonly result: Result; readonly at: number } | undefined

  async function watch(): Promise<void> {
    if (isStarted) return
    isStarted = true
    while (!ended.signal.aborted) {
      const startedAt = performance.now()
      try {
        latest = { result: await look(), at: startedAt }
        for (const reader of readers) reader(latest.result)
      } catch (error) {
        onFailure(error)
      }
      const intervalMs = readers.size > 0 ? readIntervalMs : idleIntervalMs
      const remainingMs = Math.max(0, intervalMs - (performance.now() - startedAt))
      wake = new AbortController()
      const signal = AbortSignal.any([wake.signal, ended.signal])
      // A process that stops does not wait for the next check.
      await delay(remainingMs, undefined, { ref: false, signal }).catch(() => undefined)
    }
  }

  return {
    join(reader) {
      readers.add(reader)
      // An older result may be wrong by now.
      if (latest && performance.now() - latest.at < 2 * readIntervalMs) reader(latest.result)
      if (readers.size === 1) wake.abort()
      void watch()
      return () => void readers.delete(reader)
    },
    start: () => void watch(),
    stop: () => ended.abort(),
  }
}
