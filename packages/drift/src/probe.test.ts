import { probeService } from '@driftos/ports/probe'
import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'

const hasPostgres = runsPostgresTests()

describe('probeService of a PostgreSQL server', () => {
  it.skipIf(!hasPostgres)('is up while it accepts clients, and down while it does not', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const probe = () => probeService('postgres', { env: { DATABASE_URL: server.url } })
    expect(await probe()).toMatchObject({ state: 'up' })
    // The server waits for this one.
    const client = new pg.Client(server.url)
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end())
    server.refuse()
    await expect
      .poll(probe)
      .toMatchObject({ state: 'down', reason: expect.stringMatching(/accepts no clients/) as string })
  })
})
