import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import { sql } from 'drizzle-orm'
import { fastify } from 'fastify'
import pg from 'pg'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { explainDatabaseError } from './database-errors.js'
import { registerDatabase } from './database.js'
import { driftMigrations } from './migrations.js'

const hasPostgres = runsPostgresTests()

describe('explainDatabaseError', () => {
  it.each([
    ['ECONNREFUSED', 'DATABASE_DOWN', /does not answer: start it/],
    ['ENOTFOUND', 'DATABASE_DOWN', /host .* is unknown/],
    ['EAI_AGAIN', 'DATABASE_DOWN', /host .* is unknown/],
    ['ETIMEDOUT', 'DATABASE_DOWN', /in time/],
    ['EHOSTUNREACH', 'DATABASE_DOWN', /in time/],
    ['ECONNRESET', 'DATABASE_DOWN', /closed the connection/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'DATABASE_UNUSABLE', /certificate .* is not trusted/],
    ['CERT_HAS_EXPIRED', 'DATABASE_UNUSABLE', /expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'DATABASE_UNUSABLE', /another host/],
    ['08006', 'DATABASE_DOWN', /closed the connection/],
    ['25006', 'DATABASE_UNUSABLE', /read-only/],
    ['28000', 'DATABASE_UNUSABLE', /pg_hba\.conf/],
    ['28P01', 'DATABASE_UNUSABLE', /password/],
    ['3D000', 'DATABASE_UNUSABLE', /does not exist on its server/],
    ['42501', 'DATABASE_UNUSABLE', /lacks a permission/],
    ['53100', 'DATABASE_UNUSABLE', /disk .* is full/],
    ['53200', 'DATABASE_BUSY', /no resources left/],
    ['53300', 'DATABASE_BUSY', /no connection left/],
    ['55P03', 'DATABASE_BUSY', /lock/],
    ['57014', 'DATABASE_BUSY', /canceled a statement/],
    ['57P01', 'DATABASE_DOWN', /shutting down/],
    ['57P02', 'DATABASE_DOWN', /recovering/],
    ['57P03', 'DATABASE_DOWN', /starting up/],
    ['58030', 'DATABASE_UNUSABLE', /read or write its files/],
  ])('has a separate message for %s', (code, expected, message) => {
    const wrapped = new Error('wrapped', { cause: Object.assign(new Error('driver'), { code }) })
    expect(explainDatabaseError(wrapped)).toMatchObject({
      statusCode: 503,
      code: expected,
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['08P01', 'connection is insecure (try using `sslmode=require`)', /accepts only connections with TLS/],
    ['08P01', 'SSL required', /accepts only connections with TLS/],
    ['28000', 'no pg_hba.conf entry for host "::1", user "app", database "app", SSL off', /without TLS/],
    ['28000', 'no pg_hba.conf entry for host "::1", user "app", database "app", SSL encryption', /^(?!.*TLS).*pg_hba/],
  ])('detects in %s, %s whether TLS is missing', (code, text, message) => {
    expect(explainDatabaseError(Object.assign(new Error(text), { code }))?.message).toMatch(message)
  })

  it.each(['23505', '42601', '22P02', '42P01', 'ERR_INVALID_ARG_TYPE'])('leaves %s to the app', (code) => {
    expect(explainDatabaseError(Object.assign(new Error('x'), { code }))).toBeUndefined()
  })
})

// The answers of a real server.
describe.skipIf(!hasPostgres)('a real server', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>

  async function asAdmin(...statements: readonly string[]) {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  beforeAll(async () => {
    server = await startPostgres()
    const rules = [
      'local all all trust',
      'host all alien all reject',
      'host all known all scram-sha-256',
      'hostssl all safe all trust',
      'host all all all trust',
    ]
    // Two rules for one user: without TLS, none admits it.
    rules.splice(4, 0, 'hostnossl all safe all reject')
    await asAdmin(
      `create role alien login`,
      `create role known login password 'right'`,
      `create role safe login`,
      `create role one login connection limit 0`,
      `create role reader login`,
      `create role frozen login superuser`,
      `alter role frozen set default_transaction_read_only = on`,
      `copy (select unnest(string_to_array('${rules.join('|')}', '|'))) to program 'cat > pg_hba.conf'`,
      `copy (select 1) to program 'openssl req -new -x509 -days 1 -nodes -subj /CN=localhost -keyout server.key -out server.crt 2>&1; chmod 600 server.key'`,
      `select pg_reload_conf()`,
    )
  })

  afterAll(() => server.stop())

  /** Returns the answer of `/ready` of an app with this database, and its log. */
  async function ready(url: string) {
    let log = ''
    const app = fastify({ logger: { level: 'debug', stream: { write: (line: string) => void (log += line) } } })
    onTestFinished(() => app.close())
    const options = { schema: 'core', migrations: driftMigrations, metrics: new Registry() }
    registerDatabase(app, { ...options, env: { DATABASE_URL: url } })
    const response = await app.inject('/ready')
    return { ...response.json<{ error: object }>(), status: response.statusCode, log: log + response.payload }
  }

  const as = (user: string, database = 'postgres', query = '') =>
    `postgresql://${user}@127.0.0.1:${server.port}/${database}${query}`

  it.each([
    ['a wrong password', () => as('known:hunter2'), 'DATABASE_UNUSABLE', /^The database refuses the password: /],
    ['no password', () => as('known'), 'DATABASE_UNUSABLE', /^The database requires a password: /],
    ['an unknown user', () => as('nobody'), 'DATABASE_UNUSABLE', /^The user does not exist/],
    ['an unknown database', () => as('postgres', 'nowhere'), 'DATABASE_UNUSABLE', /^The database does not exist/],
    ['a client that no rule admits', () => as('alien'), 'DATABASE_UNUSABLE', /pg_hba\.conf/],
    ['no connection left', () => as('one'), 'DATABASE_BUSY', /^The database has no connection left/],
    [
      'TLS where there is none',
      () => as('postgres', 'postgres', '?sslmode=require'),
      'DATABASE_UNUSABLE',
      /does not support TLS/,
    ],
    ['no permission for the schema', () => as('reader'), 'DATABASE_UNUSABLE', /its user may not create it/],
    ['a read-only server', () => as('frozen'), 'DATABASE_UNUSABLE', /is read-only/],
    [
      'a host that does not exist',
      () => 'postgresql://a@nowhere.invalid/b',
      'DATABASE_DOWN',
      /^The host of the database is unknown/,
    ],
  ])('with %s has a separate message', async (_what, url, code, message) => {
    const { status, error, log } = await ready(url())
    expect({ status, error }).toEqual({
      status: 503,
      error: { code, message: expect.stringMatching(message) as string },
    })
    expect(log).not.toContain('hunter2')
  })

  it('with TLS has its own messages for a client without TLS, and for a certificate that is not trusted', async () => {
    await asAdmin('alter system set ssl = on', 'select pg_reload_conf()')
    const certificate = await ready(as('postgres', 'postgres', '?sslmode=verify-full'))
    expect(certificate.error).toMatchObject({ message: expect.stringMatching(/is not trusted/) as string })
    expect((await ready(as('safe'))).error).toMatchObject({ message: expect.stringMatching(/without TLS/) as string })
    expect((await ready(as('postgres', 'postgres', '?sslmode=no-verify'))).status).toBe(200)
  })

  it('that is full, or read-only in the middle, gives 503 for a statement too', async () => {
    const app = fastify()
    onTestFinished(() => app.close())
    const options = { schema: 'core', migrations: driftMigrations, metrics: new Registry() }
    const database = registerDatabase(app, { ...options, env: { DATABASE_URL: server.url } })
    const db = await database.use()
    const fail = async (code: string) => {
      const raise = sql.raw(`do $$ begin raise exception 'x' using errcode = '${code}'; end $$`)
      return database.explain(await db.execute(raise).catch((error: unknown) => error))
    }
    expect(await fail('53100')).toMatchObject({ statusCode: 503, message: expect.stringMatching(/disk/) as string })
    expect(await fail('25006')).toMatchObject({
      statusCode: 503,
      message: expect.stringMatching(/read-only/) as string,
    })
  })
})
