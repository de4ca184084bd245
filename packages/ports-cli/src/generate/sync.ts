import type { RegistryDefinition } from '@driftos/ports/define'
import { findDrift as findOldDrift } from './synchronize.js'

/** A file as it is and as it should be; undefined where there is none. */
export interface FileChange {
  /** The path from the root, with `/`. */
  readonly file: string
  readonly present: string | undefined
  readonly wanted: string | undefined
}

/** Returns the generated files that are out of date. */
export function findDrift(
  generators: Parameters<typeof findOldDrift>[0],
  registry: RegistryDefinition,
  root: string,
): Promise<FileChange[]> {
  return findOldDrift(generators, registry, root)
}
