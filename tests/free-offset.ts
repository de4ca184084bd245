import { PORTS, services, type ServiceName } from '@driftos/ports'
import { isPortOpen } from '@driftos/ports/probe'

/** Finds an offset at which every port is free, below the ephemeral ports of most systems. */
export async function findFreeOffset(): Promise<string> {
  for (;;) {
    const offset = 10_000 + Math.floor(Math.random() * 12_000)
    const ports = Object.values<number>(PORTS).map((port) => port + offset)
    const taken = await Promise.all(ports.map((port) => isPortOpen(port)))
    if (!taken.includes(true)) return String(offset)
  }
}

/** Variables that keep a developer's `.env` out of a test: an empty one wins over the file, and counts as unset. */
export const withoutEnvFile: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(services).flatMap(({ variable }) =>
    ['PORT', 'HOST', 'URL'].map((suffix) => [variable.replace(/PORT$/, suffix), '']),
  ),
)

/** Returns a service's port at an offset. */
export function portAt(service: ServiceName, offset: string): number {
  return PORTS[service] + Number(offset)
}
