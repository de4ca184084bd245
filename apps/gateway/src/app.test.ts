import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Env } from '@driftos/ports'
import { createService, largestBody } from '@driftos/service'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import manifest from '../package.json' with { type: 'json' }
import { isHealthy, named, sendRaw, startAll, startGateway, startUpstream } from './gateway.fixture.js'

describe('/health', () => {
  it('returns the service name and its version without an upstream', async () => {
    const { app } = await startGateway({ CORE_PORT: '1', EMBED_PORT: '2' })
    const response = await app.inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      status: 'ok',
      service: 'gateway',
      version: manifest.version,
      uptime: expect.any(Number) as number,
    })
  })
})

describe('/health/services', () => {
  async function startHealthy(service: 'core' | 'embed'): Promise<string> {
    const app = createService({ service, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
    onTestFinished(() => app.close())
    return new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port
  }

  async function statesOf(env: Env) {
    const { app } = await startGateway(env)
    const response = await app.inject('/health/services')
    expect(response.statusCode).toBe(200)
    const { services } = response.json<{ services: { service: string; port: number; state: string }[] }>()
    return services.map(({ service, port, state }) => ({ service, port: String(port), state }))
  }

  it('returns which upstream is up and which is down', async () => {
    const [CORE_PORT, EMBED_PORT] = [await startHealthy('core'), '1']
    // On a busy machine the first answer can take longer than the gateway waits.
    await expect
      .poll(() => statesOf({ CORE_PORT, EMBED_PORT }))
      .toEqual([
        { service: 'core', port: CORE_PORT, state: 'up' },
        { service: 'embed', port: EMBED_PORT, state: 'down' },
      ])
  })

  it('recognizes a stranger and a service on the port of another', async () => {
    const [CORE_PORT, EMBED_PORT] = [await startUpstream(named('someone')), await startHealthy('core')]
    expect(await statesOf({ CORE_PORT, EMBED_PORT })).toEqual([
      { service: 'core', port: CORE_PORT, state: 'stranger' },
      { service: 'embed', port: EMBED_PORT, state: 'stranger' },
    ])
  })

  it('recognizes an upstream of another checkout', async () => {
    const other = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ status: 'ok', service: 'core', version: '1.0.0', uptime: 1, instance: 'another' }))
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => other.close().closeAllConnections())
    const CORE_PORT = String((other.address() as AddressInfo).port)
    expect((await statesOf({ CORE_PORT, EMBED_PORT: '1' })).map(({ state }) => state)).toEqual(['elsewhere', 'down'])
  })

  it('answers although an upstream does not', async () => {
    const [CORE_PORT, EMBED_PORT] = [await startUpstream(() => {}), await startHealthy('embed')]
    const states = async () => (await statesOf({ CORE_PORT, EMBED_PORT })).map(({ state }) => state)
    await expect.poll(states).toEqual(['down', 'up'])
  })
})

describe('routes', () => {
  it.each([
    ['/api/v1/llm/drift/route', 'core GET /api/v1/drift/route'],
    ['/api/v1/llm/facts/b1?x=1&x=2', 'core GET /api/v1/facts/b1?x=1&x=2'],
    ['/api/v1/llm', 'core GET /api/v1'],
    ['/api/v1/embed/similarity', 'embed GET /api/v1/similarity'],
    ['/api/v1/embed/vectors/search?q=%2F', 'embed GET /api/v1/vectors/search?q=%2F'],
    ['/api/v1/embed', 'embed GET /api/v1'],
    ['/api/v1/embed/llm/x', 'embed GET /api/v1/llm/x'],
    ['/api/v1/drift/branches/c1', 'core GET /api/v1/drift/branches/c1'],
    ['/api/v1/drift/conversations/c1', 'core GET /api/v1/drift/conversations/c1'],
    ['/api/v1/context/a%2Fb', 'core GET /api/v1/context/a%2Fb'],
    ['/api/v1/embeddings', 'core GET /api/v1/embeddings'],
    ['/api/v1/llms', 'core GET /api/v1/llms'],
    ['/api/v1', 'core GET /api/v1'],
  ])('forward %s as %s', async (path, seen) => {
    const { origin } = await startAll()
    expect(await (await fetch(new URL(path, origin))).text()).toBe(seen)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('forward %s', async (method) => {
    const { origin } = await startAll()
    const response = await fetch(new URL('/api/v1/embed/vectors', origin), { method })
    expect(await response.text()).toBe(`embed ${method} /api/v1/vectors`)
  })

  it.each(['/', '/api', '/api/v2/x', '/documentation', '/api/v10/x'])('do not include %s', async (path) => {
    const { app } = await startAll()
    const response = await app.inject(path)
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } })
  })

  it('keep the path of an upstream’s URL', async () => {
    const port = await startUpstream(named('core'))
    const { origin } = await startGateway({ CORE_URL: `http://127.0.0.1:${port}/behind/a/proxy/` })
    const paths = ['/api/v1/facts/b1?x=1', '/api/v1/llm/facts/b1']
    const seen = await Promise.all(paths.map(async (path) => (await fetch(new URL(path, origin))).text()))
    expect(seen).toEqual(['core GET /behind/a/proxy/api/v1/facts/b1?x=1', 'core GET /behind/a/proxy/api/v1/facts/b1'])
  })

  it('rewrite a redirect to the gateway’s path', async () => {
    const { origin } = await startGateway({
      EMBED_PORT: await startUpstream((_request, response) =>
        response.writeHead(307, { location: '/api/v1/vectors/search' }).end(),
      ),
    })
    const response = await fetch(new URL('/api/v1/embed/vectors', origin), { redirect: 'manual' })
    expect(response.headers.get('location')).toBe('/api/v1/embed/vectors/search')
  })

  it('forward websockets', async () => {
    const [core, embed] = await Promise.all(
      ['core', 'embed'].map(async (name) => {
        const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
        await once(server, 'listening')
        onTestFinished(() => server.close())
        server.on('connection', (socket, request) => {
          socket.send(`${name} ${request.url}`)
          socket.on('message', (data: Buffer) => socket.send(`${name} received ${data.toString()}`))
        })
        return String((server.address() as AddressInfo).port)
      }),
    )
    const { origin } = await startGateway({ CORE_PORT: core, EMBED_PORT: embed })
    const received = []
    for (const path of ['/api/v1/llm/chat?x=1', '/api/v1/embed/chat', '/api/v1/chat']) {
      const socket = new WebSocket(new URL(path, origin.href.replace('http', 'ws')))
      received.push(String((await once(socket, 'message'))[0]))
      socket.send('hello')
      received.push(String((await once(socket, 'message'))[0]))
      socket.close()
      await once(socket, 'close')
    }
    expect(received).toEqual([
      'core /api/v1/chat?x=1',
      'core received hello',
      'embed /api/v1/chat',
      'embed received hello',
      'core /api/v1/chat',
      'core received hello',
    ])
  })

  it.each([
    ['/api/v1/x', 'core', 'CORE_PORT'],
    ['/api/v1/llm/x', 'core', 'CORE_PORT'],
    ['/api/v1/embed/x', 'embed', 'EMBED_PORT'],
  ])('%s answers 502 while %s is down', async (path, service, variable) => {
    // Ports 1 and 2 have no listeners, and no test uses them.
    const { app } = await startGateway({ CORE_PORT: '1', EMBED_PORT: '2' })
    const response = await app.inject(path)
    expect(response.statusCode).toBe(502)
    expect(response.json()).toMatchObject({ success: false, error: { code: 'UPSTREAM_DOWN', service, variable } })
  })
})

describe('bad input', () => {
  it.each([
    ['a header bomb', `GET /health HTTP/1.1\r\nHost: x\r\nX-Bomb: ${'x'.repeat(24_000)}\r\n\r\n`, 431],
    ['many headers', `GET /health HTTP/1.1\r\nHost: x\r\n${'X-Bomb: x\r\n'.repeat(4000)}\r\n`, 431],
    ['an endless path', `GET /api/v1/${'x'.repeat(24_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01garbage\r\n\r\n', 400],
    ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['a length that is no number', 'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n', 400],
    ['two lengths', 'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks, as in request smuggling',
      'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a negative length', 'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
  ])('%s is refused, and the gateway keeps running', async (_of, bytes, status) => {
    const { origin } = await startAll()
    expect(await sendRaw(origin, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(await isHealthy(origin)).toBe(true)
  })

  it.each([
    '/api/v1/..%2f..%2fmetrics',
    '/api/v1/%2e%2e/%2e%2e/metrics',
    '/api/v1/../../metrics',
    '/api/v1/embed/..%2f..%2f..%2fmetrics',
    '/api/v1/..%5c..%5cmetrics',
    '/api/v1/%zz',
    '/api/v1/%c0%ae%c0%ae/metrics',
    '//evil.example/api/v1/x',
    '/api/v1/embed//evil.example/..%2f',
  ])('a path that leaves its prefix is refused, %s', async (path) => {
    const { origin } = await startAll()
    const answer = await sendRaw(origin, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(await isHealthy(origin)).toBe(true)
  })

  it('a malformed chunk closes both connections, and the gateway keeps running', async () => {
    const { origin } = await startAll()
    const head = 'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(await sendRaw(origin, `${head}zz\r\nhello\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(await isHealthy(origin)).toBe(true)
  })

  it('malformed JSON is refused by the upstream', async () => {
    const core = createService({ service: 'core', version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
    core.post('/api/v1/facts', () => 'parsed')
    onTestFinished(() => core.close())
    const { port } = new URL(await core.listen({ port: 0, host: '127.0.0.1' }))
    const { origin } = await startGateway({ CORE_PORT: port })
    const post = (body: string, type = 'application/json') =>
      fetch(new URL('/api/v1/facts', origin), { method: 'POST', headers: { 'content-type': type }, body })

    const statuses = [await post('{"a":'), await post('{"__proto__":{}}'), await post('<x/>', 'text/xml')]
    expect(statuses.map(({ status }) => status)).toEqual([400, 400, 415])
    expect(await (await post('{"a":')).json()).toMatchObject({
      success: false,
      error: { code: 'FST_ERR_CTP_INVALID_JSON_BODY' },
    })
    expect(await isHealthy(origin)).toBe(true)
  })

  it('100 MB are refused, and the gateway keeps running', async () => {
    const { origin } = await startAll()
    const body = Buffer.alloc(100 * 1024 * 1024)
    const response = await fetch(new URL('/api/v1/x', origin), { method: 'POST', body })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } })
    expect(await isHealthy(origin)).toBe(true)
  })

  it('of every upstream’s limit pass, and its 413 for a larger one arrives', async () => {
    const start = async (service: 'core' | 'embed', bodyLimit: number) => {
      const app = createService({ service, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
      app.post<{ Body: string }>('/api/v1/x', { bodyLimit }, async ({ body }) => ({ length: body.length }))
      onTestFinished(() => app.close())
      return new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port
    }
    const limits = { core: 1024 * 1024, embed: largestBody }
    const { origin } = await startGateway({
      CORE_PORT: await start('core', limits.core),
      EMBED_PORT: await start('embed', limits.embed),
    })
    const post = async (path: string, size: number, isChunked: boolean) => {
      const text = JSON.stringify('x'.repeat(size - 2))
      const body = isChunked ? new Blob([text]).stream() : text
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(new URL(path, origin), { method: 'POST', body, headers, duplex: 'half' })
      return [response.status, ((await response.json()) as { length?: number }).length]
    }
    for (const isChunked of [false, true]) {
      expect(await post('/api/v1/x', limits.core, isChunked)).toEqual([200, limits.core - 2])
      expect(await post('/api/v1/embed/x', limits.embed, isChunked)).toEqual([200, limits.embed - 2])
      for (let round = 0; round < 5; round++)
        expect(await post('/api/v1/x', 3 * limits.core, isChunked)).toEqual([413, undefined])
    }
    expect(await post('/api/v1/embed/x', limits.embed + 1, false)).toEqual([413, undefined])
  })

  it('an upgrade that no route supports is ignored', async () => {
    const { origin } = await startAll()
    const upgrade = (path: string, to: string, method = 'GET') =>
      sendRaw(origin, `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${to}\r\n\r\n`)
    expect(await upgrade('/api/v1/x', 'irc/6.9')).toMatch(/^HTTP\/1\.1 200 [^]*core GET \/api\/v1\/x/)
    expect(await upgrade('/api/v1/x', 'h2c', 'POST')).toMatch(/^HTTP\/1\.1 200 [^]*core POST \/api\/v1\/x/)
    expect(await upgrade('/api/v1/x', 'websocket', 'POST')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await upgrade('/health', 'websocket')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await upgrade('/nowhere', 'websocket')).toMatch(/^HTTP\/1\.1 404 /)
    expect(await upgrade('/api/v1/..%2f..%2fmetrics', 'websocket')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await isHealthy(origin)).toBe(true)
  })

  it('200 sockets that break off at any byte do not stop the gateway', async () => {
    const { origin } = await startAll()
    const bytes = 'POST /api/v1/embed/x HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhello'
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const socket = connect(Number(origin.port), origin.hostname).on('error', () => {})
        socket.write(bytes.slice(0, index % bytes.length))
        await delay(index % 50)
        if (index % 2) socket.resetAndDestroy()
        else socket.destroy()
      }),
    )
    expect(await isHealthy(origin)).toBe(true)
    expect((await fetch(new URL('/api/v1/x', origin))).status).toBe(200)
  })
})

it('finishes a request in flight before it stops', async () => {
  const arrived = createServer()
  const { app, origin } = await startGateway({
    CORE_PORT: await startUpstream((_request, response) => {
      arrived.emit('arrived')
      setTimeout(() => response.write('one'), 100)
      setTimeout(() => response.end('two'), 300)
    }),
  })
  const arrival = once(arrived, 'arrived')
  const response = fetch(new URL('/api/v1/slow', origin))
  await arrival
  const closed = app.close()
  expect(await (await response).text()).toBe('onetwo')
  await expect(closed).resolves.toBeUndefined()
})

it('stops while websockets are open', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  onTestFinished(() => server.close())
  const { app, origin } = await startGateway({ CORE_PORT: String((server.address() as AddressInfo).port) })
  const socket = new WebSocket(new URL('/api/v1/chat', origin.href.replace('http', 'ws')))
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await app.close()
  await expect(closed).resolves.toBeDefined()
})

it('counts requests by route pattern', async () => {
  const { app, origin } = await startAll()
  await fetch(new URL('/api/v1/facts/b1', origin))
  await fetch(new URL('/api/v1/embed/vectors/1', origin))
  const { payload } = await app.inject('/metrics')
  expect(payload).toContain('http_request_duration_seconds_count{method="GET",route="/api/v1/*",status_code="200"} 1')
  expect(payload).toContain(
    'http_request_duration_seconds_count{method="GET",route="/api/v1/embed/*",status_code="200"} 1',
  )
  expect(payload).not.toContain('b1')
})
