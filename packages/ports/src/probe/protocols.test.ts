import { spawn, spawnSync } from 'node:child_process'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineRegistry } from '../define.js'
import { isOccupied, probeService } from '../probe.js'
import type { ServiceDefinition } from '../registry.js'

type Scheme = ServiceDefinition['scheme']

const base = { status: 'active', summary: 'A service' } as const
const registry = defineRegistry({
  services: {
    web: { ...base, port: 7001, containerName: 'web', variable: 'WEB_PORT', scheme: 'http', healthPath: '/health' },
    rpc: { ...base, port: 7002, containerName: 'rpc', variable: 'RPC_PORT', scheme: 'grpc' },
    db: { ...base, port: 7003, containerName: 'db', variable: 'DB_PORT', scheme: 'postgresql' },
    shop: { ...base, port: 7004, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'mysql' },
    cache: { ...base, port: 7005, containerName: 'cache', variable: 'CACHE_PORT', scheme: 'redis' },
    mail: { ...base, port: 7006, containerName: 'mail', variable: 'MAIL_PORT', scheme: 'smtp' },
    queue: { ...base, port: 7007, containerName: 'queue', variable: 'QUEUE_PORT', scheme: 'amqp' },
    documents: { ...base, port: 7008, containerName: 'documents', variable: 'DOCUMENTS_PORT', scheme: 'mongodb' },
    raw: { ...base, port: 7009, containerName: 'raw', variable: 'RAW_PORT', scheme: 'tcp' },
    names: { ...base, port: 7010, containerName: 'names', variable: 'NAMES_PORT', scheme: 'udp' },
  },
  ranges: {},
  history: [],
})
type Name = keyof typeof registry.PORTS

const spoken: Name[] = ['web', 'rpc', 'db', 'shop', 'cache', 'mail']
const openOnly: Name[] = ['queue', 'documents', 'raw']
const cleanUps: (() => unknown)[] = []

// A machine under load answers late. Only a probe that gets no answer uses all of its time, and has a shorter limit.
const generousMs = 30_000
vi.setConfig({ testTimeout: 4 * generousMs })

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()))
})

function probe(service: Name, port: number, timeoutMs = generousMs) {
  const { variable } = registry.services[service]
  const env = { [variable]: String(port), [variable.replace('PORT', 'HOST')]: '127.0.0.1' }
  return probeService(service, { registry, env, timeoutMs })
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as { port: number }).port
}

const tcp = (onConnection: (socket: Socket) => void) => listen(createServer(onConnection))
/** A server that greets, and answers each packet by a text. */
const talker = (greeting: string | Buffer, answer: (text: string) => string | Buffer = () => '') =>
  tcp((socket) => {
    socket.write(greeting)
    socket.on('data', (data) => socket.write(answer(data.toString('latin1'))))
  })

function mysqlPacket(payload: Buffer, sequence = 0): Buffer {
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  header[3] = sequence
  return Buffer.concat([header, payload])
}

const mysqlGreeting = (version = '8.4.3') =>
  mysqlPacket(Buffer.concat([Buffer.from([10]), Buffer.from(`${version}\0`), Buffer.alloc(40, 1)]))

function grpcServer(onStream: (stream: ServerHttp2Stream, path: string) => void): Promise<number> {
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    onStream(stream, String(headers[':path']))
  })
  server.on('sessionError', () => {})
  return listen(server)
}

/** Answers the health check by a message and a status. */
function health(message: Buffer | undefined, status = '0'): Promise<number> {
  return grpcServer((stream, path) => {
    expect(path).toBe('/grpc.health.v1.Health/Check')
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }))
    const frame = Buffer.alloc(5)
    if (message) frame.writeUInt32BE(message.length, 1)
    stream.end(message && Buffer.concat([frame, message]))
  })
}

/** One server for each protocol that answers as the real one does. */
const servers: Readonly<Record<string, () => Promise<number>>> = {
  web: () => listen(createHttpServer((_, response) => response.end(JSON.stringify({ service: 'web' })))),
  rpc: () => health(Buffer.from([8, 1])),
  db: () => tcp((socket) => socket.once('data', (data) => (data.length === 8 ? socket.write('N') : socket.end()))),
  shop: () => talker(mysqlGreeting()),
  cache: () => talker('', (text) => (text.includes('PING') ? '+PONG\r\n' : '-ERR unknown command\r\n')),
  mail: () =>
    talker('220 mail.example.com ESMTP\r\n', (text) => (/^(HELO|EHLO) /.test(text) ? '250 hello\r\n' : '500 what\r\n')),
}
/** Other programs on a port, which are not the service. */
const strangers: Readonly<Record<string, () => Promise<number>>> = {
  ssh: () => talker('SSH-2.0-OpenSSH_9.6\r\n', () => 'Invalid SSH identification string.\r\n'),
  ftp: () => talker('220 (vsFTPd 3.0.5)\r\n', () => '530 Please login with USER and PASS.\r\n'),
  pop3: () => talker('+OK ready\r\n', () => '-ERR unknown command\r\n'),
  garbage: () => talker(Buffer.alloc(300, 0xa5), () => Buffer.alloc(300, 0x5a)),
  zeros: () => talker(Buffer.alloc(300)),
  blanks: () => talker('\r\n\r\n\r\n', () => '\r\n'),
  'ten megabytes of bytes': () => talker(Buffer.alloc(10 << 20, 0xa5)),
  'ten megabytes of digits': () => talker(Buffer.alloc(10 << 20, '2')),
  'ten megabytes in one mail greeting': () => talker(`220-${'x'.repeat(10 << 20)}`),
}

describe.each(spoken)('the probe of %s', (service) => {
  it('is up for a server of its protocol', async () => {
    const port = await servers[service]!()
    expect(await probe(service, port)).toEqual({ service, port, state: 'up', latencyMs: expect.any(Number) })
  })

  it.each(spoken.filter((other) => other !== service))('is not up where %s listens', async (other) => {
    const { state, reason } = await probe(service, await servers[other]!(), 1000)
    // A server that waits for its own protocol may be silent or close; that is all that is known of it.
    expect([state, reason]).toSatisfy(([of]) => of === 'stranger' || of === 'down')
    expect(reason).not.toBe('nothing listens')
  })

  it.each(Object.keys(strangers))('is a stranger where %s listens', async (stranger) => {
    // HTTP ignores blank lines before an answer, and HTTP/2 waits for a whole frame: only the time limit ends these checks.
    const timeoutMs = stranger === 'blanks' && ['web', 'rpc'].includes(service) ? 3000 : generousMs
    expect(await probe(service, await strangers[stranger]!(), timeoutMs)).toMatchObject({ service, state: 'stranger' })
  })

  it('is a stranger, or down where each waits for the other, where memcached listens', async () => {
    const port = await talker('', () => 'ERROR\r\n')
    const waits = ['shop', 'mail'].includes(service)
    expect(await probe(service, port, waits ? 300 : generousMs)).toMatchObject({ state: waits ? 'down' : 'stranger' })
  })

  it('is down when the server is silent, closes, resets or is absent', async () => {
    expect(await probe(service, await tcp(() => {}), 150)).toMatchObject({
      state: 'down',
      reason: 'no answer within 150 ms',
    })
    const closed = { state: 'down', reason: 'it closed the connection without an answer' }
    expect(await probe(service, await tcp((socket) => socket.resume().end()))).toMatchObject(closed)
    expect(await probe(service, await tcp((socket) => socket.resetAndDestroy()))).toMatchObject(closed)
    const absent = await tcp(() => {})
    await cleanUps.pop()!()
    const down = await probe(service, absent)
    expect(down).toMatchObject({ state: 'down', reason: 'nothing listens' })
    expect(isOccupied(down)).toBe(false)
  })

  it('ends in time when the server drips', async () => {
    const port = await tcp((socket) => {
      const timer = setInterval(() => socket.write('2'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    expect(await probe(service, port, 300)).not.toMatchObject({ state: 'up' })
  })

  it('leaves no connection open', async () => {
    let open = 0
    const target = await servers[service]!()
    const port = await tcp((socket) => {
      const through = connect(target, '127.0.0.1')
      open += 1
      socket.pipe(through).pipe(socket)
      through.on('error', () => socket.destroy())
      socket.on('close', () => {
        open -= 1
        through.destroy()
      })
    })
    await probe(service, port)
    await expect.poll(() => open, { timeout: generousMs }).toBe(0)
  })
})

describe('the probe of MySQL', () => {
  it.each(['8.4.3', '5.7.44-log', '5.5.5-10.11.6-MariaDB-1', '8.0.36-0ubuntu0.22.04.1'])(
    'is up for version %s',
    async (version) => {
      expect(await probe('shop', await talker(mysqlGreeting(version)))).toMatchObject({ state: 'up' })
    },
  )

  it('is up when the greeting comes byte by byte', async () => {
    const port = await tcp((socket) => {
      const bytes = [...mysqlGreeting()]
      const timer = setInterval(
        () => (bytes.length > 0 ? socket.write(Buffer.from([bytes.shift()!])) : clearInterval(timer)),
        1,
      )
      socket.on('close', () => clearInterval(timer))
    })
    expect(await probe('shop', port)).toMatchObject({ state: 'up' })
  })

  it('is down when the server refuses the connection', async () => {
    const refusal = Buffer.concat([Buffer.from([0xff, 0x10, 0x04]), Buffer.from('Too many connections')])
    expect(await probe('shop', await talker(mysqlPacket(refusal)))).toMatchObject({
      state: 'down',
      reason: 'answers MySQL error 1040',
    })
  })

  it('completes the handshake, so that the server does not count an interrupted one', async () => {
    const received: Buffer[] = []
    const port = await tcp((socket) => {
      socket.write(mysqlGreeting())
      socket.on('data', (data) => received.push(data))
    })
    await probe('shop', port)
    await expect.poll(() => Buffer.concat(received).length, { timeout: generousMs }).toBeGreaterThan(0)
    const packet = Buffer.concat(received)
    expect(packet.readUIntLE(0, 3)).toBe(packet.length - 4)
    expect(packet[3]).toBe(1)
  })
})

describe('the probe of Redis', () => {
  it.each(['-NOAUTH Authentication required.', '-NOPERM this user has no permissions', '-WRONGPASS invalid'])(
    'is up, with a reason, when the server answers %s',
    async (answer) => {
      expect(await probe('cache', await talker('', () => `${answer}\r\n`))).toMatchObject({
        state: 'up',
        reason: 'it demands a password',
      })
    },
  )

  it.each([
    ['-LOADING Redis is loading the dataset in memory', 'LOADING'],
    ['-MASTERDOWN Link with MASTER is down', 'MASTERDOWN'],
    ['-DENIED Redis is running in protected mode', 'DENIED'],
    ['-ERR max number of clients reached', 'ERR max number of clients'],
  ])('is down when the server answers %s', async (answer, code) => {
    expect(await probe('cache', await talker('', () => `${answer}\r\n`))).toMatchObject({
      state: 'down',
      reason: `answers ${code}`,
    })
  })

  const hasRedis = spawnSync('redis-server', ['--version']).status === 0
  it.skipIf(!hasRedis).each([
    [[], undefined],
    [['--requirepass', 'hunter2'], 'it demands a password'],
  ] as const)('is up for a real server with %j', async (options, reason) => {
    const port = await tcp(() => {})
    await cleanUps.pop()!()
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...options], {
      stdio: 'ignore',
      cwd: '/tmp',
    })
    cleanUps.push(() => child.kill())
    await expect.poll(() => probe('cache', port), { timeout: generousMs }).toMatchObject({ state: 'up' })
    expect((await probe('cache', port)).reason).toBe(reason)
    expect(await probe('shop', port, 300)).toMatchObject({ state: 'down', reason: 'no answer within 300 ms' })
    for (const other of ['web', 'rpc'] as const) expect((await probe(other, port, 300)).state).not.toBe('up')
  })
})

describe('the probe of SMTP', () => {
  it('is up after a greeting of several lines', async () => {
    const port = await talker('220-mail.example.com\r\n220-no spam\r\n220 ready\r\n', () => '250-mail\r\n250 hello\r\n')
    expect(await probe('mail', port)).toMatchObject({ state: 'up' })
  })

  it.each(['421 try later', '554 no'])('is down when the greeting is %s', async (greeting) => {
    expect(await probe('mail', await talker(`${greeting}\r\n`))).toMatchObject({
      state: 'down',
      reason: `answers ${greeting.slice(0, 3)}`,
    })
  })

  it('sends HELO, and QUIT at the end', async () => {
    const received: string[] = []
    const port = await talker('220 mail\r\n', (text) => {
      received.push(text)
      return '250 ok\r\n'
    })
    await probe('mail', port)
    await expect.poll(() => received.join(''), { timeout: generousMs }).toBe('HELO localhost\r\nQUIT\r\n')
  })
})

describe('the probe of gRPC', () => {
  it.each([
    [Buffer.from([8, 2]), 'answers NOT_SERVING'],
    [Buffer.from([8, 3]), 'answers SERVICE_UNKNOWN'],
    [Buffer.alloc(0), 'answers UNKNOWN'],
  ])('is down when the health message is %j', async (message, reason) => {
    expect(await probe('rpc', await health(message))).toMatchObject({ state: 'down', reason })
  })

  it.each([
    ['12', 'it has no health service'],
    ['16', 'it demands a login'],
    ['7', 'it does not permit the health check'],
  ])('is up, with a reason, for gRPC status %s', async (status, reason) => {
    expect(await probe('rpc', await health(undefined, status))).toMatchObject({ state: 'up', reason })
  })

  it('is down for another gRPC status', async () => {
    expect(await probe('rpc', await health(undefined, '14'))).toMatchObject({
      state: 'down',
      reason: 'answers gRPC status 14',
    })
  })

  it.each([Buffer.from([8]), Buffer.from([8, 9]), Buffer.from([16, 1]), Buffer.alloc(10 << 20)])(
    'is a stranger for a message of another form',
    async (message) => {
      expect(await probe('rpc', await health(message))).toMatchObject({ state: 'stranger' })
    },
  )

  it('is a stranger for an HTTP/2 server without gRPC', async () => {
    const port = await grpcServer((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('<h1>hello</h1>')
    })
    expect(await probe('rpc', port)).toMatchObject({
      state: 'stranger',
      reason: 'another process answers, but not as gRPC',
    })
  })
})

describe('the probe of an unsupported protocol', () => {
  it.each(openOnly)('is up, with a reason, where a port of %s is open', async (service) => {
    const port = await tcp(() => {})
    const { scheme } = registry.services[service]
    expect(await probe(service, port)).toEqual({
      service,
      port,
      state: 'up',
      latencyMs: expect.any(Number),
      reason: `the port is open; ${scheme satisfies Scheme} is not checked any further`,
    })
    await cleanUps.pop()!()
    expect(await probe(service, port)).toMatchObject({ state: 'down', reason: 'nothing listens' })
  })

  it('is unknown for udp', async () => {
    const result = await probe('names', 7010)
    expect(result).toEqual({
      service: 'names',
      port: 7010,
      state: 'unknown',
      reason: 'udp is not checked: it has no connections',
    })
    expect(isOccupied(result)).toBe(false)
  })

  it('is unknown for mongodb+srv, whose addresses are in DNS', async () => {
    const env = { DOCUMENTS_URL: 'mongodb+srv://cluster.example.com/app' }
    expect(await probeService('documents', { registry, env })).toMatchObject({ state: 'unknown' })
  })
})

describe('the probe of a database', () => {
  it('checks the server of DATABASE_URL, without its credentials', async () => {
    const port = await servers['db']!()
    const env = { DATABASE_URL: `postgresql://user:hunter2@127.0.0.1:${port}/app`, DB_PORT: '1' }
    expect(await probeService('db', { registry, env, timeoutMs: generousMs })).toMatchObject({ state: 'up', port })
  })

  it.each([
    ['cache', 'redis://:hunter2@'],
    ['shop', 'mysql://root:hunter2@'],
    ['mail', 'smtp://me:hunter2@'],
    ['queue', 'amqp://me:hunter2@'],
  ] as const)('checks the server of a connection URL of %s', async (service, start) => {
    const port = await (servers[service] ?? servers['web']!)()
    const env = { [registry.services[service].variable.replace('PORT', 'URL')]: `${start}127.0.0.1:${port}` }
    expect(await probeService(service, { registry, env, timeoutMs: generousMs })).toMatchObject({ state: 'up', port })
  })
})
