import getPort from 'get-port'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openEngine, serveDatabase, type Engine } from './server.js'

let engine: Engine
/** Of the servers that a test starts and stops. */
let spare: Engine
let port: number
let stop: () => Promise<void>

beforeAll(async () => {
  ;[engine, spare, port] = [await openEngine(), await openEngine(), await getPort()]
  stop = await serveDatabase(() => engine, port)
  const client = new Client({ connectionString: connectionString() })
  await client.connect()
  await client.query('create table notes (id int primary key)')
  await client.end()
})

afterAll(async () => {
  await stop()
  await Promise.all([engine.close(), spare.close()])
})

const connectionString = () => `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: connectionString() })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}

describe('serveDatabase', () => {
  it('runs each statement whole while other clients send theirs', async () => {
    const pool = new Pool({ connectionString: connectionString(), max: 10 })
    onTestFinished(() => pool.end())
    const asks = Array.from({ length: 100 }, async (_, index) => {
      const { rows } = await pool.query<{ sum: number }>('select $1::int + 1 as sum', [index])
      return rows[0]!.sum - 1
    })
    const writes = Array.from({ length: 30 }, async (_, index) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query('insert into notes values ($1)', [index])
        await client.query(index % 3 === 0 ? 'rollback' : 'commit')
      } finally {
        client.release()
      }
    })
    expect(await Promise.all(asks)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    await Promise.all(writes)
    expect((await pool.query('select count(*)::int as count from notes')).rows).toEqual([{ count: 20 }])
  })

  it('continues after a failed statement', async () => {
    const [one, other] = [await connect(), await connect()]
    await expect(one.query('select $1::int / 0 as nothing', [1])).rejects.toThrow('division by zero')
    await expect(other.query('selec 1')).rejects.toThrow('syntax error')
    expect((await one.query('select $1::int as one', [1])).rows).toEqual([{ one: 1 }])
  })

  it('blocks other clients during a transaction, and rolls it back when its client disconnects', async () => {
    const [leaver, other] = [await connect(), await connect()]
    await leaver.query('begin')
    await leaver.query('insert into notes values ($1)', [1000])
    let isAnswered = false
    const answer = other.query('select count(*)::int as count from notes where id = $1', [1000]).then(({ rows }) => {
      isAnswered = true
      return rows as unknown
    })
    await leaver.query('select 1')
    expect(isAnswered).toBe(false)
    ;(leaver as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    expect(await answer).toEqual([{ count: 0 }])
  })

  it('does not open the data when the port is in use', async () => {
    const open = vi.fn<() => Engine>()
    await expect(serveDatabase(open, port)).rejects.toThrow('EADDRINUSE')
    expect(open).not.toHaveBeenCalled()
  })

  it('refuses an engine that another server uses', async () => {
    await expect(serveDatabase(() => engine, await getPort())).rejects.toThrow('another server uses the engine')
  })

  it('frees its port when the data cannot be opened', async () => {
    const elsewhere = await getPort()
    const failing = () => Promise.reject(new Error('no data'))
    await expect(serveDatabase(failing, elsewhere)).rejects.toThrow('no data')
    await (
      await serveDatabase(() => spare, elsewhere)
    )()
  })

  it('stops during the statement of a client that has vanished', async () => {
    const elsewhere = await getPort()
    const stopThis = await serveDatabase(() => spare, elsewhere)
    const client = new Client({ connectionString: connectionString().replace(String(port), String(elsewhere)) })
    client.on('error', () => {})
    await client.connect()
    const failed = client.query('do $$ begin loop end loop; end $$').catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 100))
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await failed
    await expect(stopThis()).resolves.toBeUndefined()
  })

  it('frees its port when it stops with connected clients', async () => {
    const elsewhere = await getPort()
    const stopThis = await serveDatabase(() => spare, elsewhere)
    const client = new Client({ connectionString: connectionString().replace(String(port), String(elsewhere)) })
    client.on('error', () => {})
    await client.connect()
    await stopThis()
    const stopAgain = await serveDatabase(() => spare, elsewhere)
    await expect(stopAgain()).resolves.toBeUndefined()
  })
})
