import { hash, randomUUID } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The bytes of the checksum behind the archive. */
const digestBytes = 32

/** A partial file of this age belongs to no process that still writes it. */
const abandonedMs = 3_600_000

/**
 * Reads the initialised data directory of this version of the engine, as a tar archive. Copies share its system
 * identifier, which only replication and the restoring of backups look at; PGlite has neither.
 *
 * @param directory - the cache
 * @returns undefined when there is none, or when it is damaged
 */
export function readTemplate(directory: string | undefined): Blob | undefined {
  if (directory === undefined) return undefined
  try {
    const file = readFileSync(join(directory, templateName()))
    const archive = file.subarray(0, -digestBytes)
    return digest(archive).equals(file.subarray(-digestBytes)) ? new Blob([archive]) : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps an initialised data directory for the next one, in one step, so that no process reads a part of it. Does nothing
 * when the cache cannot be written: the template only saves time.
 */
export function writeTemplate(directory: string | undefined, archive: Uint8Array): void {
  if (directory === undefined) return
  const name = templateName()
  const partial = join(directory, `${name}.${randomUUID()}.partial`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    removeAbandoned(directory)
    try {
      writeFileSync(partial, archive, { mode: 0o600, flag: 'wx' })
      appendFileSync(partial, digest(archive))
      renameSync(partial, join(directory, name))
    } finally {
      rmSync(partial, { force: true })
    }
  } catch {
    // A read-only directory, a full disk.
  }
}

/** Returns the user's directory for caches; undefined for a user without a home directory. */
export function findCache(env: NodeJS.ProcessEnv): string | undefined {
  const [given, ...inHome] =
    process.platform === 'win32' ? [env['LOCALAPPDATA'], 'AppData', 'Local'] : [env['XDG_CACHE_HOME'], '.cache']
  // The XDG specification ignores a relative path.
  if (given && isAbsolute(given)) return join(given, 'driftos')
  try {
    return join(homedir(), ...inHome, 'driftos')
  } catch {
    return undefined
  }
}

/** Returns the name of the template of this version: other versions of the engine do not read it. */
function templateName(): string {
  const [engine, vector] = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector'].map(versionOf)
  return `postgres-${engine}-vector-${vector}.tar`
}

function digest(archive: Uint8Array): Buffer {
  return hash('sha256', archive, 'buffer')
}

function versionOf(name: string): string {
  const manifest = new URL('../package.json', import.meta.resolve(name))
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

function removeAbandoned(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (name.endsWith('.partial') && Date.now() - statSync(path).mtimeMs > abandonedMs) rmSync(path, { force: true })
  }
}
