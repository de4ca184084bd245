import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { sql } from 'drizzle-orm'
import { Pool, type Client } from 'pg'
import postgres from 'postgres'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveForTests } from './testing.js'

const database = serveForTests({ idleMs: 1000, queueMs: 30_000, startupMs: 10_000 })
const { connect } = database

async function show(client: Client, setting: string): Promise<unknown> {
  return (await client.query<Record<string, string>>(`select current_setting('${setting}', true) as value`)).rows[0]![
    'value'
  ]
}

const five = [1, 2, 3, 4, 5]

describe('several clients at once', () => {
  it('of pg, with the same names of prepared statements', async () => {
    const clients = await Promise.all(five.map(() => connect()))
    for (let round = 0; round < 5; round++) {
      const answers = clients.map((client, index) =>
        client.query<{ n: number }>({ name: 'same', text: `select $1::int + ${index} as n`, values: [round] }),
      )
      expect((await Promise.all(answers)).map(({ rows }) => rows[0]!.n)).toEqual(five.map((_, index) => round + index))
    }
  })

  it('of postgres.js, with parameters, transactions and a cursor', async () => {
    const client = postgres(database.url, { max: 5 })
    onTestFinished(() => client.end())
    const sums = await Promise.all(five.map((n) => client<{ n: number }[]>`select ${n}::int + 1 as n`))
    expect(sums.map(([row]) => row!.n)).toEqual([2, 3, 4, 5, 6])
    const inside = await Promise.all(five.map((n) => client.begin((tx) => tx<{ n: number }[]>`select ${n}::int as n`)))
    expect(inside.map(([row]) => row!.n)).toEqual(five)
    const read: number[] = []
    await client<{ n: number }[]>`select generate_series(1, 25) as n`.cursor(10, (rows) => void read.push(rows.length))
    expect(read).toEqual([10, 10, 5])
  })

  it('of drizzle, on pg and on postgres.js', async () => {
    const pool = new Pool({ connectionString: database.url, max: 3 })
    const client = postgres(database.url, { max: 3 })
    onTestFinished(() => Promise.all([pool.end(), client.end()]).then(() => {}))
    const [one, other] = [drizzlePg(pool), drizzlePostgres(client)]
    const answers = five.flatMap((n) => [
      one.execute<{ n: number }>(sql`select ${n}::int as n`).then(({ rows }) => rows[0]!.n),
      other.execute<{ n: number }>(sql`select ${n}::int as n`).then((rows) => rows[0]!.n),
    ])
    expect(await Promise.all(answers)).toEqual(five.flatMap((n) => [n, n]))
  })
})

describe('settings', () => {
  it.each([
    ['timezone', "set timezone = 'Asia/Tokyo'", 'Asia/Tokyo'],
    ['statement_timeout', "select set_config('statement_timeout', '7s', false)", '7s'],
    ['search_path', 'set session search_path to pg_catalog', 'pg_catalog'],
    ['app.tenant', "select set_config('app.tenant', 'seven', false)", 'seven'],
    ['role', 'set role pg_monitor', 'pg_monitor'],
    ['work_mem', "do $$ begin perform set_config('work_mem', '7MB', false); end $$", '7MB'],
  ])('%s stays with its client', async (name, statement, value) => {
    const [one, other] = [await connect(), await connect()]
    const before = await show(other, name)
    await one.query(statement)
    expect((await show(other, name)) || null).toEqual(before || null)
    expect(await show(one, name)).toBe(value)
    await one.end()
    expect((await show(other, name)) || null).toEqual(before || null)
  })

  it('of the connection come back after RESET and DISCARD ALL', async () => {
    const client = await connect({ options: '-c timezone=Asia/Tokyo' })
    const other = await connect()
    expect(await show(client, 'timezone')).toBe('Asia/Tokyo')
    await client.query('set timezone to utc')
    await client.query('reset timezone')
    expect(await show(client, 'timezone')).toBe('Asia/Tokyo')
    expect(await show(other, 'timezone')).toBe('UTC')
    await client.query('discard all')
    expect(await show(client, 'timezone')).toBe('Asia/Tokyo')
  })

  it('that PostgreSQL refuses end the connection with its message', async () => {
    await expect(connect({ options: '-c timezone=Nowhere/Else' })).rejects.toMatchObject({ code: '22023' })
  })
})

describe('statements prepared by SQL', () => {
  it('belong to their client, and DEALLOCATE ALL leaves those of others', async () => {
    const [one, other] = [await connect(), await connect()]
    await one.query('prepare p as select 1 as n')
    await other.query('prepare p as select 2 as n')
    await other.query({ name: 'q', text: 'select 3 as n' })
    expect((await one.query('execute p')).rows).toEqual([{ n: 1 }])
    await one.query('deallocate all')
    await expect(one.query('execute p')).rejects.toMatchObject({ code: '26000' })
    expect((await other.query('execute p')).rows).toEqual([{ n: 2 }])
    expect((await other.query({ name: 'q', text: 'select 3 as n' })).rows).toEqual([{ n: 3 }])
  })
})

describe('transactions', () => {
  it('of an idle client end when others wait too long', async () => {
    const [idle, other] = [await connect(), await connect()]
    const ended = new Promise((resolve) => idle.once('error', resolve))
    await idle.query('begin')
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect(await ended).toMatchObject({ code: '25P03' })
  })

  it('hold advisory locks of the session against other clients', async () => {
    const [one, other] = [await connect(), await connect()]
    await one.query('select pg_advisory_lock(7)')
    let isAnswered = false
    const answer = other.query('select pg_try_advisory_lock(7)').then(() => (isAnswered = true))
    await one.query('select 1')
    expect(isAnswered).toBe(false)
    await one.query('select pg_advisory_unlock(7)')
    await answer
    await other.query('select pg_advisory_unlock_all()')
  })
})

describe('temporary tables', () => {
  it('belong to their client, which keeps the engine until it has none', async () => {
    const [one, other] = [await connect(), await connect()]
    await one.query('create temp table mine as select 1 as n')
    const answer = other.query('create temp table mine as select 2 as n')
    expect((await one.query('select n from mine')).rows).toEqual([{ n: 1 }])
    await one.query('drop table mine')
    await answer
    expect((await other.query('select n from mine')).rows).toEqual([{ n: 2 }])
  })

  it.each(['end', 'vanish'] as const)('of a client do not exist for the next one after it %ss', async (how) => {
    const [one, other] = [await connect(), await connect()]
    await one.query('create temp table left_over as select 1 as n')
    const answer = other.query('create temp table left_over as select 2 as n')
    if (how === 'end') await one.end()
    else (one as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await answer
    expect((await other.query('select n from left_over')).rows).toEqual([{ n: 2 }])
  })
})

describe('NOTIFY', () => {
  it('reaches the clients that listen, and no other', async () => {
    const [listener, deaf, sender] = [await connect(), await connect(), await connect()]
    const received: unknown[] = []
    for (const [name, client] of Object.entries({ listener, deaf }))
      client.on('notification', ({ channel, payload }) => received.push([name, channel, payload]))
    await listener.query('listen news')
    await deaf.query('listen news')
    await deaf.query('unlisten *')
    await sender.query("notify news, 'hello'")
    await listener.query('select 1')
    expect(received).toEqual([['listener', 'news', 'hello']])
  })
})
