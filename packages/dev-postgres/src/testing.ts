import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import getPort from 'get-port'
import { Client } from 'pg'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { openEngine, serveDatabase, type Engine, type Limits } from './server.js'

/** An embedded database in memory that the tests of a file share. */
export interface ServedDatabase {
  engine: Engine
  port: number
  url: string
  /** Connects a client of pg, and disconnects it after the test. */
  connect: (options?: object) => Promise<Client>
}

/** Serves a database before the tests of a file, with short limits unless others are given. */
export function serveForTests(limits: Limits = { idleMs: 1000, queueMs: 3000, startupMs: 500 }): ServedDatabase {
  let stop: (() => Promise<void>) | undefined
  const database = { connect } as ServedDatabase
  beforeAll(async () => {
    database.engine = await openEngine()
    database.port = await getPort()
    database.url = `postgresql://postgres:postgres@127.0.0.1:${database.port}/postgres`
    stop = await serveDatabase(() => database.engine, database.port, { limits })
  }, 180_000)
  afterAll(async () => {
    await stop?.()
    await database.engine.close()
  })
  async function connect(options: object = {}): Promise<Client> {
    const client = new Client({ connectionString: database.url, ...options })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end().catch(() => {}))
    return client
  }
  return database
}

/** Sends a cancel request for a client's statement, as Ctrl-C in psql does. */
export async function requestCancel(client: Client, port: number): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const packet = Buffer.alloc(16)
  ;[16, 80_877_102, processID, secretKey].forEach((value, index) => packet.writeInt32BE(value, index * 4))
  const socket = connectSocket(port, '127.0.0.1')
  socket.end(packet)
  await once(socket.resume(), 'close')
}

/** Waits this many milliseconds. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Returns the bytes of a protocol as text, with a dot in place of each byte that is no printable character. */
export function toPrintable(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/[^ -~]/g, '.')
}
