import { LRUCache } from 'lru-cache'

/** How many clients are told apart; the one not seen for longest goes first. */
const maxClients = 10_000

/** What a client has sent in its present window. */
interface Window {
  count: number
  /** By the clock that nobody sets. */
  readonly startedAtMs: number
}

/**
 * Counts each client's requests in windows of time, as @fastify/rate-limit has a store do. Its own one goes by the
 * time of day: a clock that is put back an hour would refuse a client for that hour.
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

  /** Every route counts for the same limit. */
  child(): this {
    return this
  }
}
