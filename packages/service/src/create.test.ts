import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { findCheckout } from '@driftos/ports/checkout'
import getPort from 'get-port'
import { afterEach, describe, expect, it } from 'vitest'
import { createService } from './create.js'
import { upstream, upstreamVariable } from './services.fixture.js'
import { startFixture } from './start.fixture.js'

const fixture = new URL('./run.fixture.ts', import.meta.url)

const apps: ReturnType<typeof createService>[] = []
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))

function create() {
  const app = createService({ service: upstream, version: '1.2.3', env: { LOG_LEVEL: 'silent' } })
  app.get('/things/:id', () => 'a thing')
  app.post('/things', () => 'made')
  app.get('/fail', () => {
    throw new Error('password=hunter2')
  })
  app.get('/fail/503', () => {
    throw Object.assign(new Error('at postgres://user:hunter2@db'), { statusCode: 503, code: 'INNER' })
  })
  app.get('/fail/409', () => {
    throw Object.assign(new Error('the branch is there already'), { statusCode: 409, code: 'CONFLICT' })
  })
  apps.push(app)
  return app
}

describe('/health', () => {
  it('returns the service name and its version', async () => {
    const response = await create().inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toContain('application/json')
    expect(response.json()).toEqual({
      status: 'ok',
      service: upstream,
      version: '1.2.3',
      uptime: expect.any(Number) as number,
      instance: findCheckout(process.cwd())?.instance,
    })
  })

  it('leaves the checkout out in production', async () => {
    const env = { LOG_LEVEL: 'silent', NODE_ENV: 'production' }
    const app = createService({ service: upstream, version: '1.2.3', env })
    apps.push(app)
    expect((await app.inject('/health')).json()).not.toHaveProperty('instance')
  })

  it('answers HEAD', async () => {
    expect((await create().inject({ method: 'HEAD', url: '/health' })).statusCode).toBe(200)
  })
})

describe('close', () => {
  it('closes a connection that arrives while the service stops', async () => {
    const app = create()
    let late: Socket | undefined
    app.addHook('preClose', async () => {
      late = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
      await once(app.server, 'connection')
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    await app.close()
    await expect.poll(() => late?.closed).toBe(true)
  })
})

describe('an error', () => {
  it.each([
    ['GET', '/nowhere?token=hunter2', 404, { code: 'NOT_FOUND', message: `${upstream} does not serve GET /nowhere` }],
    ['POST', '/health', 404, { code: 'NOT_FOUND', message: `${upstream} does not serve POST /health` }],
    ['GET', '/fail', 500, { code: 'INTERNAL', message: `${upstream} failed to answer; see its log for the reason` }],
    [
      'GET',
      '/fail/503',
      503,
      { code: 'INTERNAL', message: `${upstream} failed to answer; see its log for the reason` },
    ],
    ['GET', '/fail/409', 409, { code: 'CONFLICT', message: 'the branch is there already' }],
  ] as const)('has the API format, %s %s', async (method, url, status, error) => {
    const response = await create().inject({ method, url })
    expect({ status: response.statusCode, body: response.json<unknown>() }).toEqual({
      status,
      body: { success: false, error },
    })
    expect(response.payload).not.toContain('hunter2')
  })

  it.each([
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
    ['text/xml', '<x/>', 415],
    ['application/json', `"${'x'.repeat(1024 * 1024)}"`, 413],
  ])('for an invalid body has a client error status, %s %.9s', async (type, payload, status) => {
    const headers = { 'content-type': type }
    const response = await create().inject({ method: 'POST', url: '/things', headers, payload })
    expect(response.statusCode).toBe(status)
    expect(response.json()).toMatchObject({
      success: false,
      error: { code: expect.stringMatching(/^[A-Z_]+$/) as string },
    })
  })
})

describe('a path', () => {
  it('may contain an id of 200 characters in any script', async () => {
    const response = await create().inject(`/things/${encodeURIComponent('例'.repeat(200))}`)
    expect(response.statusCode).toBe(200)
  })

  it('that cannot be decoded is refused, with the usual headers', async () => {
    const { statusCode, headers } = await create().inject('/%ff')
    expect(statusCode).toBe(400)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) })
  })
})

describe('/metrics', () => {
  it('contains process and request metrics in the Prometheus format', async () => {
    const app = create()
    await app.inject('/things/1')
    const response = await app.inject('/metrics')
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.payload).toMatch(/^process_cpu_user_seconds_total \d/m)
    expect(response.payload).toMatch(/^nodejs_eventloop_lag_seconds \d/m)
    expect(response.payload).toMatch(
      /^http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status_code="200"\} 1$/m,
    )
  })

  it('labels requests by route pattern, not by path', async () => {
    const app = create()
    for (let index = 0; index < 20; index++) {
      await app.inject(`/things/${index}?q=${index}`)
      await app.inject(`/nowhere/${index}`)
    }
    const { payload } = await app.inject('/metrics')
    const routes = new Set(Array.from(payload.matchAll(/route="([^"]*)"/g), ([, route]) => route))
    expect(routes).toEqual(new Set(['/things/:id', 'none']))
  })

  it('are separate for two services in one process', async () => {
    const [one, other] = [create(), create()]
    await one.inject('/things/1')
    expect((await other.inject('/metrics')).payload).not.toContain('/things/:id')
  })
})

describe('the log', () => {
  it('consists of JSON lines with the service name and without secrets', async () => {
    const port = await getPort()
    const { child, printed } = startFixture(fixture, { [upstreamVariable]: String(port) })
    await printed('Server listening')
    const headers = { authorization: 'Bearer hunter2', cookie: 'session=hunter2', 'x-api-key': 'hunter2' }
    for (const path of ['/slow', '/fail', '/nowhere', '/%zz']) {
      await fetch(`http://localhost:${port}${path}?token=hunter2`, { headers }).then((response) => response.text())
    }
    child.kill('SIGTERM')
    const { stdout, stderr } = await child
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as { service: string; path?: string })
    expect(new Set(lines.map(({ service }) => service))).toEqual(new Set([upstream]))
    expect(lines.map(({ path }) => path)).toEqual(expect.arrayContaining(['/slow', '/fail', '/nowhere']))
    expect(stdout).toContain('the inner reason')
    expect(stdout + stderr).not.toContain('hunter2')
  })

  it('leaves out health checks', async () => {
    const port = await getPort()
    const { child, printed } = startFixture(fixture, { [upstreamVariable]: String(port) })
    await printed('Server listening')
    for (const path of ['/health', '/metrics']) await (await fetch(`http://localhost:${port}${path}`)).text()
    child.kill('SIGTERM')
    expect((await child).stdout).not.toMatch(/\/health|\/metrics/)
  })
})
