import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { getListenPort, PortConfigError, resolvePorts, type Env } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import { stopOnSignals } from '@driftos/service/stop'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { isEmbeddedDatabaseWanted } from './wanted.js'

/** How many clients may be connected at once; their statements still run one after another. */
const maxConnections = 100

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
    console.error(error instanceof PortConfigError ? error.message : await explainListenError('postgres', error, env))
    process.exit(1)
  }
}

/** Serves a database whose data belongs to its port, so that two stacks share none. */
async function serve(port: number): Promise<void> {
  // Two processes on one data folder would damage it, so the port is looked at before the data is opened.
  if (await isPortOpen(port)) throw Object.assign(new Error('the port is taken'), { code: 'EADDRINUSE' })
  const dataDir = fileURLToPath(new URL(`../../../.driftos/postgres-${port}`, import.meta.url))
  await mkdir(dataDir, { recursive: true })
  const db = await PGlite.create({ dataDir, extensions: { vector } })
  await db.exec('create extension if not exists vector')

  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections })
  const close = async () => {
    await server.stop()
    await db.close()
  }
  stopOnSignals(close, console.log)
  await server.start()
  console.log(`PostgreSQL listens on 127.0.0.1:${port}, its data in ${dataDir}`)
}
