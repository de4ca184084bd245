import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { PortRegistry, RangeTable, RegistryDefinition, ServiceTable } from '@driftos/ports/define'
import { defineRegistry, findRegistryProblems } from '@driftos/ports/define'
import { listProblems, UsageError } from '../usage-error.js'
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
  if (extname(file) === '.json') return build(checkTables(parseJson(text, title), title), title)
  const known = await remember(file, text, async () => {
    // Loaded only when the tables are not known: the parser takes longer than anything else here.
    const { readStaticTables } = await import('./source.js')
    const tables = readStaticTables(text, file)
    return tables && checkTables(tables, title)
  })
  if (known) return build(known, title)
  const { importModule } = await import('./import-module.js')
  return build(checkTables(findTables(await importModule(file, title)), title), title)
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
  return build(parseJson(readIfFile(file) ?? '', file) as RegistryDefinition, name)
}

/** Finds the tables among a module's exports: the default export, the exports themselves, or the one export with tables. */
function findTables(exports: Readonly<Record<string, unknown>>): unknown {
  const candidates = [exports['default'], exports, ...Object.values(exports)]
  return pickTables(candidates.find((candidate) => hasServices(candidate)) ?? exports['default'] ?? exports)
}

function hasServices(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'services' in value
}

/** Returns only the tables, since a module may export other values. */
function pickTables(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const names = ['services', 'ranges', 'history', 'retired'] as const
  return Object.fromEntries(names.flatMap((name) => (name in value ? [[name, (value as never)[name]]] : [])))
}

/** @throws {UsageError} one error that lists every problem */
function checkTables(tables: unknown, title: string): RegistryDefinition {
  // A registry without moves or ranges may leave them out.
  const definition = hasServices(tables) ? { ranges: {}, history: [], ...tables } : tables
  const problems = findRegistryProblems(definition)
  if (problems.length === 0) return pickTables(definition) as RegistryDefinition
  throw listProblems(
    `${title} contains no valid registry`,
    problems.map(({ message }) => message),
  )
}

function build(definition: RegistryDefinition, title: string): PortRegistry {
  try {
    const { services, ranges, history, retired = {} } = definition
    return defineRegistry<ServiceTable, RangeTable>({ services, ranges, history, retired })
  } catch (error) {
    throw new UsageError(`${title}: ${(error as Error).message}`)
  }
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
