import getPort from 'get-port'
import { afterEach, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { buildEmbed } from './app.js'

const apps: ReturnType<typeof buildEmbed>[] = []
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))

/** The service with no database on its port. */
async function build() {
  const app = buildEmbed({ LOG_LEVEL: 'silent', POSTGRES_PORT: String(await getPort()) })
  apps.push(app)
  return app
}

describe('buildEmbed', () => {
  it('is healthy without its database, by its own name and version', async () => {
    const response = await (await build()).inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({
      status: 'ok',
      service: 'embed',
      version: manifest.version,
      uptime: expect.any(Number) as number,
    })
  })

  it('is not ready without its database', async () => {
    const response = await (await build()).inject('/ready')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchObject({ success: false, error: { code: 'DATABASE_DOWN' } })
  })

  it('shows its metrics', async () => {
    const response = await (await build()).inject('/metrics')
    expect(response.statusCode).toBe(200)
    expect(response.payload).toContain('process_cpu_user_seconds_total')
  })
})
