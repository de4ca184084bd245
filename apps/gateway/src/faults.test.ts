import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isHealthy, named, startAll, startGateway, startProcess, startUpstream } from './gateway.fixture.js'

/** Opens connections to a gateway until the test ends, and uses each once if `use` is given. */
async function open(origin: URL, count: number, use?: (socket: Socket) => Promise<void>): Promise<Socket[]> {
  const sockets: Socket[] = []
  onTestFinished(() => {
    // A reset leaves no thousands of connections in TIME_WAIT for later tests.
    for (const socket of sockets) socket.resetAndDestroy()
  })
  // In portions: the queue of a listener has a few hundred entries.
  while (sockets.length < count) {
    const portion = Array.from({ length: Math.min(250, count - sockets.length) }, () =>
      connect(Number(origin.port), origin.hostname).on('error', () => {}),
    )
    sockets.push(...portion)
    await Promise.all(portion.map((socket) => once(socket, 'connect').then(() => use?.(socket))))
  }
  return sockets
}

describe('clients', () => {
  it('with 10,000 idle connections do not block other clients', async () => {
    // In a separate process: both sides together exceed the descriptors of one.
    const { origin, started } = await startProcess({ CORE_PORT: await startUpstream(named('core')) })
    await started()
    const sockets = await open(origin, 10_000, async (socket) => {
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
      await once(socket, 'data')
    })
    expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([])
    expect(await isHealthy(origin)).toBe(true)
    expect(await (await fetch(new URL('/api/v1/x', origin))).text()).toBe('core GET /api/v1/x')
  })

  it('that send nothing are disconnected', async () => {
    const { origin } = await startAll()
    const sockets = await open(origin, 100)
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')))
    expect(await isHealthy(origin)).toBe(true)
  })

  it('that never finish their headers get 408 and are disconnected, while others are served', async () => {
    const { origin } = await startAll()
    const sockets = await open(origin, 200)
    const answers = sockets.map(async (socket) => {
      let answer = ''
      socket.write('GET /api/v1/x HTTP/1.1\r\nHost: x\r\n')
      const trickle = setInterval(() => socket.write('X-Slow: 1\r\n'), 500)
      for await (const chunk of socket.setEncoding('latin1')) answer += String(chunk)
      clearInterval(trickle)
      return answer
    })
    expect(await (await fetch(new URL('/api/v1/x', origin))).text()).toBe('core GET /api/v1/x')
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that do not read their answers use no more memory than the buffers', async () => {
    const chunk = Buffer.alloc(64 * 1024)
    let sent = 0
    const CORE_PORT = await startUpstream((_request, response) => {
      const send = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
        sent += chunk.length
      }
      response.on('drain', send)
      send()
    })
    const { origin } = await startGateway({ CORE_PORT })
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const request = httpRequest(new URL('/api/v1/endless', origin), { agent: false }).end()
        const [response] = (await once(request, 'response')) as [IncomingMessage]
        response.on('error', () => {})
        return response.pause()
      }),
    )
    let before = -1
    await expect
      .poll(
        () => {
          const isStill = sent === before
          before = sent
          return isStill
        },
        { interval: 300, timeout: 15_000 },
      )
      .toBe(true)
    // Mostly the kernel's buffers, two sockets per client.
    expect(sent / answers.length).toBeLessThan(32 * 1024 * 1024)
    expect(await isHealthy(origin)).toBe(true)
    for (const answer of answers) answer.destroy()
  })
})

describe('an upstream', () => {
  it('that crashes during a hundred streams ends each of them, and is used again after a restart', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/stream')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      else response.end('back')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { app, origin } = await startGateway({ CORE_PORT: String((server.address() as AddressInfo).port) })
    const responses = await Promise.all(Array.from({ length: 100 }, () => fetch(new URL('/api/v1/stream', origin))))
    const ends = responses.map((response) => response.text().catch((error: Error) => error.message))
    server.closeAllConnections()
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['terminated']))
    expect(await (await fetch(new URL('/api/v1/x', origin))).text()).toBe('back')
    expect((await app.inject('/metrics')).payload).toContain(
      'upstream_errors_total{upstream="core",reason="broken"} 100',
    )
  })

  it('that accepts connections without answering does not affect the other upstream', async () => {
    const CORE_PORT = await startUpstream(() => {})
    const EMBED_PORT = await startUpstream(named('embed'))
    const { origin } = await startGateway({ CORE_PORT, EMBED_PORT, UPSTREAM_TIMEOUT_MS: '500' })
    const silent = Array.from({ length: 100 }, () => fetch(new URL('/api/v1/x', origin)))
    await delay(50)
    expect(await (await fetch(new URL('/api/v1/embed/x', origin))).text()).toBe('embed GET /api/v1/x')
    const statuses = (await Promise.all(silent)).map(({ status }) => status)
    // The last requests may find the circuit open.
    expect(statuses.filter((status) => status !== 504 && status !== 503)).toEqual([])
    expect(statuses).toContain(504)
  })

  it('that answers with oversized headers gives 502', async () => {
    const CORE_PORT = await startUpstream((_request, response) =>
      response.writeHead(200, { 'x-bomb': 'x'.repeat(64_000) }).end('boom'),
    )
    const { origin } = await startGateway({ CORE_PORT })
    const response = await fetch(new URL('/api/v1/x', origin))
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'UPSTREAM_DOWN', service: 'core' } })
    expect(await isHealthy(origin)).toBe(true)
  })
})

describe('in production', () => {
  const production = { NODE_ENV: 'production', GATEWAY_API_KEYS: 'one' }

  it.each([
    ['down', undefined, 502],
    ['silent', () => {}, 504],
  ] as const)('no answer contains the address of an upstream that is %s', async (_state, answer, status) => {
    const CORE_PORT = answer ? await startUpstream(answer) : '1'
    const { origin } = await startGateway({ ...production, CORE_PORT, UPSTREAM_TIMEOUT_MS: '300' })
    const response = await fetch(new URL('/api/v1/x', origin), { headers: { 'x-api-key': 'one' } })
    const text = `${JSON.stringify(Array.from(response.headers))} ${await response.text()}`
    expect(response.status).toBe(status)
    expect(text).toContain('"service":"core"')
    expect(text).not.toMatch(new RegExp(`127\\.0\\.0\\.1|localhost|::1|\\b${CORE_PORT}\\b`))
  })

  it('/health/services has the states of the upstreams without their ports', async () => {
    const { app } = await startGateway({
      ...production,
      CORE_PORT: await startUpstream(named('someone')),
      EMBED_PORT: '1',
    })
    expect((await app.inject('/health/services')).json()).toEqual({
      services: [
        { service: 'core', state: 'stranger' },
        { service: 'embed', state: 'down' },
      ],
    })
  })
})

describe('the id of a request', () => {
  async function idsOf(given?: string) {
    let seen: unknown
    const CORE_PORT = await startUpstream((request, response) => {
      seen = request.headers['x-request-id']
      response.writeHead(200, { 'x-request-id': 'of the upstream' }).end()
    })
    const { origin } = await startGateway({ CORE_PORT })
    const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given }
    const response = await fetch(new URL('/api/v1/x', origin), { headers })
    return { answered: response.headers.get('x-request-id'), seen }
  }

  it('is the client’s, if it is plain, for the upstream and in the answer', async () => {
    expect(await idsOf('01J9-abc.def:1_2')).toEqual({ answered: '01J9-abc.def:1_2', seen: '01J9-abc.def:1_2' })
  })

  it.each([undefined, 'a b', 'x'.repeat(129), '<script>', '{"a":1}'])('is generated instead of %j', async (given) => {
    const { answered, seen } = await idsOf(given)
    expect(answered).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    expect(seen).toBe(answered)
  })
})
