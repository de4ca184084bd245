import { chmod, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openEngine, type Engine } from '../engine/engine.js'
import { DataError } from './error.js'
import { lockFile } from './lock.js'

/** The major version of the PostgreSQL in PGlite, which reads no other version's data. */
const engineVersion = '18'

const lockName = 'driftos.lock'
/** Exists while the first start writes the directory. */
const markerName = 'driftos.incomplete'

/**
 * Locks a data directory, checks it and opens the engine on it. Creates it when it does not exist, and again when its
 * first start did not complete. Files get mode 600 and directories 700.
 *
 * @returns a function that opens the engine, once more after a crash too
 * @throws {DataError} when the directory is in use, has another version, or lacks a permission
 */
export async function openDirectory(directory: string, log: (line: string) => void): Promise<() => Promise<Engine>> {
  process.umask(0o077)
  const explain = (error: unknown) => {
    throw DataError.from(directory, error)
  }
  await prepare(directory, log).catch(explain)
  return () => openPrepared(directory).catch(explain)
}

async function prepare(directory: string, log: (line: string) => void): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lock = lockFile(join(directory, lockName))
  if (lock === 'taken')
    throw new DataError(
      directory,
      'another process uses it',
      'Stop that process. It may run in another container or network namespace that mounts this directory.',
    )
  if (lock === 'unsupported')
    log(`warning: neither flock nor perl is installed, so ${directory} is not locked: let no second process use it`)
  const files = (await readdir(directory)).filter((name) => name !== lockName)
  if (files.includes(markerName))
    for (const name of files) await rm(join(directory, name), { recursive: true, force: true })
  else if (files.includes('PG_VERSION')) await checkVersion(directory)
  else if (files.length > 0)
    throw new DataError(directory, 'it contains files, but not those of a database (PG_VERSION is missing)')
  if (files.length === 0 || files.includes(markerName)) await (await open(join(directory, markerName), 'w')).close()
  await restrict(directory)
}

async function checkVersion(directory: string): Promise<void> {
  const version = (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim()
  if (version === engineVersion) return
  throw new DataError(
    directory,
    `PostgreSQL ${version} wrote it, and this version reads only PostgreSQL ${engineVersion}`,
    'Keep it: start the version of DriftOS that wrote it, export it with pg_dump, move the directory away, and import the export here with psql.',
  )
}

/** Sets the modes of what an earlier version has written for everyone. */
async function restrict(directory: string): Promise<void> {
  await chmod(directory, 0o700)
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600)
}

async function openPrepared(directory: string): Promise<Engine> {
  const engine = await openEngine(directory)
  // PGlite sets another mode for the files of a new database.
  await restrict(directory)
  await rm(join(directory, markerName), { force: true })
  return engine
}
