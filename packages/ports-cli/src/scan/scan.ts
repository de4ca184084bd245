import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { findFileKind, type FileKind } from './file-kind.js'
import { mayHoldPort } from './prefilter.js'
import { loadReader } from './readers.js'
import type { Sighting } from './sighting.js'
import { walk } from './walk.js'

/** A file that names a port. */
export interface ScannedFile {
  /** From the scanned root, with `/`. */
  readonly path: string
  readonly kind: FileKind
  readonly text: string
  readonly sightings: readonly Sighting[]
}

/** What a scan looked at, and what it passed over. */
export interface Tally {
  files: number
  bytes: number
  skipped: { binary: number; large: number; generated: number; unreadable: number }
}

/** Larger files are data that no person writes a port in, in bytes. */
export const maxFileBytes = 2 * 1024 * 1024

const buffer = Buffer.allocUnsafeSlow(maxFileBytes + 1)

/**
 * Reads every file below a folder that may name a port, and hands on those that do.
 *
 * @param root - a folder or a single file
 * @param tally - counts along
 */
export async function* scan(root: string, tally: Tally): AsyncGenerator<ScannedFile> {
  const { files, unreadable } = walk(root)
  tally.skipped.unreadable += unreadable.length
  for (const path of files) {
    const kind = findFileKind(path || root)
    if (kind === 'generated') tally.skipped.generated++
    if (kind === undefined || kind === 'generated') continue
    const text = readCandidate(join(root, path), kind, tally)
    if (text === undefined) continue
    const read = await loadReader(kind, text)
    const sightings = read(text, path || root)
    if (sightings.length > 0) yield { path, kind, text, sightings }
  }
}

/** A file's text if it may name a port. */
function readCandidate(file: string, kind: FileKind, tally: Tally): string | undefined {
  let length = 0
  try {
    const descriptor = openSync(file, 'r')
    try {
      length = readSync(descriptor, buffer, 0, buffer.length, 0)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    tally.skipped.unreadable++
    return undefined
  }
  if (length > maxFileBytes) {
    tally.skipped.large++
    return undefined
  }
  // As git has it: a NUL near the beginning makes a file binary.
  if (buffer.subarray(0, Math.min(length, 8000)).includes(0)) {
    tally.skipped.binary++
    return undefined
  }
  tally.files++
  tally.bytes += length
  return mayHoldPort(buffer, length, kind) ? buffer.toString('utf8', 0, length) : undefined
}
