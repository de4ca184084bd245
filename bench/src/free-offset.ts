import { PORTS } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'

/**
 * Finds an offset at which every service's port is free, below the ephemeral ports of most systems. It is random, so that
 * runs side by side seldom find the same one.
 */
export async function findFreeOffset(): Promise<number> {
  for (;;) {
    const offset = 10_000 + Math.floor(Math.random() * 12_000)
    const taken = await Promise.all(Object.values<number>(PORTS).map((port) => isPortOpen(port + offset)))
    if (!taken.includes(true)) return offset
  }
}
