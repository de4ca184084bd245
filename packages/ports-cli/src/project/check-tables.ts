import { findRegistryProblems, type RegistryDefinition } from '@driftos/ports/define'
import { listProblems } from '../usage-error.js'

/**
 * Finds the tables among a module's exports: the default export, the exports themselves, or the one export with tables.
 * Other exports are left out.
 */
export function findTables(exports: Readonly<Record<string, unknown>>): unknown {
  const candidates = [exports['default'], exports, ...Object.values(exports)]
  const found = candidates.find(hasServices) ?? exports['default'] ?? exports
  if (typeof found !== 'object') return found
  const names = ['services', 'ranges', 'history', 'retired'] as const
  return Object.fromEntries(names.flatMap((name) => (name in found ? [[name, (found as never)[name]]] : [])))
}

function hasServices(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'services' in value
}

/**
 * Checks the tables of a registry.
 *
 * @throws {UsageError} one error that lists every problem
 */
export function checkTables(tables: unknown, title: string): RegistryDefinition {
  // A registry without moves or ranges may leave them out.
  const definition = hasServices(tables) ? { ranges: {}, history: [], ...tables } : tables
  const problems = findRegistryProblems(definition)
  if (problems.length === 0) return definition as RegistryDefinition
  throw listProblems(
    `${title} contains no valid registry`,
    problems.map(({ message }) => message),
  )
}
