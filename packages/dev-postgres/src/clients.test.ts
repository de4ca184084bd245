import { spawnSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { sql } from 'drizzle-orm'
import getPort from 'get-port'
import { Client, Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { frontend } from './protocol/messages.js'
import { openEngine, serveDatabase, type Engine } from './server.js'

let engine: Engine
let port: number
let url: string
let stop: () => Promise<void>

beforeAll(async () => {
  engine = await openEngine()
  port = await getPort()
  url = `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`
  stop = await serveDatabase(() => engine, port, { limits: { idleMs: 1000, queueMs: 3000, startupMs: 500 } })
}, 180_000)

afterAll(async () => {
  await stop()
  await engine.close()
})

async function connect(options: object = {}): Promise<Client> {
  const client = new Client({ connectionString: url, ...options })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}

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
    const client = postgres(url, { max: 5 })
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
    const pool = new Pool({ connectionString: url, max: 3 })
    const client = postgres(url, { max: 3 })
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

  it('refuse the statements of others after the limit of the queue', async () => {
    const [busy, other] = [await connect(), await connect()]
    await busy.query('begin')
    const work = busy.query('select pg_sleep(4)')
    await expect(other.query('select 1')).rejects.toMatchObject({ code: '55P03' })
    await work
    await busy.query('rollback')
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
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

describe('cancel requests', () => {
  it.each([
    'select pg_sleep(60)',
    'select count(*) from generate_series(1, 100000000000)',
    'do $$ begin loop end loop; end $$',
  ])('end %s, and other clients continue', async (statement) => {
    const [client, other] = [await connect(), await connect()]
    const failed = expect(client.query(statement)).rejects.toMatchObject({ code: '57014' })
    await cancel(client)
    await failed
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  it('end a statement that waits', async () => {
    const [holder, waiting] = [await connect(), await connect()]
    await holder.query('begin')
    const failed = expect(waiting.query('select 1')).rejects.toMatchObject({ code: '57014' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await cancel(waiting)
    await failed
    await holder.query('rollback')
  })

  it('are what statement_timeout does', async () => {
    const client = await connect({ statement_timeout: 100 })
    await expect(client.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
  })

  async function cancel(client: Client): Promise<void> {
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
    const packet = Buffer.alloc(16)
    ;[16, 80_877_102, processID, secretKey].forEach((value, index) => packet.writeInt32BE(value, index * 4))
    const socket = connectSocket(port, '127.0.0.1')
    socket.end(packet)
    await once(socket.resume(), 'close')
  }
})

describe('a client that breaks the protocol', () => {
  it.each([
    ['an unknown message', Buffer.from('Y\0\0\0\x04')],
    ['a message that claims 2 GB', Buffer.from('Q\x7f\xff\xff\xff')],
    ['a Query without its end', Buffer.from('Q\0\0\0\x05x')],
  ])('by %s gets 08P01, and others continue', async (_, bytes) => {
    const [other, socket] = [await connect(), connectSocket(port, '127.0.0.1')]
    socket.write(frontend.startup({ user: 'postgres' }))
    await once(socket, 'data')
    socket.write(bytes)
    expect(String((await once(socket, 'data'))[0])).toMatch(/FATAL.*08P01/s)
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  it.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n'), '08P01'],
    ['protocol 2', frontend.startup({ user: 'x' }, 2 << 16), '0A000'],
    ['no user', frontend.startup({ database: 'x' }), '28000'],
  ])('by %s as its startup packet is refused', async (_, bytes, code) => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.write(bytes)
    expect(String((await once(socket, 'data'))[0])).toContain(code)
    await once(socket, 'close')
  })

  it('by sending nothing is disconnected', async () => {
    const socket = connectSocket(port, '127.0.0.1')
    await once(socket.resume(), 'close')
  })

  it.each([
    ['SSLRequest', 80_877_103],
    ['GSSENCRequest', 80_877_104],
  ])('is not one that sends %s, which gets N', async (_, code) => {
    const socket = connectSocket(port, '127.0.0.1')
    const packet = Buffer.alloc(8)
    packet.writeInt32BE(8)
    packet.writeInt32BE(code, 4)
    socket.write(packet)
    expect(String((await once(socket, 'data'))[0])).toBe('N')
    socket.destroy()
  })

  it('is not one with protocol 3.2, which gets 3.0', async () => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.write(frontend.startup({ user: 'postgres', '_pq_.future': '1' }, (3 << 16) + 2))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString('latin1', 0, 1)).toBe('v')
    expect(answer.readInt32BE(5)).toBe(3 << 16)
    expect(answer.toString()).toContain('_pq_.future')
    socket.destroy()
  })
})

const psql = spawnSync('psql', ['--version']).status === 0

describe.skipIf(!psql)('psql', () => {
  const run = async (input: string) => {
    const child = spawn('psql', [url, '-XAtq', '-v', 'ON_ERROR_STOP=0'], { stdio: 'pipe' })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stdin.end(input)
    await once(child, 'close')
    return output
  }

  it('copies in both directions, and a bad line leaves the others alone', async () => {
    const other = await connect()
    await run('create table copied (n int primary key);\ncopy copied from stdin;\n1\n2\n\\.\n')
    expect(await run('copy copied to stdout;\n')).toBe('1\n2\n')
    expect(await run('copy copied from stdin;\n3\nbad\n4\n\\.\nselect count(*) from copied;\n')).toMatch(
      /invalid input.*\n2\n$/s,
    )
    expect((await other.query('select count(*)::int as n from copied')).rows).toEqual([{ n: 2 }])
  })

  it('that vanishes in the middle of COPY adds nothing', async () => {
    const other = await connect()
    await other.query('create table partly (n int)')
    const socket = connectSocket(port, '127.0.0.1')
    socket.write(frontend.startup({ user: 'postgres' }))
    await once(socket, 'data')
    socket.write(frontend.query('copy partly from stdin'))
    await once(socket, 'data')
    socket.write(Buffer.from('d\0\0\0\x061\n'))
    socket.destroy()
    expect((await other.query('select count(*)::int as n from partly')).rows).toEqual([{ n: 0 }])
  })
})

if (!psql && process.env['CI']) it('psql is installed', () => expect(psql).toBe(true))
