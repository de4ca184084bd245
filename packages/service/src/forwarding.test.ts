import { once } from 'node:events'
import { createServer, request as httpRequest, Agent, type IncomingMessage, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { Env } from '@driftos/ports'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { largestBody } from './body-limit.js'
import { restartMs } from './time-limits.js'
import { upstreamVariable } from './services.fixture.js'
import { sendRaw, startProxy, startUpstream } from './upstream.fixture.js'

/** Answers with the headers that arrived, in JSON. */
const mirror: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end(JSON.stringify(request.headers)))
}

/** Returns the headers that the upstream gets for a request with these. */
async function seen(env: Env, lines: string): Promise<Record<string, string>> {
  const { origin } = await startProxy(await startUpstream(mirror), env)
  const answer = await sendRaw(origin, `GET /api/v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n`)
  return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Record<string, string>
}

/** The headers in which software looks for the address or the request of a client. */
const spoofed = [
  'Forwarded',
  'X-Forwarded',
  'X-Forwarded-By',
  'X-Forwarded-Client-Cert',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Forwarded-Ssl',
  'X-Forwarded-User',
  'X_Forwarded_For',
  'X-Real-IP',
  'X_Real_IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Connecting-IPv6',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'Client-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Envoy-External-Address',
  'X-Envoy-Original-Path',
  'X-Original-Forwarded-For',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Remote-Addr',
  'X-Azure-ClientIP',
  'X-AppEngine-User-IP',
  'WL-Proxy-Client-IP',
  'CloudFront-Viewer-Address',
]

describe('forwarding headers', () => {
  it.each(spoofed)('of a client are dropped, %s', async (name) => {
    const headers = await seen({}, `${name}: 6.6.6.6\r\n`)
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6')
  })

  it.each(spoofed)('of a trusted proxy are kept, %s', async (name) => {
    expect(await seen({ TRUST_PROXY: 'loopback' }, `${name}: 6.6.6.6\r\n`)).toMatchObject({
      [name.toLowerCase()]: '6.6.6.6',
    })
  })

  it.each([
    ['false', '6.6.6.6', '127.0.0.1', 'x', 'http'],
    ['10.0.0.0/8', '6.6.6.6', '127.0.0.1', 'x', 'http'],
    ['loopback', '6.6.6.6', '6.6.6.6,127.0.0.1', 'shop.example', 'https'],
    ['loopback', '6.6.6.6, 7.7.7.7', '7.7.7.7,127.0.0.1', 'shop.example', 'https'],
    ['loopback, 7.7.7.7', '5.5.5.5, 6.6.6.6, 7.7.7.7', '6.6.6.6,7.7.7.7,127.0.0.1', 'shop.example', 'https'],
    ['1', '6.6.6.6, 7.7.7.7', '7.7.7.7,127.0.0.1', 'shop.example', 'https'],
    ['2', '5.5.5.5, 6.6.6.6, 7.7.7.7', '6.6.6.6,7.7.7.7,127.0.0.1', 'shop.example', 'https'],
    ['true', '6.6.6.6, 7.7.7.7', '6.6.6.6,7.7.7.7,127.0.0.1', 'shop.example', 'https'],
  ])('with TRUST_PROXY=%s and X-Forwarded-For: %s are %s', async (TRUST_PROXY, given, addresses, host, protocol) => {
    const lines = `X-Forwarded-For: ${given}\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Proto: https\r\n`
    expect(await seen({ TRUST_PROXY }, lines)).toMatchObject({
      'x-forwarded-for': addresses,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol,
    })
  })

  it('have the host of an absolute URL, not of Host', async () => {
    const { origin } = await startProxy(await startUpstream(mirror))
    const answer = await sendRaw(
      origin,
      'GET http://right.example/api/v1/x HTTP/1.1\r\nHost: wrong.example\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toContain('"x-forwarded-host":"right.example"')
    expect(answer).not.toContain('wrong.example')
  })

  it('cannot be removed by Connection', async () => {
    const headers = await seen({}, 'Connection: x-forwarded-for, x-request-id, traceparent, via\r\n')
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-request-id': expect.any(String) as string,
      traceparent: expect.any(String) as string,
      via: expect.any(String) as string,
    })
  })
})

describe('the log line of a forwarded request', () => {
  it.each(['GET', 'POST', 'PUT', 'DELETE'])(
    'has the address of the client, the id and the trace, %s',
    async (method) => {
      const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
      onTestFinished(() => write.mockRestore())
      const env = { LOG_LEVEL: 'info', LOG_FORMAT: 'pretty', TRUST_PROXY: 'loopback' }
      const { origin } = await startProxy(await startUpstream(mirror), env)
      const traceId = '0af7651916cd43dd8448eb211c80319c'
      const headers = {
        'x-request-id': 'the-id',
        'x-forwarded-for': '192.0.2.7',
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      }
      const body = method.startsWith('P') ? 'x'.repeat(100_000) : null
      await (await fetch(new URL('/api/v1/x', origin), { method, body, headers })).text()
      const findLine = () => write.mock.calls.map(String).find((line) => line.includes('request answered'))
      await vi.waitFor(() => expect(findLine()).toBeDefined(), { timeout: 5000 })
      for (const part of ['INFO', method, '192.0.2.7', 'the-id', traceId]) expect(findLine()).toContain(part)
    },
  )
})

describe('a request that comes back to the service', () => {
  it('is answered with 508 instead of running in circles', async () => {
    const port = await getPort()
    const { app, origin } = await startProxy(port)
    const loop = createServer((request, response) => {
      const again = httpRequest(
        { port: origin.port, host: origin.hostname, path: request.url, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode!)
          answer.pipe(response)
        },
      )
      again.end()
    }).listen(port, '127.0.0.1')
    await once(loop, 'listening')
    onTestFinished(() => loop.close().closeAllConnections())
    const response = await fetch(new URL('/api/v1/x', origin))
    expect(response.status).toBe(508)
    expect(await response.json()).toMatchObject({
      error: { code: 'LOOP_DETECTED', message: expect.stringContaining(upstreamVariable) as string },
    })
    expect(app.isStopping).toBe(false)
  })
})

describe('the headers of an answer', () => {
  it('have neither a CORS policy nor the software of the upstream', async () => {
    const policy = [
      'allow-origin',
      'allow-credentials',
      'allow-methods',
      'allow-headers',
      'allow-private-network',
      'expose-headers',
      'max-age',
    ].map((name) => [`access-control-${name}`, '*'])
    const port = await startUpstream((_request, response) => {
      response
        .writeHead(200, { ...Object.fromEntries(policy), server: 'secret', 'x-powered-by': 'secret', 'x-own': 'kept' })
        .end()
    })
    const { origin } = await startProxy(port)
    const { headers } = await fetch(new URL('/api/v1/x', origin))
    expect(headers.get('x-own')).toBe('kept')
    expect([...headers.keys()].filter((name) => /^access-control-|^server$|^x-powered-by$/.test(name))).toEqual([])
  })

  it('may come after early hints, which are forwarded', async () => {
    const port = await startUpstream((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
      response.writeProcessing()
      response.end('done')
    })
    const { origin } = await startProxy(port)
    const request = (version: string) =>
      sendRaw(origin, `GET /api/v1/x HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const answer = await request('1.1')
    expect(Array.from(answer.matchAll(/^HTTP\/1\.1 (\d+)/gm), ([, status]) => status)).toEqual(['103', '200'])
    expect(answer.toLowerCase()).toContain('link: </style.css>; rel=preload; as=style')
    expect(await request('1.0')).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('100 Continue', () => {
  it.each([
    ['not sent to a client whose request is refused', 5, 401],
    ['not sent for a body that is too large', largestBody + 1, 413],
  ])('is %s', async (_of, length, status) => {
    const { origin } = await startProxy(await startUpstream(mirror), {}, (app) => {
      if (status === 401) app.addHook('preParsing', async (_request, reply) => reply.code(401).send('no'))
    })
    const answer = await sendRaw(
      origin,
      `POST /api/v1/x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`,
      new RegExp(`HTTP/1.1 ${status} [^]*\r\n\r\n`),
    )
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer.toLowerCase()).toContain('connection: close')
  })
})

describe('a service that stops', () => {
  const answer: RequestListener = (request, response) => {
    request.resume().on('end', () => setTimeout(() => response.end('answer'), Number(request.headers['x-delay'] ?? 0)))
  }

  /** Sends a request on a kept connection. */
  async function send(origin: URL, agent: Agent, method: string, body: string | undefined, delayMs = 0) {
    const request = httpRequest(new URL('/api/v1/x', origin), { method, agent, headers: { 'x-delay': delayMs } })
    request.end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return { body: await text(response), connection: response.headers.connection }
  }

  const bodies = [
    ['GET', undefined],
    ['POST', 'hello'],
    ['POST', ''],
    ['DELETE', undefined],
    ['PUT', 'x'.repeat(500_000)],
  ] as const

  it.each(bodies)('ends at once after an answered %s %.5s on a kept connection', async (method, body) => {
    const { app, origin } = await startProxy(await startUpstream(answer))
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    expect((await send(origin, agent, method, body)).body).toBe('answer')
    const startedAt = performance.now()
    await app.close()
    expect(performance.now() - startedAt).toBeLessThan(app.server.keepAliveTimeout)
  })

  it.each(bodies)('waits for a %s %.5s in flight, and closes its connection', async (method, body) => {
    const { app, origin } = await startProxy(await startUpstream(answer))
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    await send(origin, agent, 'GET', undefined)
    const inFlight = send(origin, agent, method, body, 600)
    await delay(200)
    const startedAt = performance.now()
    const closed = app.close()
    expect(await inFlight).toMatchObject({ body: 'answer', connection: 'close' })
    await closed
    expect(performance.now() - startedAt).toBeLessThan(app.server.keepAliveTimeout)
  })

  it('answers a request that follows an answer which promised to keep the connection', async () => {
    const { app, origin } = await startProxy(await startUpstream(answer))
    const sockets = Array.from({ length: 10 }, () => connect(Number(origin.port), origin.hostname))
    const sent = 'POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx'
    const unanswered = sockets.map(async (socket) => {
      onTestFinished(() => void socket.destroy())
      let [requests, answers, received] = [1, 0, '']
      socket.write(sent)
      for await (const chunk of socket.setEncoding('latin1')) {
        received += String(chunk)
        if (!received.endsWith('answer')) continue
        answers++
        if (/connection: close/i.test(received)) break
        received = ''
        requests++
        socket.write(sent)
      }
      return requests - answers
    })
    await delay(300)
    await app.close()
    expect(await Promise.all(unanswered)).toEqual(sockets.map(() => 0))
  })

  it('answers a request that arrives on a kept connection, and accepts no new one', async () => {
    const { app, origin } = await startProxy(await startUpstream(answer))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    await send(origin, agent, 'GET', undefined)
    const slow = send(origin, new Agent(), 'GET', undefined, 600)
    await delay(100)
    const closed = app.close()
    await delay(50)
    expect(await send(origin, agent, 'POST', 'hello')).toMatchObject({ body: 'answer', connection: 'close' })
    const [error] = (await once(connect(Number(origin.port), origin.hostname), 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
    expect((await slow).body).toBe('answer')
    await closed
  })
})

describe('an upstream that restarts', () => {
  it('loses no request: those that it refuses wait for it', async () => {
    const port = await getPort()
    const start = async () => {
      const server = createServer(async (request, response) => {
        response.end(String((await text(request)).length))
      }).listen(port, '127.0.0.1')
      await once(server, 'listening')
      return server
    }
    let server = await start()
    onTestFinished(() => server.close().closeAllConnections())
    const { origin } = await startProxy(port)
    expect(await (await fetch(new URL('/api/v1/x', origin))).text()).toBe('0')
    server.close().closeAllConnections()
    await once(server, 'close')
    const waiting = ['GET', 'POST', 'PUT', 'DELETE'].map(async (method) => {
      const body = method === 'GET' || method === 'DELETE' ? null : 'x'.repeat(100_000)
      const response = await fetch(new URL('/api/v1/x', origin), { method, body })
      return `${response.status} ${await response.text()}`
    })
    await delay(1500)
    server = await start()
    expect(await Promise.all(waiting)).toEqual(['200 0', '200 100000', '200 100000', '200 0'])
  })

  it.each([
    ['GET', 200, 2],
    ['HEAD', 200, 2],
    ['POST', 502, 1],
    ['PUT', 502, 1],
    ['DELETE', 502, 1],
  ])('and crashes without an answer to %s leads to %i', async (method, status, requests) => {
    let received = 0
    const server = createServer((request, response) => {
      received++
      if (received === 1) request.socket.destroy()
      else response.end('answer')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const { origin } = await startProxy((server.address() as { port: number }).port)
    expect((await fetch(new URL('/api/v1/x', origin), { method })).status).toBe(status)
    expect(received).toBe(requests)
  })

  it('gets a request that ends its process twice, not more', async () => {
    let received = 0
    const server = createServer((request) => {
      received++
      request.socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const { origin } = await startProxy((server.address() as { port: number }).port)
    expect((await fetch(new URL('/api/v1/x', origin))).status).toBe(502)
    expect(received).toBe(2)
  })

  it('is given up when it does not come back, and then at once', async () => {
    const server = createServer((_request, response) => response.end('answer')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { origin } = await startProxy((server.address() as { port: number }).port)
    await (await fetch(new URL('/api/v1/x', origin))).text()
    server.close().closeAllConnections()
    const startedAt = performance.now()
    expect((await fetch(new URL('/api/v1/x', origin))).status).toBe(502)
    const first = performance.now() - startedAt
    expect(first).toBeGreaterThan(restartMs - 2000)
    expect((await fetch(new URL('/api/v1/x', origin))).status).toBe(502)
    expect(performance.now() - startedAt - first).toBeLessThan(restartMs)
  })
})
