import { serveDatabase } from '@driftos/dev-postgres/server'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import getPort from 'get-port'
import type { TestDatabase } from './test-database.js'

/** An embedded database that can stop and resume listening on its port. */
export interface EmbeddedDatabase extends TestDatabase {
  /** Closes the port and keeps the data. */
  disconnect(): Promise<void>
  /** Listens on the port again. */
  connect(): Promise<void>
}

/** Starts the database of `pnpm dev` in memory: PGlite with pgvector, one session for all connections. */
export async function startEmbeddedDatabase(): Promise<EmbeddedDatabase> {
  const db = await PGlite.create({ extensions: { vector } })
  const port = await getPort()
  let disconnectNow: (() => Promise<void>) | undefined
  const connect = async () => {
    disconnectNow = await serveDatabase(() => db, port)
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
      await db.close()
    },
  }
}
