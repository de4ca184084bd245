import { resolve } from 'node:path'
import { remember } from '../project/cache.js'
import { readIfFile } from '../project/find-config.js'
import type { Project } from '../project/project.js'

/**
 * Whether changed files can make a generated file stale: the registry, the configuration, or a generated file itself. The
 * names of the generated files are kept between runs, because evaluating the configuration takes longer than the check of
 * a few files.
 *
 * @param changed - absolute paths
 * @throws {UsageError} when the configuration cannot be loaded
 */
export async function canMakeStale(changed: ReadonlySet<string>, project: Project): Promise<boolean> {
  const { root, configFile, registryFile, loadGenerators } = project
  if (configFile === undefined || changed.size === 0) return false
  if (changed.has(configFile) || (registryFile !== undefined && changed.has(registryFile))) return true
  const files = await remember(`${configFile}.generated`, readIfFile(configFile) ?? '', async () =>
    (await loadGenerators()).map(({ file }) => file),
  )
  return files!.some((file) => changed.has(resolve(root, file)))
}
