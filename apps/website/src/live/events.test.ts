import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildWebsite } from '../app.js'
import { serviceNames } from '../directory.js'
import type { ServiceState } from './state.js'

/** Something on a port of its own that takes itself for core. */
async function startCore(): Promise<string> {
  const server = createServer((_request, response) => response.end('{"service":"core"}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return String((server.address() as AddressInfo).port)
}

async function start(env: Env = {}) {
  // Ports on which nothing listens, so that the tests see no stack of the machine.
  const app = buildWebsite({
    LOG_LEVEL: 'silent',
    DRIFTOS_PORT_OFFSET: '-2800',
    POSTGRES_URL: 'postgresql://127.0.0.1:1',
    ...env,
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return { app, origin }
}

/** Reads events until the test ends, on a connection of its own. */
async function open(origin: string, headers: Record<string, string> = {}) {
  const asked = request(`${origin}/api/events`, { agent: false, headers }).end()
  onTestFinished(() => void asked.destroy())
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
  let text = ''
  return {
    status: response.statusCode,
    headers: response.headers,
    close: () => asked.destroy(),
    async next(): Promise<ServiceState[]> {
      for (;;) {
        const match = /data: (.*)\n\n/.exec(text)
        if (match) {
          text = text.slice(match.index + match[0].length)
          return JSON.parse(match[1]!) as ServiceState[]
        }
        const { value, done } = await chunks.next()
        if (done) throw new Error(`ended after ${text}`)
        text += value
      }
    },
    async rest(): Promise<string> {
      for (;;) {
        const { value, done } = await chunks.next()
        if (done) return text
        text += value
      }
    },
  }
}

const stateOf = (states: readonly ServiceState[], wanted: string) => states.find(({ service }) => service === wanted)!

describe('/api/events', () => {
  it('tells every service, again and again, with who holds the ports that are held', async () => {
    const { origin } = await start({ CORE_PORT: await startCore() })
    const events = await open(origin)
    expect(events.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(events.headers['cache-control']).toBe('no-store')
    const states = await events.next()
    expect(states.map(({ service }) => service)).toEqual(serviceNames)
    expect(stateOf(states, 'core')).toMatchObject({ state: 'up', latencyMs: expect.any(Number) as number })
    expect(stateOf(states, 'embed')).toMatchObject({ state: 'down', reason: 'nothing listens' })
    if (process.platform === 'linux') expect(stateOf(states, 'core').holder).toContain(`(pid ${process.pid})`)
    expect(await events.next()).toHaveLength(serviceNames.length)
  })

  it.each([
    ['passed on by a proxy', {}, { 'x-forwarded-for': '203.0.113.7' }],
    ['forwarded', {}, { forwarded: 'for=203.0.113.7' }],
    ['called by a name that leads here', {}, { host: 'rebound.example' }],
    ['bound to every address', { HOST: '0.0.0.0' }, {}],
  ])('tells nobody elsewhere who holds a port: %s', async (_name, env, headers) => {
    const { origin } = await start({ CORE_PORT: await startCore(), ...env })
    const events = await open(origin, headers)
    const core = stateOf(await events.next(), 'core')
    expect(core.state).toBe('up')
    expect(core).not.toHaveProperty('holder')
  })

  it('begins no stream for whoever asks for its headers', async () => {
    const { app } = await start()
    expect((await app.inject({ method: 'HEAD', url: '/api/events' })).statusCode).toBe(404)
  })

  it('refuses the pages of other sites', async () => {
    const { app } = await start()
    for (const site of ['cross-site', 'same-site']) {
      const response = await app.inject({ url: '/api/events', headers: { 'sec-fetch-site': site } })
      expect(response.statusCode).toBe(403)
    }
  })

  it('turns away the hundred and first reader, and takes one again when another has gone', async () => {
    const { origin } = await start()
    const readers = await Promise.all(Array.from({ length: 100 }, () => open(origin)))
    const refused = await open(origin)
    expect(refused.status).toBe(503)
    expect(JSON.parse(await refused.rest())).toMatchObject({ success: false, error: { code: 'TOO_MANY_READERS' } })
    readers[0]!.close()
    await expect.poll(async () => (await open(origin)).status).toBe(200)
  })

  it('ends when the service stops, which does not wait for it', async () => {
    const { app, origin } = await start()
    const events = await open(origin)
    await events.next()
    await app.close()
    expect(await events.rest()).toBeDefined()
  })
})
