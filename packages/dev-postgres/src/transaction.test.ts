import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { serveForTests } from './testing.js'

const database = serveForTests({ idleMs: 20_000, queueMs: 60_000, startupMs: 10_000 })

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  return client
}

/** Returns whether another client has to wait while a client is connected, and the rows of its statement. */
async function askBeside(client: Client, sql: string): Promise<{ waits: boolean; rows: unknown }> {
  const other = await connect()
  let isAnswered = false
  const asked = other.query<object>(sql).then(({ rows }) => {
    isAnswered = true
    return rows
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const waits = !isAnswered
  await client.end()
  const rows = await asked
  await other.end()
  return { waits, rows }
}

describe('a transaction that ends', () => {
  it.each([
    ['create temp table t as select 7 as n', 'create temp table t as select 8 as n', []],
    ['declare c cursor with hold for select 1', 'declare c cursor with hold for select 2', []],
    ['create temporary sequence s', 'create temp sequence s', []],
    ['select 7 as n into temp t', 'create temp table t (n int)', []],
    ['select pg_advisory_lock(7)', 'select pg_try_advisory_lock(7) as got', [{ got: true }]],
  ])('keeps the engine for what "%s" leaves', async (sql, other, rows) => {
    const client = await connect()
    for (const statement of ['begin', sql, 'select 1', 'commit']) await client.query(statement)
    expect(await askBeside(client, other)).toEqual({ waits: true, rows })
  })

  it('keeps the engine for an advisory lock after a rollback too', async () => {
    const client = await connect()
    for (const statement of ['begin', 'select pg_advisory_lock(7)', 'rollback']) await client.query(statement)
    const sql = 'select pg_try_advisory_lock(7) as got'
    expect(await askBeside(client, sql)).toEqual({ waits: true, rows: [{ got: true }] })
  })

  it('lets others continue after a rollback of a temporary table', async () => {
    const client = await connect()
    for (const statement of ['begin', 'create temp table t as select 7 as n', 'rollback']) await client.query(statement)
    const other = await connect()
    // Otherwise it would wait for the end of the client.
    expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await Promise.all([client.end(), other.end()])
  })

  it('makes the client listen to its channels, unless it is rolled back', async () => {
    const [client, other] = [await connect(), await connect()]
    const heard: string[] = []
    client.on('notification', ({ channel }) => heard.push(channel))
    for (const statement of ['begin', 'listen news', 'commit', 'begin', 'listen gossip', 'rollback'])
      await client.query(statement)
    for (const channel of ['gossip', 'news']) await other.query(`notify ${channel}`)
    await expect.poll(() => heard).toEqual(['news'])
    await Promise.all([client.end(), other.end()])
  })

  it('leaves settings as they were after a rollback of their reset', async () => {
    const client = await connect()
    for (const statement of ["set timezone = 'Asia/Tokyo'", 'begin', 'reset timezone', 'rollback'])
      await client.query(statement)
    const { rows } = await client.query<object>('show timezone')
    expect(rows).toEqual([{ TimeZone: 'Asia/Tokyo' }])
    await client.end()
  })
})
