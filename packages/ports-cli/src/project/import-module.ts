import { UsageError } from '../usage-error.js'

/**
 * Runs a TypeScript or JavaScript module and returns its exports. `@driftos/ports-cli` in it is this program, so that a
 * repository without its own installation can import generators.
 *
 * @param title - names the file in errors
 * @throws {UsageError} when the module cannot be loaded or throws
 */
export async function importModule(file: string, title: string): Promise<Readonly<Record<string, unknown>>> {
  const [{ createJiti }, ownEntry] = await Promise.all([import('jiti'), import('../index.js')])
  const jiti = createJiti(file, { virtualModules: { '@driftos/ports-cli': ownEntry } })
  const known = new Set(Object.keys(jiti.cache))
  // For each import, jiti tries many names and makes an error for each that is missing: without its stack, in half the time.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return (await jiti.import<Readonly<Record<string, unknown>> | null>(file)) ?? {}
  } catch (error) {
    throw new UsageError(`Cannot load ${title}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    // Each module runs once in a load, and again in the next one: a registry may be edited between the two.
    for (const path of Object.keys(jiti.cache)) if (!known.has(path)) delete jiti.cache[path]
  }
}
