import { history, ranges, retired, services, type ServiceDefinition } from '@driftos/ports'
import type { Artifact, Registry } from './artifact.js'

/** The registry. */
export const registry: Registry = { services, ranges, history, retired }

/** The registry with one service changed. */
export function registryWith(name: string, change: Partial<ServiceDefinition>): Registry {
  return { ...registry, services: { ...registry.services, [name]: { ...registry.services[name]!, ...change } } }
}

/** A file that takes so long to write that a kill can fall into it. */
export const large: Artifact = {
  file: 'docs/large.txt',
  render: (from) => `${from.services['core']!.port}\n`.repeat(1_600_000),
}
