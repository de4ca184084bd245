import { fileURLToPath } from 'node:url'
import { getListenPort, PortConfigError, resolvePorts, type Env } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import { stopOnSignals } from '@driftos/service/stop'
import { openDirectory } from './data/directory.js'
import { DataError } from './data/error.js'
import { serveDatabase, type Engine } from './server.js'
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
  let engine: Engine | undefined
  let openData: (() => Promise<Engine>) | undefined
  const stop = await serveDatabase(
    async () => {
      openData ??= await openDirectory(dataDir, console.error)
      return (engine = await openData())
    },
    port,
    {
      log: console.error,
      onFailure: (error) => {
        console.error(`postgres stops: ${error.message}`)
        process.exit(1)
      },
    },
  )
  const close = async () => {
    await stop()
    await engine?.close()
  }
  stopOnSignals(close, console.log)
  console.log(`PostgreSQL listens on 127.0.0.1:${port}, its data in ${dataDir}`)
}
