import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { frontend } from './protocol/messages.js'
import { delay, requestCancel, serveForTests, toPrintable } from './testing.js'

const database = serveForTests()
const { connect } = database

/** Collects the answers on a socket, each up to its ReadyForQuery. */
class Answers {
  #received = ''

  constructor(socket: Socket) {
    socket.on('data', (chunk) => (this.#received += toPrintable(chunk)))
  }

  async next(): Promise<string> {
    await vi.waitUntil(() => /Z\.{4}[IT]$/.test(this.#received))
    const answer = this.#received
    this.#received = ''
    return answer
  }
}

function parse(name: string, sql: string): Buffer {
  return encode('P', `${name}\0${sql}\0\0\0`)
}

/** Returns the messages that execute a prepared statement. */
function bind(name: string): Buffer {
  return Buffer.concat([encode('B', `\0${name}\0\0\0\0\0\0\0`), encode('E', '\0\0\0\0\0')])
}

function encode(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}0000${body}`)
  bytes.writeInt32BE(bytes.length - 1, 1)
  return bytes
}

describe('cancel requests', () => {
  it.each([
    'select pg_sleep(60)',
    'select count(*) from generate_series(1, 100000000000)',
    'do $$ begin loop end loop; end $$',
  ])('end %s, and other clients continue', async (statement) => {
    const [client, other] = [await connect(), await connect()]
    const failed = client.query(statement).catch((error: unknown) => error)
    await requestCancel(client, database.port)
    expect(await failed).toMatchObject({ code: '57014' })
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })

  it('end a statement that waits', async () => {
    const [holder, waiting] = [await connect(), await connect()]
    await holder.query('begin')
    const failed = waiting.query('select 1').catch((error: unknown) => error)
    await delay(50)
    await requestCancel(waiting, database.port)
    expect(await failed).toMatchObject({ code: '57014' })
    await holder.query('rollback')
  })

  it('do not end what a client runs next, or what another client runs', async () => {
    const [client, other] = [await connect(), await connect()]
    for (let round = 0; round < 20; round++) {
      const first = client.query('select pg_sleep(0.01)').catch((error: unknown) => error)
      const second = first.then(() => client.query('select 1 as n, pg_sleep(0.02)'))
      const others = other.query('select 2 as n, pg_sleep(0.02)')
      await Promise.all([requestCancel(client, database.port), first])
      expect((await others).rows).toMatchObject([{ n: 2 }])
      await second.catch((error: unknown) => expect(error).toMatchObject({ code: '57014' }))
    }
  })

  it('are sent for a client that has vanished, when others wait', async () => {
    const [gone, other] = [await connect(), await connect()]
    const failed = gone.query('do $$ begin loop end loop; end $$').catch(() => {})
    await delay(50)
    ;(gone as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await failed
  })

  it('are what statement_timeout does', async () => {
    const client = await connect({ statement_timeout: 100 })
    await expect(client.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
  })
})

describe('a client that breaks the protocol', () => {
  it.each([
    ['an unknown message', Buffer.from('Y\0\0\0\x04')],
    ['a message that claims 2 GB', Buffer.from('Q\x7f\xff\xff\xff')],
    ['a Query without its end', Buffer.from('Q\0\0\0\x05x')],
  ])('by %s gets 08P01, and others continue', async (_, bytes) => {
    const [other, socket] = [await connect(), connectSocket(database.port, '127.0.0.1')]
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
    const socket = connectSocket(database.port, '127.0.0.1')
    socket.write(bytes)
    expect(String((await once(socket, 'data'))[0])).toContain(code)
    await once(socket, 'close')
  })

  it('is not one that prepares a statement while another client keeps the engine: it is prepared later', async () => {
    const [keeper, socket] = [await connect(), connectSocket(database.port, '127.0.0.1')]
    const answers = new Answers(socket)
    socket.write(frontend.startup({ user: 'postgres' }))
    await answers.next()
    await keeper.query('begin')
    socket.write(Buffer.concat([parse('later', 'select 7 as n'), parse('bad', 'selec 7'), frontend.sync()]))
    expect(await answers.next()).toMatch(/^1\.{4}1\.{4}Z\.{4}I$/)
    await keeper.query('commit')
    socket.write(Buffer.concat([bind('later'), bind('bad'), frontend.sync()]))
    expect(await answers.next()).toMatch(/^2.*D.*7.*C.*E.*42601.*Z\.{4}I$/)
    socket.destroy()
  })

  it('is refused after the 100th connection', async () => {
    const sockets: Socket[] = []
    let answer = ''
    while (!answer.includes('53300') && sockets.length < 102) {
      const socket = connectSocket(database.port, '127.0.0.1')
      sockets.push(socket)
      socket.write(frontend.startup({ user: 'postgres' }))
      answer = String((await once(socket, 'data'))[0])
    }
    for (const socket of sockets) socket.destroy()
    expect(answer).toMatch(/FATAL.*53300.*too many clients/s)
    expect(sockets.length).toBeGreaterThan(90)
    await expect.poll(async () => (await connect()).query('select 1').then(({ rowCount }) => rowCount)).toBe(1)
  })

  it('by sending nothing is disconnected', async () => {
    const socket = connectSocket(database.port, '127.0.0.1')
    await once(socket.resume(), 'close')
    expect(socket.bytesRead).toBe(0)
  })

  it.each([
    ['SSLRequest', 80_877_103],
    ['GSSENCRequest', 80_877_104],
  ])('is not one that sends %s, which gets N', async (_, code) => {
    const socket = connectSocket(database.port, '127.0.0.1')
    const packet = Buffer.alloc(8)
    packet.writeInt32BE(8)
    packet.writeInt32BE(code, 4)
    socket.write(packet)
    expect(String((await once(socket, 'data'))[0])).toBe('N')
    socket.destroy()
  })

  it('is not one with protocol 3.2, which gets 3.0', async () => {
    const socket = connectSocket(database.port, '127.0.0.1')
    socket.write(frontend.startup({ user: 'postgres', '_pq_.future': '1' }, (3 << 16) + 2))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString('latin1', 0, 1)).toBe('v')
    expect(answer.readInt32BE(5)).toBe(3 << 16)
    expect(answer.toString()).toContain('_pq_.future')
    socket.destroy()
  })
})

const psql = Boolean(process.env['CI']) || spawnSync('psql', ['--version']).status === 0
if (!psql) console.log('skipped: psql is missing')

describe.skipIf(!psql)('psql', () => {
  const run = async (input: string) => {
    const child = spawn('psql', [database.url, '-XAtq', '-v', 'ON_ERROR_STOP=0'], { stdio: 'pipe' })
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
    const socket = connectSocket(database.port, '127.0.0.1')
    socket.write(frontend.startup({ user: 'postgres' }))
    await once(socket, 'data')
    socket.write(frontend.query('copy partly from stdin'))
    await once(socket, 'data')
    socket.write(Buffer.from('d\0\0\0\x061\n'))
    socket.destroy()
    expect((await other.query('select count(*)::int as n from partly')).rows).toEqual([{ n: 0 }])
  })
})

describe('the queue of statements', () => {
  it('refuses a statement after its limit', async () => {
    const [busy, other] = [await database.connect(), await database.connect()]
    await busy.query('begin')
    const work = busy.query('select pg_sleep(4)')
    await expect(other.query('select 1')).rejects.toMatchObject({ code: '55P03' })
    await work
    await busy.query('rollback')
    expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  })
})
