import { PORTS } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'

/**
 * Returns an offset at which every service's port is free, below the ephemeral ports of most systems.
 *
 * @throws {Error} when there is none
 */
export async function findFreeOffset(): Promise<number> {
  for (let offset = 20_000; offset < 23_000; offset += 100) {
    const taken = await Promise.all(Object.values<number>(PORTS).map((port) => isPortOpen(port + offset)))
    if (!taken.includes(true)) return offset
  }
  throw new Error('No offset leaves the port of every service free')
}
