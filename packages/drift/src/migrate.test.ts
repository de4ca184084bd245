import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import { fastify } from 'fastify'
import pg from 'pg'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { registerDatabase } from './database.js'
import { driftMigrations, type Migration } from './migrations.js'

const hasPostgres = runsPostgresTests()

describe.skipIf(!hasPostgres)('a migration', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let admin: pg.Client

  beforeAll(async () => {
    server = await startPostgres()
    admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
  })

  afterAll(async () => {
    await admin.end()
    await server.stop()
  })

  function build(schema: string, migrations: readonly Migration[], user = 'postgres') {
    const app = fastify()
    onTestFinished(() => app.close())
    const DATABASE_URL = server.url.replace('postgres@', `${user}@`)
    const database = registerDatabase(app, { env: { DATABASE_URL }, schema, migrations, metrics: new Registry() })
    return { app, database, status: async () => (await app.inject('/ready')).statusCode }
  }

  it('may take longer than any time limit of a statement, while requests get 503', async () => {
    await admin.query(`create role hasty login superuser; alter role hasty set statement_timeout = '1s'`)
    const slow: Migration = { name: '0001', up: (schema) => `create table ${schema}.t (id int); select pg_sleep(11)` }
    const { app, status } = build('slow', [slow], 'hasty')
    const response = await app.inject('/ready')
    expect(response.json()).toEqual({
      success: false,
      error: {
        code: 'DATABASE_MIGRATING',
        message: 'The schema slow of the database is being migrated: try again later',
      },
    })
    await expect.poll(status, { timeout: 20_000, interval: 200 }).toBe(200)
    const { rows } = await admin.query(`select name from slow.migrations`)
    expect(rows).toEqual([{ name: '0001' }])
  })

  it('runs once for processes that start together, and the others wait', async () => {
    const once: Migration = { name: '0001', up: (schema) => `create table ${schema}.t (id int); select pg_sleep(1)` }
    const apps = Array.from({ length: 4 }, () => build('together', [once]))
    await Promise.all(apps.map(({ database }) => database.use()))
    const { rows } = await admin.query(`select name from together.migrations`)
    expect(rows).toEqual([{ name: '0001' }])
  })

  it('does not wait without end for a lock of a running transaction, nor retry at every request', async () => {
    let tries = 0
    const [one, two]: Migration[] = [
      { name: '0001', up: (schema) => `create table ${schema}.t (id int)` },
      {
        name: '0002',
        up: (schema) => {
          tries++
          // Shorter than the real limit, so that the test is quick.
          return `set local lock_timeout = 200; alter table ${schema}.t add column more int`
        },
      },
    ]
    await build('locked', [one!]).database.use()
    await admin.query('begin; lock table locked.t in access share mode')
    const { app } = build('locked', [one!, two!])
    const answers = []
    for (let index = 0; index < 20; index++) answers.push((await app.inject('/ready')).json<{ error?: object }>().error)
    expect(tries).toBeLessThan(answers.length)
    expect(answers[0]).toMatchObject({ code: 'DATABASE_BUSY', message: expect.stringContaining('lock') as string })
    const { rows } = await admin.query(
      `select count(*)::int as count from pg_stat_activity where query like '%alter table%' and state = 'active' and pid <> pg_backend_pid()`,
    )
    expect(rows).toEqual([{ count: 0 }])
    await admin.query('rollback')
    await expect.poll(async () => (await app.inject('/ready')).statusCode).toBe(200)
  })

  it('is skipped on a finished schema, for a role without CREATE', async () => {
    await build('core', driftMigrations).database.use()
    await admin.query(
      `create role worker login; grant usage on schema core to worker; grant select, insert, update, delete on all tables in schema core to worker`,
    )
    const { app, database } = build('core', driftMigrations, 'worker')
    expect((await app.inject('/ready')).statusCode).toBe(200)
    const db = await database.use()
    await expect(db.execute('insert into core.conversations (id) values ($$x$$)')).resolves.toMatchObject({
      rowCount: 1,
    })

    const later: Migration = { name: '9999-later', up: (schema) => `create table ${schema}.later (id int)` }
    const response = await build('core', [...driftMigrations, later], 'worker').app.inject('/ready')
    expect(response.json()).toMatchObject({ error: { code: 'DATABASE_UNUSABLE' } })
    expect(response.payload).toContain('Start once with a user that may, or grant CREATE on the database')
  })

  it('accepts a schema that a newer version has migrated', async () => {
    const later: Migration = { name: '9999-later', up: (schema) => `create table ${schema}.later (id int)` }
    await build('newer', [...driftMigrations, later]).database.use()
    expect(await build('newer', driftMigrations).status()).toBe(200)
  })

  it('that is in progress ends with the app, and leaves nothing behind', async () => {
    const endless: Migration = {
      name: '0001',
      up: (schema) => `create table ${schema}.t (id int); select pg_sleep(5)`,
    }
    const { app, database } = build('closed', [endless])
    const started = database.use().catch((error: unknown) => error)
    await expect
      .poll(async () => (await admin.query(`select from pg_stat_activity where query like '%pg_sleep(5)%'`)).rowCount)
      .toBeGreaterThan(1)
    await app.close()
    expect(await started).toBeInstanceOf(Error)
    await expect
      .poll(
        async () =>
          (
            await admin.query(
              `select from pg_stat_activity where query like '%pg_sleep(5)%' and pid <> pg_backend_pid()`,
            )
          ).rowCount,
      )
      .toBe(0)
    const { rows } = await admin.query(`select to_regclass('closed.t') as t`)
    expect(rows).toEqual([{ t: null }])
  })
})
