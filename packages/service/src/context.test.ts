import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { carryContext, contextFetch } from './context.js'
import { createService } from './create.js'
import { caller } from './services.fixture.js'
import { startUpstream } from './upstream.fixture.js'

/** Starts a service whose handler calls another one; returns the headers that the other one receives. */
async function startCaller() {
  const port = await startUpstream((request, response) => response.end(JSON.stringify(request.headers)))
  const app = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  carryContext(app, {})
  app.post('/calls', async () => {
    await delay(Math.random() * 20)
    const response = await contextFetch(`http://127.0.0.1:${port}/`, { headers: { 'x-own': 'kept' } })
    return response.json()
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return async (headers: Record<string, string>) => {
    const body = JSON.stringify({ content: 'x'.repeat(100_000) })
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }
    const response = await fetch(`${origin}/calls`, init)
    return (await response.json()) as Record<string, string>
  }
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'

describe('contextFetch', () => {
  it('sends the id and the trace of the request in progress', async () => {
    const call = await startCaller()
    const headers = await call({
      'x-request-id': 'abc',
      traceparent: `00-${traceId}-${parent}-01`,
      tracestate: 'a=1',
    })
    expect(headers).toMatchObject({
      'x-own': 'kept',
      'x-request-id': 'abc',
      traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-(?!${parent})[\\da-f]{16}-01$`)) as string,
      tracestate: 'a=1',
    })
  })

  it('keeps requests apart that run at the same time', async () => {
    const call = await startCaller()
    const ids = Array.from({ length: 30 }, (_, index) => `id-${index}`)
    const seen = await Promise.all(ids.map(async (id) => (await call({ 'x-request-id': id }))['x-request-id']))
    expect(seen).toEqual(ids)
  })

  it('sends nothing outside of a request', async () => {
    const port = await startUpstream((request, response) => response.end(JSON.stringify(request.headers)))
    const headers = await (await contextFetch(`http://127.0.0.1:${port}/`)).json()
    expect(headers).not.toHaveProperty('traceparent')
  })
})

describe('the deadline of a request', () => {
  it.each([undefined, new AbortController().signal])('ends a call before the caller gives up, %s', async (signal) => {
    const env = { LOG_LEVEL: 'silent', UPSTREAM_TIMEOUT_MS: '6000' }
    const port = await startUpstream(() => {})
    const app = createService({ service: caller, version: '1.0.0', env })
    carryContext(app, env)
    app.get('/calls', async () => {
      const startedAt = performance.now()
      await delay(5000)
      const url = `http://127.0.0.1:${port}/`
      const error: unknown = await contextFetch(url, signal && { signal }).catch((thrown: unknown) => thrown)
      return { name: (error as Error).name, ms: performance.now() - startedAt }
    })
    const { name, ms } = (await app.inject('/calls')).json<{ name: string; ms: number }>()
    expect(name).toBe('TimeoutError')
    // A call with all of the time would end after 11 s.
    expect(ms).toBeGreaterThan(5000)
    expect(ms).toBeLessThan(10_000)
  })
})
