import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../usage-error.js'

/**
 * Runs a TypeScript or JavaScript module and returns its exports. `@driftos/ports-cli` in it is this program, so that a
 * repository without its own installation can import generators.
 *
 * @param title - names the file in errors
 * @throws {UsageError} when the module cannot be loaded or throws
 */
export async function importModule(file: string, title: string): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti')
  try {
    // Not cached in memory: a registry may be edited between two loads.
    const jiti = createJiti(file, { moduleCache: false, alias: { '@driftos/ports-cli': ownEntry() } })
    return (await jiti.import<Readonly<Record<string, unknown>> | null>(file)) ?? {}
  } catch (error) {
    throw new UsageError(`Cannot load ${title}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Returns this package's main entry: the bundle next to the program, or the source when it runs from sources. */
function ownEntry(): string {
  return import.meta.url ? fileURLToPath(new URL('../index.ts', import.meta.url)) : join(__dirname, 'index.js')
}
