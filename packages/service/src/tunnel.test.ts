import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Duplex } from 'node:stream'
import type { Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws'
import { upstreamVariable } from './services.fixture.js'
import { startProxy, startUpstream } from './upstream.fixture.js'

/** Starts a websocket server as the upstream of a proxy, until the test ends. */
async function startSockets(options: ServerOptions = {}, env: Env = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { app, origin } = await startProxy((server.address() as AddressInfo).port, env)
  return { server, app, origin }
}

function open(origin: URL, path = '/api/v1/socket', protocols: string[] = [], options = {}): WebSocket {
  const socket = new WebSocket(new URL(path, origin.href.replace('http', 'ws')), protocols, options)
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  return socket
}

/** Opens a websocket; returns both of its ends. */
async function openBoth({ server, origin }: Awaited<ReturnType<typeof startSockets>>) {
  const connected = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>
  const client = open(origin)
  const [upstream] = await connected
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
  return { client, upstream }
}

/** Returns the code and reason with which a websocket closes. */
async function closeOf(socket: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return [code, reason.toString()]
}

/** Returns the status, headers and body of a refused handshake. */
async function refusalOf(socket: WebSocket) {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

const handshake = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`

/** Accepts a websocket handshake as RFC 6455 says, for tests of single bytes. */
async function startRaw(onOpen: (socket: Duplex, head: Buffer, request: IncomingMessage) => void) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket.on('error', () => {}))
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nServer: secret\r\n\r\n',
    )
    onOpen(socket, head, request)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return startProxy((server.address() as AddressInfo).port)
}

function dial(origin: URL): Socket {
  const socket = connect({ port: Number(origin.port), host: origin.hostname, allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  return socket.on('error', () => {})
}

describe('a websocket', () => {
  it('transfers text, bytes, empty and fragmented messages in both directions', async () => {
    const { client, upstream } = await openBoth(await startSockets())
    upstream.on('message', (data, isBinary) => upstream.send(data as Buffer, { binary: isBinary }))
    const bytes = randomBytes(3_000_000)
    const sent: [Buffer, boolean][] = [
      [Buffer.from('hello'), false],
      [bytes, true],
      [Buffer.alloc(0), true],
      [Buffer.from('onetwothree'), false],
    ]
    const received: [Buffer, boolean][] = []
    client.on('message', (data: Buffer, isBinary) => received.push([data, isBinary]))
    for (const [data, binary] of sent.slice(0, 3)) client.send(data, { binary })
    for (const part of ['one', 'two']) client.send(part, { fin: false })
    client.send('three', { fin: true })
    await vi.waitFor(() => expect(received).toHaveLength(4), { timeout: 5000 })
    expect(received.map(([data, isBinary], index) => [data.equals(sent[index]![0]), isBinary])).toEqual([
      [true, false],
      [true, true],
      [true, true],
      [true, false],
    ])
  })

  it('transfers pings and pongs, from end to end', async () => {
    const { client, upstream } = await openBoth(await startSockets({ autoPong: false }))
    const pinged = once(upstream, 'ping')
    client.ping('are you there')
    expect(String((await pinged)[0])).toBe('are you there')
    const ponged = once(client, 'pong')
    upstream.pong('I am')
    expect(String((await ponged)[0])).toBe('I am')
  })

  it('keeps its path, query and headers, with the forwarding headers of the proxy', async () => {
    const { server, origin } = await startSockets()
    const connected = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>
    open(origin, '/moved/socket?a=1&b=%20', [], {
      headers: {
        authorization: 'Bearer x',
        cookie: 'a=1',
        'x-own': 'kept',
        'x-forwarded-for': '6.6.6.6',
        forwarded: 'for=6.6.6.6',
      },
    })
    const [, { url, headers }] = await connected
    expect(url).toBe('/api/v1/socket?a=1&b=%20')
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      cookie: 'a=1',
      'x-own': 'kept',
      'x-forwarded-for': '127.0.0.1',
    })
    expect(headers).not.toHaveProperty('forwarded')
  })

  it.each([
    ['the first that the upstream knows', new Set(['b', 'c']), 'b'],
    ['none, if the upstream knows none', new Set<string>(), ''],
  ])('has the subprotocol that the upstream chooses: %s', async (_of, known, chosen) => {
    const handleProtocols = (offered: Set<string>) => [...offered].find((one) => known.has(one)) ?? false
    const { server, origin } = await startSockets({ handleProtocols })
    const connected = once(server, 'connection') as Promise<[WebSocket]>
    // The client refuses an answer without any of its subprotocols.
    const socket = open(origin, '/api/v1/socket', ['a', 'b', 'c'])
    await (chosen ? once(socket, 'open') : once(socket, 'error'))
    expect(socket.protocol).toBe(chosen)
    expect((await connected)[0].protocol).toBe(chosen)
  })

  it.each([true, false])('is compressed if both ends agree, upstream: %s', async (perMessageDeflate) => {
    const { client, upstream } = await openBoth(await startSockets({ perMessageDeflate }))
    expect([client.extensions, upstream.extensions]).toEqual(
      perMessageDeflate ? ['permessage-deflate', 'permessage-deflate'] : ['', ''],
    )
    const message = once(client, 'message')
    upstream.send('x'.repeat(100_000))
    expect(String((await message)[0])).toBe('x'.repeat(100_000))
  })

  const codes: [number | undefined, string, [number, string]][] = [
    [undefined, '', [1005, '']],
    [1000, '', [1000, '']],
    [1001, 'restarting', [1001, 'restarting']],
    [1008, 'no', [1008, 'no']],
    [1013, 'later', [1013, 'later']],
    [3000, 'é', [3000, 'é']],
    [4001, 'x'.repeat(123), [4001, 'x'.repeat(123)]],
  ]
  it.each(codes)('closes with code %s and reason %.9s, from either end', async (code, reason, expected) => {
    const running = await startSockets()
    const first = await openBoth(running)
    const atClient = closeOf(first.client)
    first.upstream.close(code, reason)
    expect(await atClient).toEqual(expected)
    const second = await openBoth(running)
    const atUpstream = closeOf(second.upstream)
    second.client.close(code, reason)
    expect(await atUpstream).toEqual(expected)
  })

  it('breaks off with code 1006 when the other end does', async () => {
    const running = await startSockets()
    const first = await openBoth(running)
    const atClient = closeOf(first.client)
    first.upstream.terminate()
    expect(await atClient).toEqual([1006, ''])
    const second = await openBoth(running)
    const atUpstream = closeOf(second.upstream)
    second.client.terminate()
    expect(await atUpstream).toEqual([1006, ''])
  })

  it('forwards bytes sent together with the handshake and before the close', async () => {
    let first = ''
    const { origin } = await startRaw((socket, head) => {
      first += head.toString()
      socket.on('data', (chunk: Buffer) => {
        first += chunk.toString()
        if (first.endsWith('early and late')) socket.end('last words')
      })
      socket.write('greeting')
    })
    const socket = dial(origin)
    socket.write(`${handshake('/api/v1/socket')}early`)
    let received = ''
    let isSent = false
    for await (const chunk of socket.setEncoding('latin1')) {
      received += String(chunk)
      if (!isSent && received.includes('greeting')) {
        isSent = true
        socket.write(' and late')
      }
    }
    const [head, ...rest] = received.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 101 /)
    expect(head!.toLowerCase()).toContain('sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=')
    expect(head!.toLowerCase()).not.toContain('secret')
    expect(rest.join('')).toBe('greetinglast words')
    expect(first).toBe('early and late')
  })

  it('slows the sender down when the receiver does not read', async () => {
    let sent = 0
    const chunk = Buffer.alloc(256 * 1024)
    const { origin } = await startRaw((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length
        sent += chunk.length
      }
      socket.on('drain', more)
      more()
    })
    const socket = dial(origin)
    socket.write(handshake('/api/v1/socket'))
    await once(socket, 'data')
    socket.pause()
    let before = -1
    await vi.waitFor(
      () => {
        const last = before
        before = sent
        expect(sent).toBe(last)
      },
      { interval: 300, timeout: 10_000 },
    )
    expect(sent).toBeLessThan(64 * 1024 * 1024)
    const stopped = sent
    socket.resume()
    await vi.waitFor(() => expect(sent).toBeGreaterThan(stopped), { timeout: 5000 })
  })

  it('closes when the service stops, and the stop does not wait for it', async () => {
    const running = await startSockets()
    const { client } = await openBoth(running)
    const closed = closeOf(client)
    await running.app.close()
    expect((await closed)[0]).toBe(1006)
  })

  it('is counted as an answer of status 101', async () => {
    const running = await startSockets()
    await openBoth(running)
    const { payload } = await running.app.inject('/metrics')
    expect(payload).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/\*",status_code="101"\} 1/,
    )
  })
})

describe('a handshake', () => {
  const answers: [string, RequestListener, number][] = [
    ['200', (_request, response) => response.end('a page'), 200],
    ['401', (_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end('no'), 401],
    ['426', (_request, response) => response.writeHead(426, { 'sec-websocket-version': '13' }).end('old'), 426],
    ['503', (_request, response) => response.writeHead(503, { 'retry-after': '3' }).end('later'), 503],
  ]
  it.each(answers)('that the upstream refuses is answered with its status %s', async (_of, answer, status) => {
    const { origin } = await startProxy(await startUpstream(answer))
    const refusal = await refusalOf(open(origin))
    expect(refusal.status).toBe(status)
    expect(refusal.body).toMatch(/a page|no|old|later/)
    expect(refusal.headers.connection).toBe('close')
    expect((await fetch(new URL('/health', origin))).status).toBe(200)
  })

  it('is answered with 502 when the upstream is down, without an address', async () => {
    const { origin } = await startProxy(1)
    const { status, body } = await refusalOf(open(origin))
    expect(status).toBe(502)
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'UPSTREAM_DOWN', variable: upstreamVariable } })
    expect(body).not.toMatch(/127\.0\.0\.1|::1/)
  })

  it('is answered with 502 when the upstream closes the connection, or uses another protocol', async () => {
    const closing = await startProxy(await startUpstream(({ socket }) => socket.destroy()))
    expect((await refusalOf(open(closing.origin))).status).toBe(502)
    const babbling = await startProxy(await startUpstream(({ socket }) => void socket.end('SSH-2.0-OpenSSH\r\n')))
    expect((await refusalOf(open(babbling.origin))).status).toBe(502)
    const other = await startProxy(
      await startUpstream(
        ({ socket }) =>
          void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
      ),
    )
    expect((await refusalOf(open(other.origin))).status).toBe(502)
  })

  it('is answered with 504 when the upstream does not answer', async () => {
    const { origin } = await startProxy(await startUpstream(() => {}), { UPSTREAM_TIMEOUT_MS: '300' })
    expect((await refusalOf(open(origin))).status).toBe(504)
  })

  it('aborts its upstream request when the client disconnects', async () => {
    let arrived: () => void
    let closed: () => void
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const end = new Promise<void>((resolve) => (closed = resolve))
    const port = await startUpstream(({ socket }) => {
      socket.on('close', () => closed())
      arrived()
    })
    const { origin } = await startProxy(port)
    const socket = open(origin)
    await arrival
    socket.terminate()
    await expect(end).resolves.toBeUndefined()
  })

  it('of another path is answered by that path, and a POST by its route', async () => {
    const { origin } = await startSockets()
    expect((await refusalOf(open(origin, '/health'))).status).toBe(200)
    expect((await refusalOf(open(origin, '/nowhere'))).status).toBe(404)
    expect((await refusalOf(open(origin, '/api/v1/..%2f..%2fmetrics'))).status).toBe(400)
    expect((await fetch(new URL('/health', origin))).status).toBe(200)
  })

  it('behind a request on the same connection waits for its answer', async () => {
    const { origin } = await startRaw((socket) => void socket.write('open'))
    const socket = dial(origin)
    socket.write(`GET /health HTTP/1.1\r\nHost: x\r\n\r\n${handshake('/api/v1/socket')}`)
    let received = ''
    for await (const chunk of socket.setEncoding('latin1')) {
      received += String(chunk)
      if (received.endsWith('open')) break
    }
    expect(Array.from(received.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status)).toEqual(['200', '101'])
  })
})
