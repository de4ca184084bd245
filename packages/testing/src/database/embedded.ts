import { openEngine, serveDatabase } from '@driftos/dev-postgres/server'
import getPort from 'get-port'
import type { TestDatabase } from './test-database.js'

/** An embedded database that can stop and resume listening on its port. */
export interface EmbeddedDatabase extends TestDatabase {
  /** Closes the port and keeps the data. */
  disconnect(): Promise<void>
  /** Listens on the port again. */
  connect(): Promise<void>
}

/** Starts the database of `pnpm dev` in memory: PGlite with pgvector, one transaction at a time. */
export async function startEmbeddedDatabase(): Promise<EmbeddedDatabase> {
  const engine = await openEngine()
  const port = await getPort()
  let disconnectNow: (() => Promise<void>) | undefined
  const connect = async () => {
    disconnectNow = await serveDatabase(() => engine, port)
  }
  const disconnect = async () => {
    await disconnectNow?.()
    disconnectNow = undefined
  }
  await connect()
  return {
    port,
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    connect,
    disconnect,
    async stop() {
      await disconnect()
      await engine.close()
    },
  }
}
