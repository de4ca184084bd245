import { fstatSync, statSync, writeSync } from 'node:fs'

/** One of the two outputs of this process. */
export interface Output {
  readonly isTerminal: boolean
  /** The width of the terminal, in characters. */
  readonly columns: number | undefined
  /** Writes the whole text before it returns, except to a pipe that another process made non-blocking. */
  write(this: void, text: string | Uint8Array): void
}

/**
 * Opens an output. A file or pipe is written directly: the streams of `process` load the network modules of Node.js, which
 * costs a short command a tenth of its time.
 *
 * @param onError - receives each error of a write
 */
export function openOutput(name: 'stdout' | 'stderr', onError: (error: NodeJS.ErrnoException) => void): Output {
  const fd = name === 'stdout' ? 1 : 2
  if (needsStream(fd)) return openStream(name, onError)
  let stream: Output | undefined
  return {
    isTerminal: false,
    columns: undefined,
    write(text) {
      if (stream) return stream.write(text)
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      for (let written = 0; written < bytes.length;) {
        try {
          written += writeSync(fd, bytes, written)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return onError(error as NodeJS.ErrnoException)
          // Only a stream can wait for a non-blocking reader.
          stream = openStream(name, onError)
          return stream.write(bytes.subarray(written))
        }
      }
    },
  }
}

function openStream(name: 'stdout' | 'stderr', onError: (error: NodeJS.ErrnoException) => void): Output {
  const stream = process[name]
  stream.on('error', onError)
  return { isTerminal: stream.isTTY, columns: stream.columns, write: (text) => void stream.write(text) }
}

/** Whether an output may be a terminal, or is one of Windows, where consoles and pipes need more than bytes. */
function needsStream(fd: number): boolean {
  if (process.platform === 'win32') return true
  try {
    const stats = fstatSync(fd)
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev
  } catch {
    return true
  }
}
