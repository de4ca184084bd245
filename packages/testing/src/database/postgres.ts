import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'
import { testEnv } from '../environment.js'
import type { TestDatabase } from './test-database.js'

const run = promisify(execFile)

/** A PostgreSQL server that can be killed and started again on its data. */
export interface PostgresServer extends TestDatabase {
  /** Ends every process of the server immediately, as a crash does. */
  kill(): Promise<void>
  /** Refuses new clients from now on, and ends when the last one has gone. */
  refuse(): void
  /** Starts the server again on its port and data. */
  start(): Promise<void>
}

/** Returns whether a PostgreSQL server is installed. */
export function isPostgresInstalled(): boolean {
  return findBinaries() !== undefined
}

/**
 * Returns whether tests with a PostgreSQL server run: always in CI on Linux, where a missing server fails them. GitHub's other
 * runners have none. Prints a line where they are skipped.
 */
export function runsPostgresTests(): boolean {
  const isRequired = Boolean(testEnv['CI']) && process.platform === 'linux'
  const runs = isRequired || isPostgresInstalled()
  if (!runs) console.log('skipped: a PostgreSQL server is missing')
  return runs
}

/**
 * Starts a PostgreSQL server without pgvector, on a free port of 127.0.0.1 and with a new data directory.
 *
 * @throws {Error} when none is installed or it does not start
 */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error('PostgreSQL is missing. Install the Debian package postgresql')
  const data = await mkdtemp(join(tmpdir(), 'driftos-postgres-'))
  const user = await findServerUser()
  if (user) await chown(data, user.uid, user.gid)
  const options = { cwd: data, ...user }
  await run(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
    options,
  )
  const port = await getPort()
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const settings = [`unix_socket_directories=${data}`, 'fsync=off', 'max_connections=100']
    const started = spawn(
      join(binaries!, 'postgres'),
      ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    child = started
    let log = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
    const deadline = performance.now() + 30_000
    while (!log.includes('database system is ready to accept connections')) {
      if (started.exitCode !== null || performance.now() > deadline)
        throw new Error(`PostgreSQL did not start:\n${log}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  await start()
  return {
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start,
    // SIGQUIT ends the backends too, without a checkpoint, as a crash would. SIGKILL would leave them running.
    kill: () => end('SIGQUIT'),
    refuse: () => void child?.kill('SIGTERM'),
    async stop() {
      await end('SIGINT')
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** Returns the directory with the newest server's programs on Debian or Homebrew. */
function findBinaries(): string | undefined {
  for (const [parent, folder] of [
    ['/usr/lib/postgresql', (name: string) => join('/usr/lib/postgresql', name, 'bin')],
    ['/opt/homebrew/opt', (name: string) => join('/opt/homebrew/opt', name, 'bin')],
  ] as const) {
    const versions = listFolder(parent).filter((name) => /^(postgresql@)?\d+$/.test(name))
    const newest = versions.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1)
    if (newest !== undefined && listFolder(folder(newest)).includes('initdb')) return folder(newest)
  }
  return undefined
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Returns the user that Debian's package created, when this process is root, as whom PostgreSQL does not run. */
async function findServerUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  return { uid: uid!, gid: gid! }
}
