import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { UsageError } from '../command.js'
import type { Artifact, Registry } from './artifact.js'

/** A generated file as it is and as it should be. */
export interface Drift {
  readonly file: string
  /** Undefined where the file is missing. */
  readonly present: string | undefined
  readonly wanted: string
}

/**
 * The files that differ from what the registry generates. Writes nothing.
 *
 * @param root - the repository's root
 * @throws {UsageError} when a file that is generated in part lacks its markers, or has them twice
 */
export async function findDrift(artifacts: readonly Artifact[], registry: Registry, root: string): Promise<Drift[]> {
  const all = await Promise.all(
    artifacts.map(async (artifact) => {
      const present = await readIfPresent(join(root, artifact.file))
      return { file: artifact.file, present, wanted: renderInto(present, artifact, registry) }
    }),
  )
  return all.filter(({ present, wanted }) => present !== wanted)
}

/** Writes every file whole or not at all: first beside it, then renamed over it. */
export async function writeDrift(drift: readonly Drift[], root: string): Promise<void> {
  for (const { file, wanted } of drift) {
    const path = join(root, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFileAtomic(path, wanted)
  }
}

/** The file with its generated part replaced; every other byte stays, the line ends too. */
function renderInto(present: string | undefined, artifact: Artifact, registry: Registry): string {
  const generated = artifact.render(registry)
  if (!artifact.markers) return generated
  const { file, markers } = artifact
  if (present === undefined)
    throw new UsageError(`${file} is missing; only a part of it is generated, so it has to be there`)
  const lineEnd = present.includes('\r\n') ? '\r\n' : '\n'
  const [head, rest] = splitOnce(present, markers.begin + lineEnd, file)
  const [, tail] = splitOnce(rest, markers.end, file)
  return `${head}${markers.begin}${lineEnd}${generated.replaceAll('\n', lineEnd)}${markers.end}${tail}`
}

function splitOnce(text: string, marker: string, file: string): [string, string] {
  const [before, after, ...more] = text.split(marker)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new UsageError(
      `${file} has to hold this line once, and holds it ${text.split(marker).length - 1} times:\n${marker.trim()}`,
    )
  }
  return [before, after]
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
