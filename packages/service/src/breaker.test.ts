import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createService } from './create.js'
import { registerUpstreams } from './upstream.js'

/** A service before a core and an embed, wherever `ports` say that they are. */
function startProxy(ports: { core: number; embed?: number }) {
  const env = {
    LOG_LEVEL: 'silent',
    CORE_PORT: String(ports.core),
    EMBED_PORT: String(ports.embed ?? 1),
    UPSTREAM_TIMEOUT_MS: '300',
  }
  const app = createService({ service: 'gateway', version: '1.0.0', env })
  registerUpstreams(app, env, {
    core: { paths: { '/api/v1': '/api/v1', '/api/v1/llm': '/api/v1' } },
    embed: { paths: { '/api/v1/embed': '/api/v1' } },
  })
  onTestFinished(() => app.close())
  return app
}

async function startUpstream(answer: RequestListener, port = 0): Promise<number> {
  const server = createServer(answer).listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return (server.address() as AddressInfo).port
}

/** How often each status came, of ten or so many requests. */
async function statusesOf(app: ReturnType<typeof startProxy>, path: string, count = 10) {
  const counts: Record<number, number> = {}
  for (let index = 0; index < count; index++) {
    const { statusCode } = await app.inject(path)
    counts[statusCode] = (counts[statusCode] ?? 0) + 1
  }
  return counts
}

describe('a circuit breaker', () => {
  it('opens when an upstream gave no answer ten times, for each of its paths, and says when to try again', async () => {
    const app = startProxy({ core: 1, embed: await startUpstream((_request, response) => response.end('embed')) })
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 502: 10 })
    const response = await app.inject('/api/v1/llm/x')
    expect(response.headers['retry-after']).toBe('1')
    expect({ status: response.statusCode, body: response.json<unknown>() }).toMatchInlineSnapshot(`
      {
        "body": {
          "error": {
            "code": "UPSTREAM_UNAVAILABLE",
            "message": "core gave no answer too often and is left alone for a second",
            "service": "core",
            "variable": "CORE_PORT",
          },
          "success": false,
        },
        "status": 503,
      }
    `)
    expect(await statusesOf(app, '/api/v1/embed/x')).toEqual({ 200: 10 })
  })

  it('asks nobody while it is open, and finds the upstream within two seconds of its return', async () => {
    const port = await getPort()
    const app = startProxy({ core: port })
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 502: 10 })
    let calls = 0
    await startUpstream((_request, response) => {
      calls++
      response.end('back')
    }, port)
    expect((await app.inject('/api/v1/x')).statusCode).toBe(503)
    expect(calls).toBe(0)
    await expect.poll(async () => (await app.inject('/api/v1/x')).payload, { timeout: 2000 }).toBe('back')
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 200: 10 })
  })

  it('lets nobody wait for the slow request that tries first, once the upstream is healthy', async () => {
    const port = await getPort()
    const app = startProxy({ core: port })
    await statusesOf(app, '/api/v1/x')
    await startUpstream((request, response) => {
      if (request.url === '/health') response.end(JSON.stringify({ status: 'ok', service: 'core' }))
      else if (request.url === '/api/v1/slow') setTimeout(() => response.end('slow'), 250)
      else response.end('quick')
    }, port)
    await expect
      .poll(
        async () => {
          const [slow, quick] = await Promise.all([app.inject('/api/v1/slow'), app.inject('/api/v1/quick')])
          return [slow.payload, quick.payload]
        },
        { timeout: 3000 },
      )
      .toEqual(['slow', 'quick'])
  })

  it('opens for an upstream that is silent', async () => {
    const app = startProxy({ core: await startUpstream(() => {}) })
    const responses = await Promise.all(Array.from({ length: 12 }, () => app.inject('/api/v1/x')))
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 12 }, () => 504))
    const startedAt = performance.now()
    expect((await app.inject('/api/v1/x')).statusCode).toBe(503)
    expect(performance.now() - startedAt).toBeLessThan(250)
  })

  it.each([400, 404, 429, 500, 502, 503, 504])('takes %i for an answer', async (status) => {
    const app = startProxy({ core: await startUpstream((_request, response) => response.writeHead(status).end()) })
    expect(await statusesOf(app, '/api/v1/x', 15)).toEqual({ [status]: 15 })
  })

  it('blames no upstream for its clients: those that go, and those that send too much', async () => {
    const app = startProxy({
      core: await startUpstream((request, response) => {
        if (request.url !== '/api/v1/slow') response.end('ok')
      }),
    })
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    for (let count = 0; count < 15; count++) {
      await fetch(`${origin}/api/v1/slow`, { signal: AbortSignal.timeout(20) }).catch(() => {})
      const payload = 'x'.repeat(1024 * 1024 + 1)
      expect((await app.inject({ method: 'POST', url: '/api/v1/x', payload })).statusCode).toBe(413)
    }
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 200: 10 })
  })
})

describe('the metrics', () => {
  async function metricsOf(app: ReturnType<typeof startProxy>, name: string): Promise<string[]> {
    const { payload } = await app.inject('/metrics')
    return payload.split('\n').filter((line) => line.startsWith(`${name}{`))
  }

  it('count what an upstream did not answer, by the reason, and show its circuit', async () => {
    const embed = await startUpstream((request, response) => {
      if (request.url === '/api/v1/ended') request.socket.destroy()
      else if (request.url === '/api/v1/babble') request.socket.end('SSH-2.0-OpenSSH\r\n')
      else if (request.url === '/api/v1/broken') {
        response.writeHead(200, { 'content-length': 100 }).write('half')
        setTimeout(() => response.socket?.destroy(), 20)
      }
    })
    const app = startProxy({ core: 1, embed })
    await statusesOf(app, '/api/v1/x', 12)
    // Before the circuit half-opens again by itself.
    expect(await metricsOf(app, 'upstream_circuit')).toEqual([
      'upstream_circuit{upstream="core",state="closed"} 0',
      'upstream_circuit{upstream="core",state="open"} 1',
      'upstream_circuit{upstream="core",state="half_open"} 0',
      'upstream_circuit{upstream="embed",state="closed"} 1',
      'upstream_circuit{upstream="embed",state="open"} 0',
      'upstream_circuit{upstream="embed",state="half_open"} 0',
    ])
    for (const path of ['ended', 'babble', 'silent', 'broken'])
      await app.inject(`/api/v1/embed/${path}`).catch(() => {})
    expect(await metricsOf(app, 'upstream_errors_total')).toEqual([
      'upstream_errors_total{upstream="core",reason="unreachable"} 10',
      'upstream_errors_total{upstream="core",reason="open"} 2',
      'upstream_errors_total{upstream="embed",reason="ended"} 1',
      'upstream_errors_total{upstream="embed",reason="babble"} 1',
      'upstream_errors_total{upstream="embed",reason="timeout"} 1',
      'upstream_errors_total{upstream="embed",reason="broken"} 1',
    ])
  })

  it('show the use of the connections, which are kept for the next request', async () => {
    let connections = 0
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/x') response.end('ok')
    }).on('connection', () => connections++)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const app = startProxy({ core: (server.address() as AddressInfo).port })
    await statusesOf(app, '/api/v1/x')
    // A second may be opened before the first is told that its answer has ended.
    expect(connections).toBeLessThanOrEqual(2)
    await expect
      .poll(() => metricsOf(app, 'upstream_connections'))
      .toContain(`upstream_connections{upstream="core",state="free"} ${connections}`)
    const slow = app.inject('/api/v1/slow')
    await expect
      .poll(() => metricsOf(app, 'upstream_connections'))
      .toContain('upstream_connections{upstream="core",state="busy"} 1')
    expect(await metricsOf(app, 'upstream_requests')).toContain('upstream_requests{upstream="core",state="running"} 1')
    await slow
  })
})
