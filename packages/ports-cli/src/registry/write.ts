import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a file so that a crash leaves the old or the new content: a temporary file in the same directory, fsync,
 * rename, fsync of the directory. Keeps the mode of the file, and writes through a symbolic link.
 */
export async function writeFileSafely(target: string, text: string): Promise<void> {
  const path = await realpath(target).catch(() => target)
  const directory = dirname(path)
  await mkdir(directory, { recursive: true })
  const mode = await stat(path).then(
    (found) => found.mode & 0o7777,
    () => undefined,
  )
  const temporary = join(directory, `.${basename(path)}.${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      // The process's umask restricts the mode of a new file.
      if (mode !== undefined) await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(directory)
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows opens no directory.
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().finally(() => handle.close())
}
