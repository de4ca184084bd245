import { copyFile, chmod, link, mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileOf, generationPattern, generationsIn, maxBytes, parseLeases, version, type Lease } from './leases.js'
import { SlotError } from './slot-error.js'

/** The leases of one user. */
export interface LedgerContent {
  readonly leases: readonly Lease[]
  /** Messages for the user about a corrupt ledger. */
  readonly warnings: readonly string[]
}

/** A change of the ledger: its new leases, or undefined for no change, and a result for the caller. */
export interface LedgerChange<Result> {
  readonly leases?: readonly Lease[]
  readonly result: Result
}

/** No ledger can be kept in a directory: it is read-only, for example. */
export class NoLedgerError extends Error {}

const maxWaitMs = 30_000
/** How many earlier generations stay: one is used when the newest cannot be read. */
const keptGenerations = 4
const keptCorruptFiles = 3
/** After this time a temporary file belongs to a process that was killed, in milliseconds. */
const temporaryLifeMs = 3_600_000

const corruptPattern = /^slots\.(\d{1,15})\.json\.corrupt-\d+$/
const temporaryPattern = /^slots\.[\da-f-]+\.tmp$/

interface Snapshot extends LedgerContent {
  /** The number of the newest file, 0 where there is none. */
  readonly generation: number
  /** The files that could not be read. */
  readonly corrupt: readonly string[]
}

/**
 * Reads the ledger.
 *
 * @throws {SlotError} `NEWER_LEDGER`
 * @throws {NoLedgerError} when the directory cannot be read
 */
export async function readLedger(directory: string): Promise<LedgerContent> {
  return readSnapshot(directory)
}

/**
 * Changes the ledger, as if no other process changed it at the same time.
 *
 * The ledger is a sequence of files, `slots.<generation>.json`, of which the newest counts. A writer creates the next
 * generation under its own name by a hard link, which fails if another process was first; then it reads the ledger
 * again. There is no lock, so a process that is killed at any point leaves nothing to release.
 *
 * @param change - computes the new leases; runs again when another process was first, so it must not have side effects
 * @throws {SlotError} `NEWER_LEDGER`; `WRITE_FAILED` when the disk is full, with the ledger as it was before
 * @throws {NoLedgerError} when no ledger can be kept in the directory
 */
export async function updateLedger<Result>(
  directory: string,
  change: (content: LedgerContent) => Promise<LedgerChange<Result>>,
): Promise<Result> {
  await prepare(directory)
  const deadline = performance.now() + maxWaitMs
  for (let attempt = 1; ; attempt++) {
    const snapshot = await readSnapshot(directory)
    const { leases, result } = await change(snapshot)
    if (!leases || (await commit(directory, snapshot, leases))) return result
    if (performance.now() > deadline) {
      throw new SlotError('WRITE_FAILED', `The ledger in ${directory} changes all the time. Try again later`)
    }
    await delay(Math.random() * Math.min(attempt * 5, 100))
  }
}

async function prepare(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const { mode } = await stat(directory)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(directory, 0o700)
  } catch (error) {
    throw failure(directory, error)
  }
}

async function readSnapshot(directory: string): Promise<Snapshot> {
  const deadline = performance.now() + maxWaitMs
  for (;;) {
    const generations = await listGenerations(directory)
    const [generation = 0] = generations
    const corrupt: string[] = []
    let isOutdated = false
    for (const candidate of generations) {
      const file = fileOf(directory, candidate)
      const text = await read(directory, file)
      if (text === undefined) {
        // Another process has removed it after it wrote newer ones.
        isOutdated = true
        break
      }
      const leases = parseLeases(text, file)
      if (leases) return { generation, leases, corrupt, warnings: warningsOf(corrupt, candidate) }
      corrupt.push(file)
    }
    if (!isOutdated || performance.now() > deadline) {
      return { generation, leases: [], corrupt, warnings: warningsOf(corrupt, undefined) }
    }
  }
}

function warningsOf(corrupt: readonly string[], used: number | undefined): string[] {
  const instead =
    used === undefined ? 'All leases are lost; ports in use are still avoided' : `Generation ${used} is used instead`
  return corrupt.map((file) => `The ledger ${file} is corrupt. ${instead}. The file is kept with .corrupt in its name.`)
}

/** The numbers of the ledger's files, the newest first. */
async function listGenerations(directory: string): Promise<number[]> {
  return generationsIn(await list(directory))
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw failure(directory, error)
  }
}

/** A file's text, at most `maxBytes` of it; undefined if the file does not exist. */
async function read(directory: string, file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'r')
    const { size } = await handle.stat()
    return size > maxBytes ? '' : await handle.readFile('utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) === 'EISDIR') return ''
    throw failure(directory, error)
  } finally {
    await handle?.close()
  }
}

/** Writes the generation after a snapshot; false if another process was first. */
async function commit(directory: string, snapshot: Snapshot, leases: readonly Lease[]): Promise<boolean> {
  const temporary = join(directory, `slots.${globalThis.crypto.randomUUID()}.tmp`)
  const generation = snapshot.generation + 1
  try {
    await writeDurably(temporary, `${JSON.stringify({ version, leases }, null, 2)}\n`)
    await link(temporary, fileOf(directory, generation))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw failure(directory, error)
  } finally {
    await unlink(temporary).catch(() => {})
  }
  await syncDirectory(directory)
  // A process that was suspended for long may take a number that others have used and removed.
  if ((await listGenerations(directory))[0] !== generation) return false
  await removeOldFiles(directory, generation, snapshot.corrupt)
  return true
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows opens no directory.
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** Removes what no process needs any more. A file that cannot be removed is left for the next writer. */
async function removeOldFiles(directory: string, generation: number, corrupt: readonly string[]): Promise<void> {
  for (const file of corrupt) {
    await copyFile(file, `${file}.corrupt-${Date.now()}`).catch(() => {})
    await unlink(file).catch(() => {})
  }
  const names = await list(directory).catch(() => [])
  const old = names.filter((name) => {
    const number = Number(generationPattern.exec(name)?.[1])
    return number < generation - keptGenerations
  })
  const oldCorrupt = names
    .filter((name) => corruptPattern.test(name))
    .toSorted((one, other) => Number(other.split('-').at(-1)) - Number(one.split('-').at(-1)))
    .slice(keptCorruptFiles)
  for (const name of [...old, ...oldCorrupt]) await unlink(join(directory, name)).catch(() => {})
  for (const name of names.filter((each) => temporaryPattern.test(each))) {
    const { mtimeMs } = await stat(join(directory, name)).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > temporaryLifeMs) await unlink(join(directory, name)).catch(() => {})
  }
}

const unusableCodes = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'ENAMETOOLONG',
  'ELOOP',
  'EXDEV',
  'EEXIST',
])

function failure(directory: string, error: unknown): Error {
  const code = codeOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (code && unusableCodes.has(code)) {
    return new NoLedgerError(`no ledger can be kept in ${directory} (${code})`, { cause: error })
  }
  const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'The disk is full: free some space' : 'Check that directory'
  return new SlotError(
    'WRITE_FAILED',
    `The ledger in ${directory} could not be used: ${reason}. ${hint}, or set DRIFTOS_PORT_OFFSET. The ledger is as it was before.`,
    { cause: error },
  )
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}
