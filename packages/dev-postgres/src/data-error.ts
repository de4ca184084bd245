/** WASI's number for ENOSPC. */
const noSpace = 51

/** Reports that the data directory of the database could not be opened. */
export class DataError extends Error {
  constructor(folder: string, error: unknown) {
    // PGlite's file system throws objects with a WASI error number and no message.
    const { message, errno } = error as { message?: string; errno?: number }
    const reason = message ?? (errno === noSpace ? 'no space left on the disk' : `error ${errno}`)
    super(
      `postgres cannot open its data in ${folder}: ${reason}. Delete that directory if a first start left it incomplete, and start again.`,
    )
  }
}
