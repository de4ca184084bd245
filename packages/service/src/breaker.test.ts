import { largestBody } from './body-limit.js'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createService } from './create.js'
import { caller, other, upstream, upstreamVariable, variableOf } from './services.fixture.js'
import { registerUpstreams } from './upstream.js'

/** Creates a service that forwards to two upstreams on these ports. */
function startProxy(ports: { first: number; second?: number }) {
  const env = {
    LOG_LEVEL: 'silent',
    [upstreamVariable]: String(ports.first),
    [variableOf(other)]: String(ports.second ?? 1),
    UPSTREAM_TIMEOUT_MS: '300',
  }
  const app = createService({ service: caller, version: '1.0.0', env })
  registerUpstreams(app, env, {
    [upstream]: { paths: { '/api/v1': '/api/v1', '/api/v1/llm': '/api/v1' } },
    [other]: { paths: { '/api/v1/embed': '/api/v1' } },
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

/** Sends requests and counts the status codes. */
async function statusesOf(app: ReturnType<typeof startProxy>, path: string, count = 10) {
  const counts: Record<number, number> = {}
  for (let index = 0; index < count; index++) {
    const { statusCode } = await app.inject(path)
    counts[statusCode] = (counts[statusCode] ?? 0) + 1
  }
  return counts
}

describe('a circuit breaker', () => {
  it('opens after ten failures, for each path of the upstream, and returns when to retry', async () => {
    const app = startProxy({ first: 1, second: await startUpstream((_request, response) => response.end('second')) })
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 502: 10 })
    const response = await app.inject('/api/v1/llm/x')
    expect(response.headers['retry-after']).toBe('1')
    expect({ status: response.statusCode, body: response.json<unknown>() }).toEqual({
      status: 503,
      body: {
        success: false,
        error: {
          code: 'UPSTREAM_UNAVAILABLE',
          message: `${upstream} is unavailable (circuit open); retrying in 1 s`,
          service: upstream,
          variable: upstreamVariable,
        },
      },
    })
    expect(await statusesOf(app, '/api/v1/embed/x')).toEqual({ 200: 10 })
  })

  it('forwards nothing while it is open, and closes within two seconds of the upstream’s return', async () => {
    const port = await getPort()
    const app = startProxy({ first: port })
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 502: 10 })
    let calls = 0
    await startUpstream((_request, response) => {
      calls++
      response.end('back')
    }, port)
    expect((await app.inject('/api/v1/x')).statusCode).toBe(503)
    expect(calls).toBe(0)
    await expect.poll(async () => (await app.inject('/api/v1/x')).payload).toBe('back')
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 200: 10 })
  })

  it('closes once the upstream is healthy, even if the first retried request is slow', async () => {
    const port = await getPort()
    const app = startProxy({ first: port })
    await statusesOf(app, '/api/v1/x')
    await startUpstream((request, response) => {
      if (request.url === '/health') response.end(JSON.stringify({ status: 'ok', service: upstream }))
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

  it('opens for an upstream that does not answer', async () => {
    const app = startProxy({ first: await startUpstream(() => {}) })
    const responses = await Promise.all(Array.from({ length: 12 }, () => app.inject('/api/v1/x')))
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 12 }, () => 504))
    expect((await app.inject('/api/v1/x')).statusCode).toBe(503)
  })

  it.each([400, 404, 429, 500, 502, 503, 504])('counts status %i as an answer', async (status) => {
    const app = startProxy({ first: await startUpstream((_request, response) => response.writeHead(status).end()) })
    expect(await statusesOf(app, '/api/v1/x', 15)).toEqual({ [status]: 15 })
  })

  it('ignores failures by clients: aborted and oversized requests', async () => {
    const app = startProxy({
      first: await startUpstream((request, response) => {
        if (request.url !== '/api/v1/slow') response.end('ok')
      }),
    })
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    for (let count = 0; count < 15; count++) {
      await fetch(`${origin}/api/v1/slow`, { signal: AbortSignal.timeout(20) }).catch(() => {})
      const headers = { 'content-length': String(largestBody + 1) }
      expect((await app.inject({ method: 'POST', url: '/api/v1/x', headers, payload: 'x' })).statusCode).toBe(413)
    }
    expect(await statusesOf(app, '/api/v1/x')).toEqual({ 200: 10 })
  })
})

describe('the metrics', () => {
  async function metricsOf(app: ReturnType<typeof startProxy>, name: string): Promise<string[]> {
    const { payload } = await app.inject('/metrics')
    return payload.split('\n').filter((line) => line.startsWith(`${name}{`))
  }

  it('count failures by reason and show the state of the circuit', async () => {
    const second = await startUpstream((request, response) => {
      if (request.url === '/api/v1/ended') request.socket.destroy()
      else if (request.url === '/api/v1/babble') request.socket.end('SSH-2.0-OpenSSH\r\n')
      else if (request.url === '/api/v1/broken') {
        response.writeHead(200, { 'content-length': 100 }).write('half')
        setTimeout(() => response.socket?.destroy(), 20)
      }
    })
    const app = startProxy({ first: 1, second })
    await statusesOf(app, '/api/v1/x', 12)
    // Before the circuit half-opens.
    expect(await metricsOf(app, 'upstream_circuit')).toEqual([
      `upstream_circuit{upstream="${upstream}",state="closed"} 0`,
      `upstream_circuit{upstream="${upstream}",state="open"} 1`,
      `upstream_circuit{upstream="${upstream}",state="half_open"} 0`,
      `upstream_circuit{upstream="${other}",state="closed"} 1`,
      `upstream_circuit{upstream="${other}",state="open"} 0`,
      `upstream_circuit{upstream="${other}",state="half_open"} 0`,
    ])
    for (const path of ['ended', 'babble', 'silent', 'broken'])
      await app.inject(`/api/v1/embed/${path}`).catch(() => {})
    expect(await metricsOf(app, 'upstream_errors_total')).toEqual([
      `upstream_errors_total{upstream="${upstream}",reason="unreachable"} 10`,
      `upstream_errors_total{upstream="${upstream}",reason="open"} 2`,
      `upstream_errors_total{upstream="${other}",reason="ended"} 1`,
      `upstream_errors_total{upstream="${other}",reason="babble"} 1`,
      `upstream_errors_total{upstream="${other}",reason="timeout"} 1`,
      `upstream_errors_total{upstream="${other}",reason="broken"} 1`,
    ])
  })

  it('show the use of the connections, which are reused', async () => {
    let connections = 0
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/x') response.end('ok')
    }).on('connection', () => connections++)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const app = startProxy({ first: (server.address() as AddressInfo).port })
    await statusesOf(app, '/api/v1/x')
    // A second connection may open before the first is free again.
    expect(connections).toBeLessThanOrEqual(2)
    await expect
      .poll(() => metricsOf(app, 'upstream_connections'))
      .toContain(`upstream_connections{upstream="${upstream}",state="free"} ${connections}`)
    const slow = app.inject('/api/v1/slow')
    await expect
      .poll(() => metricsOf(app, 'upstream_connections'))
      .toContain(`upstream_connections{upstream="${upstream}",state="busy"} 1`)
    expect(await metricsOf(app, 'upstream_requests')).toContain(
      `upstream_requests{upstream="${upstream}",state="running"} 1`,
    )
    await slow
  })
})
