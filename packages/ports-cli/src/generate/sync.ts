import { join } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import { groupBy } from '../group-by.js'
import type { Generator } from '../project/config.js'
import { readIfPresent, writeFileSafely } from '../registry/write.js'
import { UsageError } from '../usage-error.js'
import { replaceRegion } from './region.js'

/** A file as it is and as it should be. */
export interface FileChange {
  /** From the root, with `/`. */
  readonly file: string
  /** Undefined where the file is missing. */
  readonly present: string | undefined
  /** Undefined where the file should not exist. */
  readonly wanted: string | undefined
}

/**
 * Returns the files that differ from what their generators render. Writes nothing.
 *
 * @param root - the directory from which generators name files
 * @throws {UsageError} when a file cannot be read, a region lacks its markers, or a generator throws
 */
export async function findDrift(
  generators: readonly Generator[],
  registry: RegistryDefinition,
  root: string,
): Promise<FileChange[]> {
  const all = [...groupBy(generators, ({ file }) => file)].map(([file, own]): FileChange => {
    const present = readIfPresent(join(root, file), file)
    const wanted = own.reduce<string | undefined>((text, generator) => renderInto(text, generator, registry), present)
    return { file, present, wanted }
  })
  return all.filter(({ present, wanted }) => present !== wanted)
}

/**
 * Writes or removes each file, one after another and each whole or not at all.
 *
 * @param assertCurrent - is called before each one, and throws when the changes are out of date
 * @throws {UsageError} at the first file that cannot be written or was changed; those before it are written
 */
export async function writeChanges(
  changes: readonly FileChange[],
  root: string,
  assertCurrent?: (file: string) => void,
): Promise<void> {
  for (const [index, { file, present, wanted }] of changes.entries()) {
    try {
      assertCurrent?.(file)
      await writeFileSafely(join(root, file), wanted, file, present)
    } catch (error) {
      const written = changes.slice(0, index).map((earlier) => earlier.file)
      throw new UsageError(`${(error as Error).message}\nWritten before it: ${written.join(', ') || 'nothing'}.`)
    }
  }
}

function renderInto(text: string | undefined, generator: Generator, registry: RegistryDefinition): string | undefined {
  const { file, region } = generator
  const content = render(generator, registry)
  // A missing file is as one without the markers: the error shows them.
  if (region !== undefined) return replaceRegion(text ?? '', content ?? '', file, region)
  return text !== undefined && /^[^\n]*\r\n/.test(text) ? content?.replaceAll('\n', '\r\n') : content
}

function render(generator: Generator, registry: RegistryDefinition): string | undefined {
  try {
    return generator.render(registry)
  } catch (error) {
    throw new UsageError(`Cannot generate ${generator.file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
