import { LRUCache } from 'lru-cache'

/** How many clients are counted; beyond that, the least recently seen one is dropped. */
const maxClients = 10_000

/** The requests of a client in its current window. */
interface Window {
  count: number
  /** By the monotonic clock. */
  readonly startedAtMs: number
}

/**
 * Counts each client's requests per time window, as a store for @fastify/rate-limit. The store of that package uses the
 * system clock: setting it back an hour would refuse a client for an hour.
 */
export class RequestCounts {
  private readonly windows = new LRUCache<string, Window>({ max: maxClients })

  incr(client: string, done: (error: null, seen: { current: number; ttl: number }) => void, windowMs: number): void {
    const now = performance.now()
    let window = this.windows.get(client)
    if (!window || now - window.startedAtMs >= windowMs) {
      window = { count: 0, startedAtMs: now }
      this.windows.set(client, window)
    }
    window.count++
    done(null, { current: window.count, ttl: windowMs - (now - window.startedAtMs) })
  }

  /** Returns the same store, so that all routes share one limit. */
  child(): this {
    return this
  }
}
