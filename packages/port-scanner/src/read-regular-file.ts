import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Returns the text of a file, or its beginning. Anything else, such as a pipe or a device in its place, is
 * not waited for and not read without end.
 *
 * @throws {Error} when it is no file, or cannot be read
 */
export function readRegularFile(path: string, maxBytes = Infinity): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw new Error(`${path} is no file`)
    const buffer = Buffer.alloc(Math.min(stats.size, maxBytes))
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0))
  } finally {
    closeSync(descriptor)
  }
}
