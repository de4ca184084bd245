import { isUtf8 } from 'node:buffer'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import writeFileAtomic from 'write-file-atomic'
import { UsageError } from '../command.js'
import type { Artifact } from './artifact.js'
import { quoteInto, type Quotation } from './quotation.js'

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
 * @throws {UsageError} when a file cannot be read, or when one that is generated in part lacks its
 * markers, has them twice, or has them the wrong way round
 */
export async function findDrift(
  generated: readonly (Artifact | Quotation)[],
  registry: RegistryDefinition,
  root: string,
): Promise<Drift[]> {
  const files = new Set(generated.map(({ file }) => file))
  const all = await Promise.all(
    [...files].map(async (file) => {
      const parts = generated.filter((part) => part.file === file)
      const isPartial = parts.some((part) => 'quotes' in part || part.markers)
      const present = await readIfPresent(file, isPartial, root)
      const wanted = parts.reduce<string | undefined>((text, part) => renderInto(text, part, registry), present)!
      return { file, present, wanted }
    }),
  )
  return all.filter(({ present, wanted }) => present !== wanted)
}

/**
 * Writes every file whole or not at all: first beside it, then renamed over it.
 *
 * @throws {UsageError} at the first file that cannot be written; those before it are written
 */
export async function writeDrift(drift: readonly Drift[], root: string): Promise<void> {
  for (const [index, { file, wanted }] of drift.entries()) {
    const path = join(root, file)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFileAtomic(path, wanted)
    } catch (error) {
      const written = drift.slice(0, index).map((earlier) => earlier.file)
      throw new UsageError(
        `Cannot write ${file}, which is as it was: ${(error as Error).message}\n` +
          `Written before it, and whole: ${written.join(', ') || 'nothing'}. ${remedyFor(error)} and run sync again.`,
      )
    }
  }
}

/** The file with its generated part replaced; every other byte stays. Line ends are the file's own. */
function renderInto(present: string | undefined, part: Artifact | Quotation, registry: RegistryDefinition): string {
  const { file } = part
  const isWhole = 'render' in part && !part.markers
  if (isWhole) return withLineEnds(render(part, registry), present?.match(/\r?\n/)?.[0])
  if (present === undefined) {
    throw new UsageError(`${file} is missing; only a part of it is generated, so it has to be there`)
  }
  if ('quotes' in part) return quoteInto(present, part, registry)
  const markers = part.markers!
  const begin = findLine(present, markers.begin, file)
  const end = findLine(present, markers.end, file)
  if (end.start < begin.end) {
    throw new UsageError(`${file} has to hold these lines in this order:\n${markers.begin}\n${markers.end}`)
  }
  return present.slice(0, begin.end) + withLineEnds(render(part, registry), begin.lineEnd) + present.slice(end.start)
}

function render(artifact: Artifact, registry: RegistryDefinition): string {
  try {
    return artifact.render(registry)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${artifact.file} cannot be generated: ${error.message}`) : error
  }
}

/** Where the one line of a text that reads so starts and ends, its indentation and line end included. */
function findLine(text: string, line: string, file: string): { start: number; end: number; lineEnd: string } {
  const found = []
  for (let start = text.indexOf(line); start >= 0; start = text.indexOf(line, start + 1)) {
    const lineEnd = /^(\r?\n|$)/.exec(text.slice(start + line.length, start + line.length + 2))?.[0]
    const lineStart = text.lastIndexOf('\n', start - 1) + 1
    const isWhole = lineEnd !== undefined && /^[ \t]*$/.test(text.slice(lineStart, start))
    if (isWhole) found.push({ start: lineStart, end: start + line.length + lineEnd.length, lineEnd })
  }
  if (found.length === 1) return found[0]!
  throw new UsageError(`${file} has to hold this line once, and holds it ${found.length} times:\n${line}`)
}

function withLineEnds(text: string, lineEnd: string | undefined): string {
  return lineEnd === '\r\n' ? text.replaceAll('\n', '\r\n') : text
}

async function readIfPresent(file: string, isPartial: boolean, root: string): Promise<string | undefined> {
  let bytes: Buffer
  try {
    bytes = await readFile(join(root, file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}\n${remedyFor(error)} and run sync again.`)
  }
  // What is not UTF-8 would come back as other bytes.
  if (isPartial && !isUtf8(bytes)) throw new UsageError(`${file} is not UTF-8; save it so and run sync again`)
  return bytes.toString()
}

function remedyFor(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Free some space'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'Allow it for your user'
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOTDIR':
      return 'Move away what stands in its place'
    default:
      return 'Mend that'
  }
}
