/** A file or directory that could not be read or parsed, and why. */
export interface Unreadable {
  /** From the scanned root, with `/`; empty for the root itself. */
  readonly file: string
  readonly reason: string
}

/** Which files a scan read and skipped. */
export interface Tally {
  files: number
  bytes: number
  readonly skipped: { binary: number; large: number; generated: number }
  readonly unreadable: Unreadable[]
}

/** Returns an empty tally. */
export function createTally(): Tally {
  return { files: 0, bytes: 0, skipped: { binary: 0, large: 0, generated: 0 }, unreadable: [] }
}

/** Returns the message of a system error without its path. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error
  return /^[A-Z]+: [^,]+/.exec(message)?.[0] ?? message
}
