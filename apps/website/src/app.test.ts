import { PORTS, services, type Env } from '@driftos/ports'
import { afterEach, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { buildWebsite, type ServiceAddress } from './app.js'

const apps: ReturnType<typeof buildWebsite>[] = []
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))

function build(env: Env = {}) {
  const app = buildWebsite({ LOG_LEVEL: 'silent', ...env })
  apps.push(app)
  return app
}

async function directoryOf(env?: Env): Promise<ServiceAddress[]> {
  const response = await build(env).inject('/api/ports')
  expect(response.statusCode).toBe(200)
  return response.json()
}

describe('/health', () => {
  it('names the website and its version', async () => {
    const { status, service, version } = (await build().inject('/health')).json<Record<string, unknown>>()
    expect({ status, service, version }).toEqual({ status: 'ok', service: 'website', version: manifest.version })
  })
})

describe('/api/ports', () => {
  it('lists every service where it is registered', async () => {
    const directory = await directoryOf()
    expect(directory.map(({ service }) => service)).toEqual(Object.keys(services))
    expect(Object.fromEntries(directory.map(({ service, port }) => [service, port]))).toEqual(PORTS)
  })

  it('lists every service where an offset and overrides move it', async () => {
    const directory = await directoryOf({
      DRIFTOS_PORT_OFFSET: '100',
      CORE_PORT: '4101',
      EMBED_HOST: 'embed.internal',
      DEMO_URL: 'https://demo.example.com',
    })
    const entries = Object.fromEntries(directory.map((entry) => [entry.service, entry]))
    expect(entries).toMatchObject({
      gateway: { port: PORTS.gateway + 100, origin: `http://localhost:${PORTS.gateway + 100}` },
      core: { port: 4101, origin: 'http://localhost:4101' },
      embed: { port: PORTS.embed + 100, origin: `http://embed.internal:${PORTS.embed + 100}` },
      demo: { origin: 'https://demo.example.com' },
      postgres: { origin: `postgresql://localhost:${PORTS.postgres + 100}` },
    })
  })

  it('tells no secret of the database', async () => {
    const env = { DATABASE_URL: 'postgresql://user:hunter2@db/app', POSTGRES_PASSWORD: 'hunter2' }
    expect(JSON.stringify(await directoryOf(env))).not.toContain('hunter2')
  })
})
