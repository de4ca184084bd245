import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { becomesHealthy, startBuiltProcess } from './built-process.js'
import { findFreeOffset, portAt } from './free-offset.js'

/** A different text for each kind of secret, so that a leak can be identified. */
const secrets = {
  gatewayKey: 'gateway-hunter2',
  otherKey: 'wrong-hunter3',
  modelKey: 'model-hunter4',
  urlPassword: 'url-hunter5',
  password: 'password-hunter6',
}

const apps = ['gateway', 'core', 'embed', 'website', 'demo'] as const

/** Starts a server on a free port until the test ends; returns the port. */
async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => server.close().closeAllConnections())
  return (server.address() as AddressInfo).port
}

/** Starts every app at the most detailed log level, with all of its secrets. */
async function startApps(offset: string) {
  // Some servers repeat the key that they refuse.
  const model = await serve((request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: `Incorrect API key: ${request.headers.authorization}` } }))
  })
  // A port without a listener: no service needs the database to start.
  const database = 1
  const common = { DRIFTOS_PORT_OFFSET: offset, LOG_LEVEL: 'trace' }
  const env = {
    gateway: { NODE_ENV: 'production', GATEWAY_API_KEYS: secrets.gatewayKey },
    core: {
      DATABASE_URL: `postgresql://postgres:${secrets.urlPassword}@127.0.0.1:${database}/x`,
      LLM_BASE_URL: `http://127.0.0.1:${model}/v1`,
      LLM_MODEL: 'test',
      LLM_API_KEY: secrets.modelKey,
    },
    embed: { POSTGRES_PASSWORD: secrets.password },
    website: { DATABASE_URL: `postgresql://postgres:${secrets.urlPassword}@127.0.0.1:${database}/x` },
    demo: { GATEWAY_API_KEY: secrets.gatewayKey },
  }
  const processes = apps.map((app) => startBuiltProcess(`apps/${app}`, { ...common, ...env[app] }))
  const origins = Object.fromEntries(apps.map((app) => [app, `http://127.0.0.1:${portAt(app, offset)}`])) as Record<
    (typeof apps)[number],
    string
  >
  await Promise.all(Object.values(origins).map((origin) => becomesHealthy(origin)))
  return { origins, output: () => processes.map((one) => one.output()).join('') }
}

describe('the built services, at the log level trace', () => {
  it('never print or return a key or a password, in any failure', async () => {
    const offset = await findFreeOffset()
    const { origins, output } = await startApps(offset)
    const message = JSON.stringify({ conversationId: 'x', content: 'Cook pasta' })
    const calls: [path: string, body?: string][] = [
      ['/api/v1/drift/route', message],
      ['/api/v1/drift/route', '{'],
      ['/api/v1/llm/chat', JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] })],
      ['/api/v1/embed/drift/route', message],
      [`/api/v1/drift/branches/x?key=${secrets.gatewayKey}`],
      ['/ready'],
      ['/metrics'],
      ['/health/services'],
      ['/api/health'],
      ['/api/ports'],
      [`/nowhere?token=${secrets.otherKey}`],
    ]
    const clients: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${secrets.gatewayKey}` },
      { 'x-api-key': secrets.otherKey },
      { authorization: `Basic ${secrets.otherKey}`, cookie: `session=${secrets.otherKey}` },
    ]
    const statuses = new Set<number>()
    let answers = ''
    for (const origin of Object.values(origins)) {
      for (const [path, body] of calls) {
        for (const headers of clients) {
          const init = body
            ? { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } }
            : { headers }
          const response = await fetch(`${origin}${path}`, init)
          statuses.add(response.status)
          answers += `${JSON.stringify([...response.headers])} ${await response.text()}\n`
        }
      }
    }
    // Every outcome is covered: accepted, refused, not found, failed upstream.
    for (const status of [200, 400, 401, 404, 503]) expect(statuses).toContain(status)
    const printed = output()
    expect(printed).toContain('Incorrect API key')
    expect(printed).toContain('ECONNREFUSED')
    for (const [name, secret] of Object.entries(secrets)) {
      expect({ name, isPrinted: printed.includes(secret) }).toEqual({ name, isPrinted: false })
      expect({ name, isAnswered: answers.includes(secret) }).toEqual({ name, isAnswered: false })
    }
  })
})

describe('every answer', () => {
  it('has a fixed content type, and pages forbid frames and inline scripts', async () => {
    const { origins } = await startApps(await findFreeOffset())
    for (const [app, origin] of Object.entries(origins)) {
      for (const path of ['/health', '/metrics', '/nowhere', '/api/v1/x', '/']) {
        const { headers } = await fetch(`${origin}${path}`)
        expect(`${app}${path} ${headers.get('x-content-type-options')}`).toBe(`${app}${path} nosniff`)
        expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull()
        if (!headers.get('content-type')?.startsWith('text/html')) continue
        expect(headers.get('content-security-policy')).toMatch(/default-src '(self|none)'.*frame-ancestors 'none'/)
      }
    }
    const documentation = await fetch(`${origins.core}/documentation`)
    expect(documentation.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })
})
