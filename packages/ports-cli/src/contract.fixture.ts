import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { defineRegistry, type PortRegistry, type RegistryDefinition, type ServiceTable } from '@driftos/ports/define'
import type { Project } from './project/project.js'

/** The registry at the time when the corpus was labelled, so that moving a service changes no test. */
export const contractRegistry: PortRegistry = defineRegistry<ServiceTable, RegistryDefinition['ranges']>(
  JSON.parse(readFileSync(new URL('../corpus/ports.lock', import.meta.url), 'utf8')) as RegistryDefinition,
)

/** That registry, and no configuration. */
export const contractProject: Project = {
  root: tmpdir(),
  registry: contractRegistry,
  ignore: [],
  loadGenerators: () => Promise.resolve([]),
}
