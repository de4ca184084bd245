import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PORTS, type Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildWebsite } from '../app.js'
import { definitionOf, serviceNames } from '../definitions.js'
import { lastPort } from '../find.js'
import { findDirectory } from '../directory.js'
import type { ServiceState, SiteStatus } from './state.js'

const [first, second] = serviceNames.filter((name) => definitionOf(name).healthPath === '/health')
const { variable } = definitionOf(first!)

/** Starts a server whose health answer names the first service; returns its port. */
async function startFirst(): Promise<string> {
  const answer = JSON.stringify({ service: first, version: '1.2.3', uptime: 60 })
  const server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return String((server.address() as AddressInfo).port)
}

async function start(env: Env = {}) {
  // The highest ports, so that the test does not find a stack that runs on this machine.
  const offset = lastPort - Math.max(...Object.values<number>(PORTS))
  const app = buildWebsite({
    LOG_LEVEL: 'silent',
    DRIFTOS_PORT_OFFSET: String(offset),
    ...env,
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return { app, origin }
}

/** Reads events until the test ends, on a separate connection. */
async function open(origin: string, headers: Record<string, string> = {}) {
  const asked = request(`${origin}/api/events`, { agent: false, headers }).end()
  onTestFinished(() => void asked.destroy())
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
  let text = ''
  async function read(pattern: RegExp): Promise<unknown> {
    for (;;) {
      const match = pattern.exec(text)
      if (match) {
        text = text.slice(match.index + match[0].length)
        return JSON.parse(match[1]!)
      }
      const { value, done } = await chunks.next()
      if (done) throw new Error(`ended after ${text}`)
      text += value
    }
  }
  return {
    status: response.statusCode,
    headers: response.headers,
    close: () => asked.destroy(),
    next: () => read(/(?<!event: site\n)data: (.*)\n\n/) as Promise<ServiceState[]>,
    site: () => read(/event: site\ndata: (.*)\n\n/) as Promise<SiteStatus>,
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
  it('sends the state of every service repeatedly, with the process on each port in use', async () => {
    const { origin } = await start({ [variable]: await startFirst() })
    const events = await open(origin)
    expect(events.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(events.headers['cache-control']).toBe('no-store')
    const states = await events.next()
    expect(states.map(({ service }) => service)).toEqual(serviceNames)
    const { startedAt, ...up } = stateOf(states, first!)
    expect(up).toMatchObject({ state: 'up', version: '1.2.3', latencyMs: expect.any(Number) as number })
    expect(Date.now() - Date.parse(startedAt!)).toBeGreaterThanOrEqual(60_000)
    expect(stateOf(states, second!)).toMatchObject({ state: 'down', reason: 'nothing listens' })
    if (process.platform === 'linux') expect(stateOf(states, first!).holder).toContain(`(pid ${process.pid})`)
    expect(await events.next()).toHaveLength(serviceNames.length)
  })

  it('sends the directory and the past states first', async () => {
    const env = { [variable]: await startFirst() }
    const { origin } = await start(env)
    const early = await open(origin)
    const site = await early.site()
    expect(site.directory.find(({ service }) => service === first)!.port).toBe(Number(env[variable]))
    expect(site.directory.map(({ service }) => service)).toEqual(findDirectory({}).map(({ service }) => service))
    await early.next()
    const late = await (await open(origin)).site()
    expect(late.records[first!].changes.map(({ state }) => state)).toEqual(['up'])
    expect(late.records[second!].changes.map(({ state }) => state)).toEqual(['down'])
    expect(late.records[first!].latencies).toEqual([expect.any(Number)])
    expect(late.records[second!].latencies).toEqual([null])
  })

  it.each([
    ['passed on by a proxy', {}, { 'x-forwarded-for': '203.0.113.7' }],
    ['forwarded', {}, { forwarded: 'for=203.0.113.7' }],
    ['requested by a foreign host name', {}, { host: 'rebound.example' }],
    ['bound to every address', { HOST: '0.0.0.0' }, {}],
  ])('leaves out the process on a port for other machines: %s', async (_name, env, headers) => {
    const { origin } = await start({ [variable]: await startFirst(), ...env })
    const events = await open(origin, headers)
    const state = stateOf(await events.next(), first!)
    expect(state.state).toBe('up')
    expect(state).not.toHaveProperty('holder')
    expect(await (await open(origin, headers)).site()).not.toHaveProperty('checkouts')
  })

  it('opens no stream for a HEAD request', async () => {
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

  it('refuses the hundred and first reader, and accepts one again after another has left', async () => {
    const { origin } = await start()
    const readers = await Promise.all(Array.from({ length: 100 }, () => open(origin)))
    const refused = await open(origin)
    expect(refused.status).toBe(503)
    expect(JSON.parse(await refused.rest())).toMatchObject({ success: false, error: { code: 'TOO_MANY_READERS' } })
    readers[0]!.close()
    await expect.poll(async () => (await open(origin)).status).toBe(200)
  })

  it('ends when the service stops, without delaying it', async () => {
    const { app, origin } = await start()
    const events = await open(origin)
    await events.next()
    await app.close()
    expect(await events.rest()).toBeDefined()
  })
})
