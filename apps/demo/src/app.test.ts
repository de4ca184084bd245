import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Env } from '@driftos/ports'
import { execa } from 'execa'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { buildDemo } from './app.js'

function build(env: Env) {
  const app = buildDemo({ LOG_LEVEL: 'silent', ...env })
  onTestFinished(() => app.close())
  return app
}

/** Starts the gateway in a separate process, because no app imports another. */
async function startGateway(env: Env): Promise<void> {
  const main = fileURLToPath(new URL('../../gateway/src/main.ts', import.meta.url))
  const child = execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', main],
    {
      env,
      extendEnv: false,
      reject: false,
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  await vi.waitFor(() => expect(output).toContain('Server listening'), { timeout: 15_000 })
}

describe('buildDemo', () => {
  it('returns the service name and its version', async () => {
    const app = build({ GATEWAY_PORT: String(await getPort()) })
    const { status, service, version } = (await app.inject('/health')).json<Record<string, unknown>>()
    expect({ status, service, version }).toEqual({ status: 'ok', service: 'demo', version: manifest.version })
  })

  it('reaches core, embed and their health through the gateway', async () => {
    const core = createServer((request, response) => response.end(`core ${request.method} ${request.url}`))
    core.listen(0, '127.0.0.1')
    await once(core, 'listening')
    onTestFinished(() => core.close().closeAllConnections())
    const env = {
      GATEWAY_PORT: String(await getPort()),
      CORE_PORT: String((core.address() as AddressInfo).port),
      // Port 1 has no listener, and no test uses it.
      EMBED_PORT: '1',
    }
    await startGateway(env)
    const app = build(env)

    expect((await app.inject('/api/v1/llm/drift/branches/c1?x=1')).payload).toBe(
      'core GET /api/v1/drift/branches/c1?x=1',
    )
    const post = await app.inject({ method: 'POST', url: '/api/v1/drift/route', payload: { content: 'hello' } })
    expect(post.payload).toBe('core POST /api/v1/drift/route')
    const embed = await app.inject('/api/v1/embed/similarity')
    expect([embed.statusCode, embed.json<{ error: unknown }>().error]).toMatchObject([502, { service: 'embed' }])
    const health = await app.inject('/api/health/services')
    expect(health.json<{ services: unknown[] }>().services).toMatchObject([
      { service: 'core', state: 'stranger' },
      { service: 'embed', state: 'down' },
    ])
    expect((await app.inject('/api/health')).json()).toMatchObject({ service: 'gateway' })
  })

  it('adds the gateway’s key, which the browser does not have', async () => {
    const core = createServer((request, response) => response.end(`core ${String(request.headers['x-api-key'])}`))
    core.listen(0, '127.0.0.1')
    await once(core, 'listening')
    onTestFinished(() => core.close().closeAllConnections())
    const env = {
      GATEWAY_PORT: String(await getPort()),
      CORE_PORT: String((core.address() as AddressInfo).port),
      NODE_ENV: 'production',
      GATEWAY_API_KEYS: 'another,hunter2',
    }
    await startGateway(env)
    expect((await build({ ...env, GATEWAY_API_KEY: 'hunter2' }).inject('/api/v1/x')).payload).toBe('core undefined')
    expect((await build(env).inject('/api/v1/x')).statusCode).toBe(401)
  })

  it('names the gateway when it is down', async () => {
    const app = build({ GATEWAY_PORT: '1' })
    const response = await app.inject('/api/v1/drift/branches/c1')
    expect(response.statusCode).toBe(502)
    expect(response.json()).toMatchObject({ error: { service: 'gateway', variable: 'GATEWAY_PORT' } })
  })
})
