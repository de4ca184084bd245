import type { FileKind } from './file-kind.js'
import type { Sighting } from './sighting.js'

/** A file that names a port. */
export interface ScannedFile {
  /** From the scanned root, with `/`; empty for a root that is itself a file. */
  readonly path: string
  readonly kind: FileKind
  readonly text: string
  readonly sightings: readonly Sighting[]
}

/** A file or folder that could not be read, and why. */
export interface Unreadable {
  /** From the scanned root, with `/`; empty for the root itself. */
  readonly file: string
  readonly reason: string
}

/** What a scan looked at, and what it passed over. */
export interface Tally {
  files: number
  bytes: number
  readonly skipped: { binary: number; large: number; generated: number; readonly unreadable: Unreadable[] }
}

/** A tally of nothing. */
export function createTally(): Tally {
  return { files: 0, bytes: 0, skipped: { binary: 0, large: 0, generated: 0, unreadable: [] } }
}

/** Counts what another counted. */
export function addTally(to: Tally, { files, bytes, skipped }: Tally): void {
  to.files += files
  to.bytes += bytes
  to.skipped.binary += skipped.binary
  to.skipped.large += skipped.large
  to.skipped.generated += skipped.generated
  to.skipped.unreadable.push(...skipped.unreadable)
}

/** Why the system did not let a file be read: its words, without the path. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error
  return /^[A-Z]+: [^,]+/.exec(message)?.[0] ?? message
}
