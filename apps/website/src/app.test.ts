import { PORTS, services, type Env, type ServiceName } from '@driftos/ports'
import { afterEach, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { buildWebsite, type ServiceAddress } from './app.js'
import { definitionOf, serviceNames } from './definitions.js'

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
  it('returns the service name and its version', async () => {
    const { status, service, version } = (await build().inject('/health')).json<Record<string, unknown>>()
    expect({ status, service, version }).toEqual({ status: 'ok', service: 'website', version: manifest.version })
  })
})

describe('/api/ports', () => {
  it('lists every service with its registered port', async () => {
    const directory = await directoryOf()
    expect(directory.map(({ service }) => service)).toEqual(Object.keys(services))
    expect(Object.fromEntries(directory.map(({ service, port }) => [service, port]))).toEqual(PORTS)
  })

  it('applies the offset and overrides', async () => {
    const [moved, hosted, replaced, ...others] = serviceNames.filter((name) => definitionOf(name).scheme === 'http')
    const variableOf = (service: ServiceName, suffix: string) => definitionOf(service).variable.replace(/PORT$/, suffix)
    const directory = await directoryOf({
      DRIFTOS_PORT_OFFSET: '100',
      [variableOf(moved!, 'PORT')]: '44101',
      [variableOf(hosted!, 'HOST')]: 'hosted.internal',
      [variableOf(replaced!, 'URL')]: 'https://replaced.example.com',
    })
    const entries = Object.fromEntries(directory.map((entry) => [entry.service, entry]))
    expect(entries).toMatchObject({
      [moved!]: { port: 44_101, origin: 'http://localhost:44101' },
      [hosted!]: { port: PORTS[hosted!] + 100, origin: `http://hosted.internal:${PORTS[hosted!] + 100}` },
      [replaced!]: { origin: 'https://replaced.example.com' },
    })
    for (const service of others)
      expect(entries[service]).toMatchObject({
        port: PORTS[service] + 100,
        origin: `http://localhost:${PORTS[service] + 100}`,
      })
  })

  it('contains no secret of the database', async () => {
    const env = { DATABASE_URL: 'postgresql://user:hunter2@db/app', POSTGRES_PASSWORD: 'hunter2' }
    expect(JSON.stringify(await directoryOf(env))).not.toContain('hunter2')
  })
})
