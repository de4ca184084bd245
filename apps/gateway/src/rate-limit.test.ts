import { describe, expect, it } from 'vitest'
import { startAll } from './gateway.fixture.js'

/** Sends requests one after the other; returns their status codes. */
async function statusesOf(origin: URL, count: number, headers: Record<string, string> = {}, path = '/api/v1/x') {
  const statuses = []
  for (let index = 0; index < count; index++) {
    const response = await fetch(new URL(path, origin), { headers })
    await response.arrayBuffer()
    statuses.push(response.status)
  }
  return statuses
}

describe('the rate limit', () => {
  it('refuses further requests of one address, and returns when to retry', async () => {
    const { origin } = await startAll({ GATEWAY_RATE_LIMIT: '3' })
    expect(await statusesOf(origin, 3)).toEqual([200, 200, 200])
    const response = await fetch(new URL('/api/v1/embed/x', origin))
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect(response.headers.get('ratelimit-limit')).toBe('3')
    expect(await response.json()).toMatchObject({
      success: false,
      error: {
        code: 'TOO_MANY_REQUESTS',
        message: expect.stringContaining('the limit is 3 a minute') as string,
      },
    })
  })

  it('returns the remaining number of requests', async () => {
    const { origin } = await startAll({ GATEWAY_RATE_LIMIT: '3' })
    const left = []
    for (let index = 0; index < 3; index++) {
      left.push((await fetch(new URL('/api/v1/x', origin))).headers.get('ratelimit-remaining'))
    }
    expect(left).toEqual(['2', '1', '0'])
  })

  it('counts per key, and invalid keys per address', async () => {
    const { origin } = await startAll({ GATEWAY_API_KEYS: 'one,two', GATEWAY_RATE_LIMIT: '2' })
    expect(await statusesOf(origin, 3, { 'x-api-key': 'one' })).toEqual([200, 200, 429])
    expect(await statusesOf(origin, 3, { 'x-api-key': 'guess' })).toEqual([401, 401, 429])
    expect(await statusesOf(origin, 3, { authorization: 'Bearer two' })).toEqual([200, 200, 429])
    expect(await statusesOf(origin, 1, { 'x-api-key': 'another guess' })).toEqual([429])
  })

  it('exempts health and metrics, but not the upstreams’ health', async () => {
    const { origin } = await startAll({ GATEWAY_RATE_LIMIT: '1' })
    expect(await statusesOf(origin, 3, {}, '/health')).toEqual([200, 200, 200])
    expect(await statusesOf(origin, 3, {}, '/metrics')).toEqual([200, 200, 200])
    expect(await statusesOf(origin, 2, {}, '/health/services')).toEqual([200, 429])
  })

  it('ignores forwarding headers of clients', async () => {
    const { origin } = await startAll({ GATEWAY_RATE_LIMIT: '2' })
    const claim = (address: string) => ({
      'x-forwarded-for': address,
      'x-real-ip': address,
      forwarded: `for=${address}`,
    })
    expect(await statusesOf(origin, 2, claim('10.0.0.1'))).toEqual([200, 200])
    expect(await statusesOf(origin, 1, claim('10.0.0.2'))).toEqual([429])
  })

  it('counts each client of a trusted proxy, whatever the client claims and on any of its ports', async () => {
    const { origin } = await startAll({ GATEWAY_RATE_LIMIT: '2', TRUST_PROXY: 'loopback' })
    const via = (addresses: string) => ({ 'x-forwarded-for': addresses })
    expect(await statusesOf(origin, 3, via('10.0.0.1'))).toEqual([200, 200, 429])
    expect(await statusesOf(origin, 2, via('10.0.0.2'))).toEqual([200, 200])
    expect(await statusesOf(origin, 1, via('9.9.9.9, 10.0.0.1'))).toEqual([429])
    expect(await statusesOf(origin, 1, via('10.0.0.1:1234'))).toEqual([429])
  })

  it('is off when it is 0, and for this machine without a limit and keys', async () => {
    for (const env of [{ GATEWAY_RATE_LIMIT: '0' }, {}]) {
      const { origin } = await startAll(env)
      const response = await fetch(new URL('/api/v1/x', origin))
      expect({ status: response.status, limit: response.headers.get('ratelimit-limit') }).toEqual({
        status: 200,
        limit: null,
      })
    }
  })
})
