import { history, ranges, retired, services, type ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { Artifact } from './artifact.js'

/** The registry. */
export const registry: RegistryDefinition = { services, ranges, history, retired }

/** The registry with one service changed. */
export function registryWith(name: string, change: Partial<ServiceDefinition>): RegistryDefinition {
  return { ...registry, services: { ...registry.services, [name]: { ...registry.services[name]!, ...change } } }
}

/** A file that takes so long to write that a kill can fall into it. */
export const large: Artifact = {
  file: 'docs/large.txt',
  render: (from) => `${from.services['core']!.port}\n`.repeat(1_600_000),
}
