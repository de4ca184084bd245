import { closeSync, constants, openSync, readSync } from 'node:fs'
import { findFileKind, type FileKind } from './file-kind.js'
import { isMinified, mayHoldPort } from './prefilter.js'
import { ownText } from './own-text.js'
import { loadReader } from './readers.js'
import { reasonOf, type ScannedFile, type Tally } from './scanned-file.js'
import type { Sighting } from './sighting.js'

/** Larger files are data that no person writes a port in, in bytes. */
export const maxFileBytes = 2 * 1024 * 1024

/** JavaScript of this length is mostly a bundle, and its tree dear: it is read by its lines, in UTF-16 code units. */
const maxParsedLength = 64 * 1024

/** What a read may end at before its file does. */
const pageBytes = 4096

/** Every file is read into the one buffer, which is what makes reading cheap. */
const buffer = Buffer.allocUnsafeSlow(maxFileBytes + 1)

/** A pipe put in a file's place since the walk must not keep the scan waiting. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * Reads one file, and all that it says of ports.
 *
 * @param root - as it is written, without a `/` at its end
 * @param path - from the root; empty for the root itself
 * @param tally - counts along
 * @returns undefined, or a promise of it, where it names no port
 */
export function scanFile(root: string, path: string, tally: Tally): Promise<ScannedFile | undefined> | undefined {
  const kind = findFileKind(path || root)
  if (kind === 'generated') tally.skipped.generated++
  if (kind === undefined || kind === 'generated') return undefined
  const text = readCandidate(root, path, kind, tally)
  return text === undefined ? undefined : readSightings(root, path, kind, text, tally)
}

async function readSightings(
  root: string,
  path: string,
  kind: FileKind,
  text: string,
  tally: Tally,
): Promise<ScannedFile | undefined> {
  const isBundle = kind === 'javascript' && text.length > maxParsedLength
  const read = await loadReader(isBundle ? 'text' : kind, text)
  let sightings: readonly Sighting[]
  try {
    sightings = read(text, path || root)
  } catch (error) {
    // One file that a reader is not up to, such as one nested deeper than the stack, is no reason to check none.
    tally.skipped.unreadable.push({ file: path, reason: `its reader failed: ${(error as Error).message}` })
    return undefined
  }
  return sightings.length > 0 ? { path, kind, text, sightings: sightings.map(withOwnTexts) } : undefined
}

/** A file's text if it may name a port. */
function readCandidate(root: string, path: string, kind: FileKind, tally: Tally): string | undefined {
  let length: number
  try {
    length = readBytes(path ? `${root}/${path}` : root)
  } catch (error) {
    tally.skipped.unreadable.push({ file: path, reason: reasonOf(error) })
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
  const isHit = mayHoldPort(buffer, length, kind)
  if (isHit && isMinified(buffer, length, kind)) {
    tally.skipped.generated++
    return undefined
  }
  tally.files++
  tally.bytes += length
  return isHit ? buffer.toString('utf8', 0, length) : undefined
}

/** Reads a file into the buffer, as far as it goes. */
function readBytes(file: string): number {
  const descriptor = openSync(file, openFlags)
  try {
    let length = readSync(descriptor, buffer, 0, buffer.length, null)
    // A second read only where the first may have ended early: on most files it would be a call for nothing.
    while (length > 0 && length % pageBytes === 0) {
      const more = readSync(descriptor, buffer, length, buffer.length - length, null)
      if (more === 0) break
      length += more
    }
    return length
  } finally {
    closeSync(descriptor)
  }
}

/** A part of a text keeps the whole of it in memory; the sightings outlive their file's text. */
function withOwnTexts(sighting: Sighting): Sighting {
  const { address, protocol, profiles, mayHaveProfiles } = sighting.publication ?? {}
  return {
    ...sighting,
    clues: sighting.clues.map(({ kind, text }) => ({ kind, text: ownText(text) })),
    ...(sighting.publication && {
      publication: {
        address: address && ownText(address),
        protocol,
        profiles: profiles?.map((each) => ownText(each)),
        mayHaveProfiles,
      },
    }),
  }
}
