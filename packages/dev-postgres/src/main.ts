import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { getListenPort, PortConfigError, resolvePorts, type Env } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import { serveDatabase } from './server.js'
import { stopOnSignals } from '@driftos/service/stop'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { DataError } from './data-error.js'
import { isEmbeddedDatabaseWanted } from './wanted.js'

await main(process.env)

async function main(env: Env): Promise<void> {
  if (!isEmbeddedDatabaseWanted(env)) {
    console.log('DATABASE_URL is set: the embedded database is not started')
    return
  }
  try {
    resolvePorts(env)
    await serve(getListenPort('postgres', env))
  } catch (error) {
    const isExpected = error instanceof PortConfigError || error instanceof DataError
    console.error(isExpected ? error.message : await explainListenError('postgres', error, env))
    process.exit(1)
  }
}

/** Serves a database whose data directory belongs to its port, so that two stacks do not share data. */
async function serve(port: number): Promise<void> {
  // Clients would take another process on the other loopback address for the database.
  if (await isPortOpen(port)) throw Object.assign(new Error('the port is taken'), { code: 'EADDRINUSE' })
  const dataDir = fileURLToPath(new URL(`../../../.driftos/postgres-${port}`, import.meta.url))
  const explain = (error: unknown) => {
    throw new DataError(dataDir, error)
  }
  await mkdir(dataDir, { recursive: true }).catch(explain)
  let db: PGlite | undefined
  // Two processes on one data directory would damage it, so only the process that has the port opens it.
  const stop = await serveDatabase(async () => (db = await open(dataDir).catch(explain)), port)
  const close = async () => {
    await stop()
    await db?.close()
  }
  stopOnSignals(close, console.log)
  console.log(`PostgreSQL listens on 127.0.0.1:${port}, its data in ${dataDir}`)
}

async function open(dataDir: string): Promise<PGlite> {
  const db = await PGlite.create({ dataDir, extensions: { vector } })
  await db.exec('create extension if not exists vector')
  return db
}
