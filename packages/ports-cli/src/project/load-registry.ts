import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { buildRegistry, type PortRegistry, type RegistryDefinition } from '@driftos/ports/define'
import { UsageError } from '../usage-error.js'
import { remember } from './cache.js'
import { ancestors, parseJson, readIfFile } from './find-config.js'

/**
 * Loads the registry of a file: a module with plain tables or a call of `defineRegistry`, or JSON.
 *
 * @param title - names the file in errors
 * @throws {UsageError} when it cannot be read, or one error that lists every problem of the registry
 */
export async function loadRegistryFile(file: string, title: string): Promise<PortRegistry> {
  const text = readIfFile(file)
  if (text === undefined) throw new UsageError(`Cannot read the registry ${title}: no such file`)
  return buildRegistry(await loadTables(file, text, title))
}

/** Reads and checks the tables of a file. Only a module whose tables are computed is run. */
async function loadTables(file: string, text: string, title: string): Promise<RegistryDefinition> {
  const known = await remember(file, text, async () => {
    const { checkTables } = await import('./check-tables.js')
    if (extname(file) === '.json') return checkTables(parseJson(text, title), title)
    const { readStaticTables } = await import('./source.js')
    const tables = readStaticTables(text, file)
    return tables && checkTables(tables, title)
  })
  if (known) return known
  const { checkTables, findTables } = await import('./check-tables.js')
  const { importModule } = await import('./import-module.js')
  // The tables of a registry are frozen, those of the module are not.
  return structuredClone(checkTables(findTables(await importModule(file, title)), title))
}

/**
 * Loads the registry of an installed package: its `ports.json`, else its main module.
 *
 * @param from - a directory of the package that depends on it
 * @throws {UsageError} when it is not installed or contains no registry
 */
export async function loadRegistryPackage(name: string, from: string): Promise<PortRegistry> {
  // An import would load it for every registry.
  const { resolve } = process.getBuiltinModule('node:module').createRequire(join(from, 'package.json'))
  const file = isInstalled(name, from)
    ? (tryResolve(resolve, `${name}/ports.json`) ?? tryResolve(resolve, name))
    : undefined
  if (file === undefined) {
    throw new UsageError(`The package ${name} is not installed in ${from}. Install its dependencies.`)
  }
  if (extname(file) !== '.json' || name !== '@driftos/ports') return loadRegistryFile(file, name)
  // It was checked when it was built, and may contain fields of a newer version.
  const tables = parseJson(readIfFile(file) ?? '', file) as Partial<RegistryDefinition> | null
  if (!tables?.services || !tables.ranges || !tables.history)
    throw new UsageError(`${file} contains no registry. Install ${name} again.`)
  return buildRegistry(tables as RegistryDefinition)
}

/** Whether a package is below a directory or one above. Node would also find the packages of NODE_PATH, which pnpm sets. */
function isInstalled(name: string, from: string): boolean {
  const isIn = (directory: string) => existsSync(join(directory, 'node_modules', name, 'package.json'))
  return process.versions['pnp'] !== undefined || ancestors(from).some(isIn)
}

function tryResolve(resolve: (id: string) => string, id: string): string | undefined {
  try {
    return resolve(id)
  } catch {
    return undefined
  }
}
