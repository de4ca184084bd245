import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startAll, startGateway, startProcess, startUpstream } from './gateway.fixture.js'

const keys = { GATEWAY_API_KEYS: 'first-key, second-key' }

async function get(origin: URL, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, origin), { headers })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

describe('with keys, the gateway', () => {
  it.each([
    ['Authorization', { authorization: 'Bearer first-key' }],
    ['Authorization, in another case', { authorization: 'bearer second-key' }],
    ['x-api-key', { 'x-api-key': 'second-key' }],
    ['x-api-key, with another token', { 'x-api-key': 'first-key', authorization: 'Bearer other' }],
    ['Authorization, with another key', { 'x-api-key': 'other', authorization: 'Bearer first-key' }],
  ])('serves the API to a key in %s', async (_of, headers) => {
    const { origin } = await startAll(keys)
    expect(await get(origin, '/api/v1/facts/b1', headers)).toMatchObject({
      status: 200,
      body: 'core GET /api/v1/facts/b1',
    })
    expect(await get(origin, '/api/v1/embed/vectors', headers)).toMatchObject({ status: 200 })
  })

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'third-key' }],
    ['a part of a key', { 'x-api-key': 'first-ke' }],
    ['a key and more', { 'x-api-key': 'first-keyy' }],
    ['both keys', { 'x-api-key': 'first-key, second-key' }],
    ['another case', { authorization: 'Bearer FIRST-KEY' }],
    ['another scheme', { authorization: 'Basic first-key' }],
    ['a bare key', { authorization: 'first-key' }],
    ['an empty key', { 'x-api-key': '' }],
    ['a scheme alone', { authorization: 'Bearer ' }],
  ])('refuses %s', async (_of, headers) => {
    let calls = 0
    const CORE_PORT = await startUpstream((_request, response) => {
      calls++
      response.end()
    })
    const { origin } = await startGateway({ ...keys, CORE_PORT })
    for (const path of ['/api/v1/x', '/api/v1/llm/x', '/api/v1/embed/x', '/api/v1']) {
      const { status, headers: answered, body } = await get(origin, path, headers)
      expect({ status, scheme: answered.get('www-authenticate') }).toEqual({ status: 401, scheme: 'Bearer' })
      expect(JSON.parse(body)).toMatchObject({ success: false, error: { code: 'UNAUTHORIZED' } })
      expect(body).not.toMatch(/first|second|third/)
    }
    expect(calls).toBe(0)
  })

  it('refuses requests before it reads their body', async () => {
    const { origin } = await startAll(keys)
    const response = await fetch(new URL('/api/v1/x', origin), { method: 'POST', body: Buffer.alloc(2_000_000) })
    expect(response.status).toBe(401)
  })

  it('needs no key for health and metrics', async () => {
    const { origin } = await startAll(keys)
    for (const path of ['/health', '/health/services', '/metrics']) {
      expect(await get(origin, path)).toMatchObject({ status: 200 })
    }
  })

  it('removes its keys from forwarded requests, and forwards other credentials', async () => {
    const seen: unknown[] = []
    const CORE_PORT = await startUpstream(({ headers }, response) => {
      seen.push([headers.authorization, headers['x-api-key']])
      response.end()
    })
    const { origin } = await startGateway({ ...keys, CORE_PORT })
    await get(origin, '/api/v1/x', { 'x-api-key': 'first-key', authorization: 'Bearer other' })
    await get(origin, '/api/v1/x', { 'x-api-key': 'other', authorization: 'Bearer first-key' })
    await get(origin, '/api/v1/x', { 'x-api-key': 'first-key', authorization: 'Bearer second-key' })
    expect(seen).toEqual([
      ['Bearer other', undefined],
      [undefined, 'other'],
      [undefined, undefined],
    ])
  })

  it('refuses websockets without a key', async () => {
    const { origin } = await startAll(keys)
    const socket = new WebSocket(new URL('/api/v1/chat', origin.href.replace('http', 'ws'))).on('error', () => {})
    onTestFinished(() => socket.terminate())
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(401)
  })
})

it('forwards every header when the gateway has no keys', async () => {
  const CORE_PORT = await startUpstream(({ headers }, response) =>
    response.end(`${headers.authorization} ${String(headers['x-api-key'])}`),
  )
  const { origin } = await startGateway({ CORE_PORT })
  const { body } = await get(origin, '/api/v1/x', { 'x-api-key': 'a', authorization: 'Bearer b' })
  expect(body).toBe('Bearer b a')
})

describe('the process', () => {
  it('does not start in production without keys', async () => {
    const { child } = await startProcess({ NODE_ENV: 'production' })
    const { exitCode, stdout, stderr } = await child
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/^GATEWAY_API_KEYS is not set: .*openssl rand -hex 32\)$/)
  })

  it('never prints a key', async () => {
    const env = { NODE_ENV: 'production', LOG_LEVEL: 'trace', CORE_PORT: '1', EMBED_PORT: '2' }
    const { child, origin, started } = await startProcess({ ...env, GATEWAY_API_KEYS: 'hunter2,hunter3' })
    await started()
    for (const headers of [
      { authorization: 'Bearer hunter2' },
      { 'x-api-key': 'hunter3' },
      { 'x-api-key': 'not-hunter2' },
      { authorization: 'Basic hunter2', cookie: 'key=hunter2' },
    ]) {
      for (const path of ['/api/v1/x?key=hunter2', '/nowhere?key=hunter2', '/health/services', '/metrics']) {
        expect(await (await fetch(new URL(path, origin), { headers })).text()).not.toContain('hunter')
      }
    }
    child.kill('SIGTERM')
    const { all } = await child
    expect(all).toContain('"path":"/api/v1/x"')
    expect(all).not.toContain('hunter')
  })
})
