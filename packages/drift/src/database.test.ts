import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Env } from '@driftos/ports'
import { startEmbeddedDatabase } from '@driftos/testing/database'
import { sql } from 'drizzle-orm'
import { fastify } from 'fastify'
import getPort from 'get-port'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { registerDatabase } from './database.js'
import { driftMigrations } from './migrations.js'

let embedded: Awaited<ReturnType<typeof startEmbeddedDatabase>>

beforeAll(async () => {
  embedded = await startEmbeddedDatabase()
})

afterAll(() => embedded.stop())

function build(env: Env, describe_?: () => object) {
  let log = ''
  const app = fastify({ logger: { level: 'debug', stream: { write: (line: string) => void (log += line) } } })
  const metrics = new Registry()
  const options = { env, schema: 'core', migrations: driftMigrations, metrics }
  const database = registerDatabase(app, { ...options, ...(describe_ && { describe: describe_ }) })
  onTestFinished(() => app.close())
  return { app, database, metrics, log: () => log }
}

const port = () => ({ POSTGRES_PORT: String(embedded.port) })

describe('/ready', () => {
  it('follows the database: it goes and comes back, and the app stays', async () => {
    const { app } = build(port())
    onTestFinished(async () => {
      await embedded.disconnect()
      await embedded.connect()
    })
    await embedded.disconnect()
    const status = async () => (await app.inject('/ready')).statusCode
    expect(await status()).toBe(503)

    await embedded.connect()
    await expect.poll(status).toBe(200)
    expect((await app.inject('/ready')).json()).toEqual({ status: 'ready' })

    await embedded.disconnect()
    await expect.poll(status).toBe(503)
    expect(await status()).toBe(503)

    await embedded.connect()
    await expect.poll(status).toBe(200)
  })

  it('has the additional fields of the app', async () => {
    const { app } = build(port(), () => ({ decider: 'embed' }))
    for (const path of ['/ready', '/api/v1/ready'])
      expect((await app.inject(path)).json()).toEqual({ status: 'ready', decider: 'embed' })
  })

  it('explains how to fix it while the database is down, without a password', async () => {
    const { app, log } = build({ DATABASE_URL: `postgresql://user:hunter2@localhost:${await getPort()}/app` })
    const response = await app.inject('/ready')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "DATABASE_DOWN",
          "message": "The database does not answer: start it, or set DATABASE_URL or POSTGRES_PORT to its address",
        },
        "success": false,
      }
    `)
    await app.inject('/ready')
    expect(log().split('the database is not ready')).toHaveLength(2)
    expect(log() + response.payload).not.toContain('hunter2')
  })

  it('is 503 when the database accepts connections without answering', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port: number } = silent.address() as { port: number }
    const { app } = build({ POSTGRES_PORT: String(number), POSTGRES_HOST: '127.0.0.1' })
    expect((await app.inject('/ready')).statusCode).toBe(503)
  })

  it('is 503 when something else answers on the port', async () => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    onTestFinished(() => void stranger.close())
    const { port: number } = stranger.address() as { port: number }
    const { app } = build({ POSTGRES_PORT: String(number) })
    expect((await app.inject('/ready')).statusCode).toBe(503)
  })
})

describe('registerDatabase', () => {
  it('migrates the schema at the start, before the first request', async () => {
    const { app, database } = build(port())
    await app.ready()
    const db = await database.use()
    expect((await db.execute(sql`select name from core.migrations`)).rows).toEqual(
      driftMigrations.map(({ name }) => ({ name })),
    )
  })

  it('makes the tables again in a database that has lost them', async () => {
    const { database } = build(port())
    const db = await database.use()
    await db.execute(sql`drop schema core cascade`)
    const failure = await db.execute(sql`select * from core.branches`).catch((error: unknown) => error)
    expect(database.explain(failure)).toMatchObject({ statusCode: 503 })
    await expect((await database.use()).execute(sql`select * from core.branches`)).resolves.toMatchObject({ rows: [] })
  })

  it('takes the statement’s values from its error, and leaves it as it is otherwise', async () => {
    const { database } = build(port())
    const failure = await (await database.use()).execute(sql`select ${'hunter2'}::int`).catch((error: unknown) => error)
    expect(String(failure)).toContain('params: hunter2')
    expect(database.explain(failure)).toBe((failure as Error).cause)
  })

  it('shows how its connections are used, and ends them with the app', async () => {
    const { app, database, metrics } = build(port())
    await (await database.use()).execute(sql`select 1`)
    expect(await metrics.metrics()).toMatch(/^database_pool_connections\{state="idle"\} 1$/m)
    await app.close()
    expect(await metrics.metrics()).toMatch(/^database_pool_connections\{state="idle"\} 0$/m)
  })

  it('reports why a schema cannot be migrated, and retries', async () => {
    let isFixed = false
    const up = (schema: string) =>
      `create table ${schema}.things (id int); ${isFixed ? '' : 'create extension nowhere'}`
    const app = fastify()
    onTestFinished(() => app.close())
    const options = { env: port(), schema: 'broken', migrations: [{ name: '0001', up }], metrics: new Registry() }
    const database = registerDatabase(app, options)
    await expect(database.use()).rejects.toMatchObject({
      statusCode: 503,
      code: 'DATABASE_UNUSABLE',
      message: 'The database is up, but its schema broken cannot be migrated: extension "nowhere" is not available',
    })
    expect((await app.inject('/ready')).statusCode).toBe(503)
    isFixed = true
    // At once it fails with the same error, without a new attempt.
    await expect(database.use()).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' })
    const read = async () => (await (await database.use()).execute(sql`select name from broken.migrations`)).rows
    await expect.poll(() => read().catch(() => [])).toEqual([{ name: '0001' }])
  })

  it('refuses an invalid database URL without telling it', () => {
    expect(() => build({ DATABASE_URL: 'mysql://user:hunter2@localhost/app' })).toThrow(/^DATABASE_URL="\*\*\*" /)
  })
})
