import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlVariable } from '@driftos/control'
import type { Env } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildWebsite } from '../app.js'
import { serviceNames } from '../definitions.js'

const service = serviceNames[0]!
const own = { 'sec-fetch-site': 'same-origin', 'x-driftos': 'restart' }

/** Starts a control socket like that of a stack, and the website that it controls. */
async function start(env: Env = {}, isAnswering = true) {
  const directory = mkdtempSync(join(tmpdir(), 'control-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 's')
  const asked: string[] = []
  if (isAnswering) {
    const stack = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      if (incoming.method === 'POST' && !incoming.url?.includes(`/${service}/`)) {
        response.writeHead(404).end(JSON.stringify({ error: { code: 'UNKNOWN_SERVICE', message: 'not here' } }))
      } else if (incoming.url?.startsWith('/logs')) {
        response.write(`${JSON.stringify({ service, at: '', source: 'stdout', text: '<b>ready</b>' })}\n`)
      } else response.end(JSON.stringify({ services: [] }))
    }).listen(path)
    await once(stack, 'listening')
    onTestFinished(() => stack.close().closeAllConnections())
  }
  const app = buildWebsite({ LOG_LEVEL: 'silent', [controlVariable]: path, ...env })
  onTestFinished(() => app.close())
  return { app, asked }
}

const restart = (name: string = service) => ({ method: 'POST', url: `/api/services/${name}/restart` }) as const

describe('POST /api/services/:service/restart', () => {
  it('restarts a service for a page of this site', async () => {
    const { app, asked } = await start()
    expect((await app.inject({ ...restart(), headers: own })).statusCode).toBe(202)
    expect(asked).toContain(`POST /services/${service}/restart`)
  })

  it.each([
    ['another site', { ...own, 'sec-fetch-site': 'cross-site' }],
    ['another origin of this host', { ...own, 'sec-fetch-site': 'same-site' }],
    ['a link', { ...own, 'sec-fetch-site': 'none' }],
    ['a program that sends no site', { 'x-driftos': 'restart' }],
    ['a form', { 'sec-fetch-site': 'same-origin' }],
    ['a proxy', { ...own, 'x-forwarded-for': '203.0.113.7' }],
    ['a foreign host name', { ...own, host: 'rebound.example' }],
  ])('refuses %s', async (_name, headers) => {
    const { app, asked } = await start()
    expect((await app.inject({ ...restart(), headers })).statusCode).toBe(403)
    expect(asked).toEqual([])
  })

  it.each([
    ['in production', { NODE_ENV: 'production' }],
    ['bound to every address', { HOST: '0.0.0.0' }],
    ['without a stack', { [controlVariable]: '' }],
  ])('does not exist %s', async (_name, env) => {
    const { app, asked } = await start(env)
    expect((await app.inject({ ...restart(), headers: own })).statusCode).toBe(404)
    expect(asked).toEqual([])
  })

  it('answers 404 for a service that the stack does not run, and for an unknown name', async () => {
    const { app } = await start()
    for (const name of [serviceNames[1]!, 'nonsense', '..%2f..%2fstop'])
      expect((await app.inject({ ...restart(name), headers: own })).statusCode).toBe(404)
  })

  it('answers 503 when the stack has ended', async () => {
    const { app } = await start({}, false)
    expect((await app.inject({ ...restart(), headers: own })).statusCode).toBe(503)
  })
})

describe('GET /api/services/:service/logs', () => {
  it('sends the output as events, and ends with the server', async () => {
    const { app } = await start()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const headers = { 'sec-fetch-site': 'same-origin' }
    const asked = request(`${origin}/api/services/${service}/logs`, { headers, agent: false }).end()
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
    let received = ''
    response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
    await expect.poll(() => received).toContain('data: ')
    expect(JSON.parse(/^data: (.*)$/m.exec(received)![1]!)).toMatchObject({ service, text: '<b>ready</b>' })
    const ended = once(response, 'end')
    await app.close()
    await ended
  })

  it('refuses another site', async () => {
    const { app } = await start()
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await app.inject({ url: `/api/services/${service}/logs`, headers })).statusCode).toBe(403)
  })
})
