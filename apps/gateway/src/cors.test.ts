import { describe, expect, it } from 'vitest'
import { PORTS } from '@driftos/ports'
import { startAll, startGateway, startUpstream } from './gateway.fixture.js'

const demo = `http://localhost:${PORTS.demo}`

async function send(origin: URL, path: string, init: RequestInit) {
  const response = await fetch(new URL(path, origin), init)
  const headers = Object.fromEntries(
    Array.from(response.headers).filter(([name]) => name.startsWith('access-control') || name === 'vary'),
  )
  return { status: response.status, headers, body: await response.text() }
}

describe('a page', () => {
  it.each([
    ['the demo', demo],
    ['the website', `http://localhost:${PORTS.website}`],
    ['the demo, by address', `http://127.0.0.1:${PORTS.demo}`],
    ['the website, by address', `http://[::1]:${PORTS.website}`],
  ])('at %s may read answers', async (_of, page) => {
    const { origin } = await startAll()
    const { headers, body } = await send(origin, '/api/v1/x', { headers: { origin: page } })
    expect(headers).toMatchObject({ 'access-control-allow-origin': page, vary: 'Origin' })
    expect(headers['access-control-expose-headers']).toContain('x-request-id')
    expect(body).toBe('core GET /api/v1/x')
  })

  it('is allowed at its current origin only', async () => {
    const { origin } = await startAll({ DEMO_URL: 'https://demo.example.com/behind/', WEBSITE_PORT: '44004' })
    const allowed = []
    for (const page of ['https://demo.example.com', 'http://localhost:44004', demo]) {
      const { headers } = await send(origin, '/api/v1/x', { headers: { origin: page } })
      allowed.push(headers['access-control-allow-origin'])
    }
    expect(allowed).toEqual(['https://demo.example.com', 'http://localhost:44004', undefined])
  })

  it.each([
    'https://evil.example',
    'null',
    `https://localhost:${PORTS.demo}`,
    `http://localhost:${PORTS.demo}.evil.example`,
    `http://localhost:${PORTS.core}`,
  ])('at %s may not read answers', async (page) => {
    const { origin } = await startAll()
    const { headers } = await send(origin, '/api/v1/x', { headers: { origin: page } })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers['vary']).toBe('Origin')
  })

  it('gets preflight answers without a key', async () => {
    const { origin } = await startAll({ GATEWAY_API_KEYS: 'one', GATEWAY_RATE_LIMIT: '1' })
    for (let count = 0; count < 3; count++) {
      const { status, headers } = await send(origin, '/api/v1/drift/route', {
        method: 'OPTIONS',
        headers: {
          origin: demo,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(status).toBe(204)
      expect(headers).toMatchObject({
        'access-control-allow-origin': demo,
        'access-control-allow-headers': 'authorization,content-type',
      })
      expect(headers['access-control-allow-methods']).toContain('DELETE')
    }
  })

  it('may read the error of a refused request', async () => {
    const { origin } = await startAll({ GATEWAY_API_KEYS: 'one', GATEWAY_RATE_LIMIT: '1' })
    for (const status of [401, 429]) {
      expect(await send(origin, '/api/v1/x', { headers: { origin: demo } })).toMatchObject({
        status,
        headers: { 'access-control-allow-origin': demo },
      })
    }
  })
})

it('forwards OPTIONS requests that are no preflight', async () => {
  const { origin } = await startAll()
  const { status, body } = await send(origin, '/api/v1/x', { method: 'OPTIONS', headers: { origin: demo } })
  expect({ status, body }).toEqual({ status: 200, body: 'core OPTIONS /api/v1/x' })
  expect(await send(origin, '/nowhere', { method: 'OPTIONS' })).toMatchObject({ status: 404 })
})

it('replaces the CORS header of an upstream, and keeps its vary header', async () => {
  const CORE_PORT = await startUpstream((_request, response) =>
    response.writeHead(200, { 'access-control-allow-origin': '*', vary: 'Accept' }).end(),
  )
  const { origin } = await startGateway({ CORE_PORT })
  const { headers } = await send(origin, '/api/v1/x', { headers: { origin: demo } })
  expect(headers).toMatchObject({ 'access-control-allow-origin': demo, vary: 'Origin, Accept' })
})
