import { readFileSync } from 'node:fs'
import { defineRegistry, type PortRegistry, type RegistryDefinition, type ServiceTable } from '@driftos/ports/define'
import type { Project } from './project/project.js'

/**
 * The registry as it was when the corpus was labelled: what a number means in a test is not to change with a
 * service that moves.
 */
export const contractRegistry: PortRegistry = defineRegistry<ServiceTable, RegistryDefinition['ranges']>(
  JSON.parse(readFileSync(new URL('../corpus/ports.lock', import.meta.url), 'utf8')) as RegistryDefinition,
)

/** That registry, and no configuration. */
export const contractProject: Project = {
  root: undefined,
  registry: contractRegistry,
  config: { artifacts: [], ignore: [] },
  loadGenerators: async () => [],
}
