/** WASI's numbers, which PGlite's file system throws without a message. */
const wasiErrors: Readonly<Record<number, string>> = {
  2: 'permission denied',
  51: 'no space left on the disk',
  63: 'operation not permitted',
  69: 'the file system is read-only',
}

const keep = 'Nothing is deleted: to start with an empty database, move the directory away and keep it.'

/** Reports that the data directory cannot be used, why, and what to do without losing data. */
export class DataError extends Error {
  constructor(directory: string, reason: string, advice: string = keep) {
    super(`postgres cannot open its data in ${directory}: ${reason}. ${advice}`)
  }

  /** Describes an error of the file system or of the engine. */
  static from(directory: string, error: unknown): DataError {
    if (error instanceof DataError) return error
    const { message, errno, code } = error as { message?: string; errno?: number; code?: string }
    const isFull = errno === 51 || code === 'ENOSPC'
    const reason =
      (isFull ? wasiErrors[51] : errno === undefined ? undefined : wasiErrors[errno]) ?? message ?? `error ${errno}`
    const isPermission = ['EACCES', 'EPERM', 'EROFS'].includes(code ?? '') || [2, 63, 69].includes(errno ?? 0)
    if (isPermission)
      return new DataError(
        directory,
        reason,
        `Give this user (${user()}) the directory and the files in it, mode 700 and 600.`,
      )
    if (isFull) return new DataError(directory, reason, 'Free some space and start again.')
    return new DataError(directory, reason)
  }
}

function user(): string {
  const uid = process.getuid?.()
  return uid === undefined ? 'the one that runs it' : `uid ${uid}`
}
