/** ENOSPC, in WASI's numbers. */
const noSpace = 51

/** Why the data could not be opened, in words. */
export class DataError extends Error {
  constructor(folder: string, error: unknown) {
    // PGlite's file system throws objects with a number, WASI's, and no words.
    const { message, errno } = error as { message?: string; errno?: number }
    const reason = message ?? (errno === noSpace ? 'no space left on the disk' : `error ${errno}`)
    super(`postgres cannot open its data in ${folder}: ${reason}. What a start has left half made there, delete.`)
  }
}
