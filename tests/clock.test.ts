import { createServer, type RequestListener } from 'node:http'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { becomesHealthy, startBuiltProcess } from './built-process.js'
import { findFreeOffset, portAt } from './free-offset.js'

const clock = pathToFileURL(fileURLToPath(new URL('set-clock.js', import.meta.url))).href

/** Starts a gateway whose system clock can be set, with core as its upstream. */
async function startGateway(answer: RequestListener, env: Record<string, string> = {}) {
  const offset = await findFreeOffset()
  const core = createServer(answer)
  const startCore = () =>
    new Promise<void>((resolve) => core.listen(portAt('core', offset), '127.0.0.1', () => resolve()))
  const stopCore = () => {
    core.closeAllConnections()
    return new Promise((resolve) => core.close(resolve))
  }
  await startCore()
  onTestFinished(() => core.close().closeAllConnections())
  const gateway = startBuiltProcess('apps/gateway', { DRIFTOS_PORT_OFFSET: offset, ...env }, ['--import', clock])
  const origin = `http://127.0.0.1:${portAt('gateway', offset)}`
  await becomesHealthy(origin)
  const setClock = (byMs: number) => gateway.ask({ byMs })
  const statusOf = async (path: string) => (await fetch(`${origin}${path}`)).status
  return { origin, startCore, stopCore, setClock, statusOf }
}

const hourMs = 3_600_000

describe.each([
  ['set back an hour', -hourMs],
  ['set forward an hour', hourMs],
  ['set forward by an NTP step', 128],
  ['set forward thirty years', 30 * 365 * 24 * hourMs],
])('the system clock, %s while the gateway runs', (_, byMs) => {
  it('does not affect the rate limit and the uptime', async () => {
    const env = { GATEWAY_RATE_LIMIT: '2' }
    const { origin, setClock, statusOf } = await startGateway((_request, response) => response.end(), env)
    expect([await statusOf('/api/v1/x'), await statusOf('/api/v1/x'), await statusOf('/api/v1/x')]).toEqual([
      200, 200, 429,
    ])
    await setClock(byMs)
    const response = await fetch(`${origin}/api/v1/x`)
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    const { uptime } = (await (await fetch(`${origin}/health`)).json()) as { uptime: number }
    expect(uptime).toBeGreaterThan(0)
    expect(uptime).toBeLessThan(60)
  })

  it('does not affect timeouts, circuit breakers and probes', async () => {
    const silent: RequestListener = (request, response) => {
      if (request.url !== '/api/v1/silent') response.end(JSON.stringify({ service: 'core' }))
    }
    const env = { UPSTREAM_TIMEOUT_MS: '1000' }
    const { origin, startCore, stopCore, setClock, statusOf } = await startGateway(silent, env)
    // In flight while the clock is set: it ends at its timeout, not before and not an hour later.
    const startedAt = performance.now()
    const timedOut = statusOf('/api/v1/silent')
    await setClock(byMs)
    expect(await statusOf('/api/v1/x')).toBe(200)
    expect(await timedOut).toBe(504)
    expect(performance.now() - startedAt).toBeGreaterThan(900)

    await stopCore()
    for (let index = 0; index < 12; index++) await statusOf('/api/v1/x')
    expect(await statusOf('/api/v1/x')).toBe(503)
    await setClock(-byMs)
    await startCore()
    await expect.poll(() => statusOf('/api/v1/x')).toBe(200)
    const { services } = (await (await fetch(`${origin}/health/services`)).json()) as {
      services: { state: string; latencyMs: number }[]
    }
    expect(services[0]).toMatchObject({ state: 'up' })
    expect(services[0]!.latencyMs).toBeLessThan(5000)
    expect(services[0]!.latencyMs).toBeGreaterThan(0)
  })
})
