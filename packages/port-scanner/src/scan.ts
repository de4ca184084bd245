import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { Dialect, Reader } from './dialect.js'
import { findDialect, loadReader } from './dialects.js'
import { listFiles, type FileSelection } from './files.js'
import type { Match } from './match.js'
import { isGenerated, isBundle, mayHoldPort } from './prefilter.js'
import { reasonOf, type Tally } from './tally.js'

/** A line of this length is data; patterns would take quadratic time on it. */
const maxLineLength = 50_000

/** Larger files are skipped, in bytes. */
export const maxFileBytes = 2 * 1024 * 1024

/** How many bytes git, and this scan, search for a NUL byte. */
const binaryBytes = 8000

/** How many files pass between two reports of progress. */
const progressFiles = 500

/** A file with at least one match. */
export interface ScannedFile {
  /** From the scanned root, with `/`; empty for a root that is itself a file. */
  readonly path: string
  readonly dialect: Dialect
  readonly text: string
  readonly matches: readonly Match[]
}

/** How a scan runs. */
export interface ScanOptions extends FileSelection {
  /** Called once with the paths of all files, from the scanned root. */
  readonly onList?: (files: readonly string[]) => void
  /** Called every few hundred files with the number of files done and of all files. */
  readonly onProgress?: (done: number, all: number) => void
}

/**
 * Reads every file below a directory that may contain a port, and yields those that do, sorted by path.
 *
 * @param root - an absolute path of a directory or a single file
 * @param tally - is filled during the scan
 * @throws {GitError} when git cannot answer `staged` or `since`
 */
export async function* scan(root: string, tally: Tally, options: ScanOptions = {}): AsyncGenerator<ScannedFile> {
  const { files, unreadable } = listFiles(root, options)
  options.onList?.(files)
  tally.unreadable.push(...unreadable)
  const source = createSource(tally)
  for (const [index, path] of files.entries()) {
    if (index % progressFiles === 0) options.onProgress?.(index, files.length)
    const dialect = findDialect(path || root)
    if (dialect === 'generated') tally.skipped.generated++
    if (dialect === undefined || dialect === 'generated') continue
    const text = source.read(path ? `${root}/${path}` : root, path, dialect)
    if (text === undefined) continue
    if (hasTooLongLine(text)) {
      tally.unreadable.push({ file: path || root, reason: 'a line is too long' })
      continue
    }
    const loading = loadReader(dialect)
    const reader = loading instanceof Promise ? await loading : loading
    // Readers take a byte order mark for a part of the first name.
    const reading = readMatches(reader, text.replace(/^\uFEFF/, '\n'), path || root, tally)
    const matches = reading instanceof Promise ? await reading : reading
    if (matches.length > 0) yield { path, dialect, text, matches }
  }
}

function hasTooLongLine(text: string): boolean {
  for (let start = 0; start + maxLineLength < text.length;) {
    const end = text.indexOf('\n', start)
    if (end < 0 || end - start >= maxLineLength) return true
    start = end + 1
  }
  return false
}

function readMatches(reader: Reader, text: string, file: string, tally: Tally): ReturnType<Reader> {
  // A file that a reader cannot handle, such as one nested deeper than the stack, does not end the scan.
  const fail = (error: unknown) => {
    tally.unreadable.push({ file, reason: `reader failed: ${(error as Error).message}` })
    return []
  }
  try {
    const matches = reader(text, file, (reason) => tally.unreadable.push({ file, reason }))
    return matches instanceof Promise ? matches.catch(fail) : matches
  } catch (error) {
    return fail(error)
  }
}

/** Reads files into one buffer. Links are not followed; pipes do not block. */
function createSource(tally: Tally) {
  const buffer = Buffer.allocUnsafeSlow(maxFileBytes + 1)
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)
  return { read }

  /** Returns the text of a file that may contain a port. */
  function read(file: string, path: string, dialect: Dialect): string | undefined {
    let length: number
    try {
      length = fill(file)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Deleted in the working tree, a link, or a submodule's directory.
      const isNoFile = code === 'ENOENT' || code === 'ELOOP' || code === 'EISDIR'
      if (!isNoFile) tally.unreadable.push({ file: path, reason: reasonOf(error) })
      return undefined
    }
    if (length > maxFileBytes) {
      tally.skipped.large++
      return undefined
    }
    if (buffer.subarray(0, Math.min(length, binaryBytes)).includes(0)) {
      tally.skipped.binary++
      return undefined
    }
    tally.files++
    tally.bytes += length
    if (!mayHoldPort(buffer, length, dialect)) return undefined
    if (isBundle(buffer, length, dialect) || isGenerated(buffer, length, dialect)) {
      tally.skipped.generated++
      return undefined
    }
    return buffer.toString('utf8', 0, length)
  }

  function fill(file: string): number {
    const descriptor = openSync(file, flags)
    try {
      let length = 0
      for (;;) {
        const count = readSync(descriptor, buffer, length, buffer.length - length, null)
        length += count
        if (count === 0 || length === buffer.length) return length
      }
    } finally {
      closeSync(descriptor)
    }
  }
}
