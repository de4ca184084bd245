import { isUtf8 } from 'node:buffer'
import {
  constants,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  chmodSync,
  accessSync,
  mkdirSync,
  realpathSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../command.js'

/** The name of a file that is being written: that of its target, with the process that writes it. */
const temporaryName = /^\..+\.(\d+)\.driftos-ports\.tmp$/
/** After this time a temporary file is a leftover, even if its process seems to run. */
const maxAgeMs = 600_000

/**
 * Writes or removes a file so that it always has its old or its new content: to a temporary file in the same directory,
 * which then replaces it. Links are followed, permissions stay, and missing directories are created.
 *
 * @param text - undefined removes the file
 * @param title - names the file in errors
 * @param expected - the content that the file must still have unless it has the new one, undefined for a file that must
 * not exist
 * @throws {UsageError} when it cannot be written or has other content; the file is then as it was
 */
// Asynchronous by contract, synchronous inside: nothing else of this process runs between the check and the replacement.
export async function writeFileSafely(
  path: string,
  text: string | undefined,
  title: string,
  expected: string | undefined,
): Promise<void> {
  const assertExpected = () => {
    // Another run of the same command may have made the change already.
    if (![expected, text].includes(readIfPresent(path)))
      throw new UsageError('it changed while this command ran. Run the command again.')
  }
  try {
    if (text === undefined) {
      assertExpected()
      rmSync(path, { force: true })
      syncDirectory(dirname(path))
    } else replaceFile(existsSync(path) ? realpathSync(path) : path, text, assertExpected)
  } catch (error) {
    throw describeFailure(error, `Cannot ${text === undefined ? 'remove' : 'write'} ${title}`)
  }
}

function replaceFile(path: string, text: string, assertExpected: () => void): void {
  mkdirSync(dirname(path), { recursive: true })
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  if (mode !== undefined) accessSync(path, constants.W_OK)
  removeLeftovers(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.driftos-ports.tmp`)
  try {
    writeFileSync(temporary, text, { mode, flush: true })
    if (mode !== undefined) chmodSync(temporary, mode)
    assertExpected()
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = temporaryName.exec(name)?.[1]
    if (pid === undefined) continue
    const path = join(directory, name)
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (age > maxAgeMs || !isRunning(Number(pid))) rmSync(path, { force: true })
  }
}

/**
 * Reads a file; returns undefined when there is none.
 *
 * @param title - names the file in errors
 * @throws {UsageError} when it cannot be read, or is not UTF-8: other bytes would be written back
 */
export function readIfPresent(path: string, title: string = path): string | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw describeFailure(error, `Cannot read ${title}`)
  }
  if (!isUtf8(bytes)) throw new UsageError(`${title} is not UTF-8. Save it as UTF-8 and run this again.`)
  return bytes.toString()
}

/** A name in a directory survives a power cut once the directory is written too. Windows has no such call. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r')
    try {
      fsyncSync(directory)
    } finally {
      closeSync(directory)
    }
  } catch (error) {
    if (!/^(?:EISDIR|EPERM|EACCES|EINVAL|ENOTSUP|EBADF)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space',
  EDQUOT: 'the disk quota is used up. Free some space',
  EACCES: 'permission denied. Allow your user to write it',
  EPERM: 'operation not permitted. Allow your user to write it',
  EROFS: 'the file system is read-only. Mount it for writing',
  EISDIR: 'it is a directory. Move the directory away',
  ENOTDIR: 'a part of its path is a file. Move that file away',
  ENAMETOOLONG: 'its name is too long. Choose a shorter one',
  EEXIST: 'a part of its path is a file. Move that file away',
}

function describeFailure(error: unknown, what: string): UsageError {
  const { code = '', message } = error as NodeJS.ErrnoException
  const remedy = remedies[code]
  return new UsageError(`${what}: ${remedy ? `${remedy} (${code}), then run this again.` : message}`)
}
