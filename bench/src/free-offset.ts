import { PORTS } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'

/**
 * A shift that puts every service on a free port, below those that systems hand out to clients.
 *
 * @throws {Error} when there is none
 */
export async function findFreeOffset(): Promise<number> {
  for (let offset = 20_000; offset < 23_000; offset += 100) {
    const taken = await Promise.all(Object.values<number>(PORTS).map((port) => isPortOpen(port + offset)))
    if (!taken.includes(true)) return offset
  }
  throw new Error('no shift puts every service on a free port')
}
