import fc from 'fast-check'
import { Client, DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// @boundaries-ignore packages/testing depends on this package
import { runsPostgresTests, startPostgres } from '../../testing/src/database/postgres.js'
import { serveForTests } from './testing.js'

const hasPostgres = runsPostgresTests()

/** An action of a client. Its answer depends only on earlier actions of the same client. */
const statements = [
  'show timezone',
  "set timezone = 'Asia/Tokyo'",
  "set local timezone = 'Europe/Rome'",
  "select set_config('timezone', 'America/Lima', false)",
  'reset timezone',
  "set app.tenant = 'seven'",
  "select coalesce(current_setting('app.tenant', true), '') as tenant",
  'discard all',
  'prepare p as select 1 as one',
  'prepare p as select 2 as two',
  'execute p',
  'deallocate p',
  'deallocate all',
  'begin',
  'commit',
  'rollback',
  'savepoint a',
  'rollback to savepoint a',
  'insert into OWN values (1) returning n',
  'select count(*) from OWN',
  'select 1 / 0',
  'selec',
  'set role pg_monitor',
  'reset role',
  'select current_user, session_user',
  'create temp table t as select 7 as n',
  'select n from t',
  'drop table t',
  'declare c cursor with hold for select generate_series(1, 5) as n',
  'fetch 2 from c',
  'close c',
  'select pg_try_advisory_lock(CLIENT)',
  'select pg_advisory_unlock(CLIENT)',
] as const

const parameters = [
  'select $1::int + 1 as n',
  'insert into OWN values ($1::int) returning n',
  'select 1 / ($1::int - 5)',
]

type Step = { sql: string; value?: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...statements).map((sql) => ({ sql })) },
  { weight: 1, arbitrary: fc.record({ sql: fc.constantFrom(...parameters), value: fc.integer({ min: 4, max: 6 }) }) },
)
const programs = fc.array(fc.array(step, { minLength: 3, maxLength: 12 }), { minLength: 2, maxLength: 4 })

/** Runs each program as a separate client, in an order that the scheduler chooses, and returns the answers. */
async function run(url: string, steps: readonly Step[][], scheduler: fc.Scheduler): Promise<string[][]> {
  const answers = steps.map(async (program, index) => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    const lines: string[] = []
    for (const { sql, value } of program) {
      await scheduler.schedule(Promise.resolve())
      const text = sql.replace('OWN', `public.own${index}`).replace('CLIENT', String(index))
      lines.push(`${text} → ${await ask(client, text, value)}`)
    }
    await client.end()
    return lines
  })
  return scheduler.waitFor(Promise.all(answers))
}

async function ask(client: Client, text: string, value?: number): Promise<string> {
  try {
    const { rows, command } = await client.query<object>(text, value === undefined ? [] : [value])
    return `${command} ${JSON.stringify(rows)}`
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    return `error ${error.code}`
  }
}

describe.skipIf(!hasPostgres)('clients whose statements interleave', () => {
  const database = serveForTests({ idleMs: 20_000, queueMs: 60_000, startupMs: 10_000 })
  let reference: Awaited<ReturnType<typeof startPostgres>>

  beforeAll(async () => {
    reference = await startPostgres()
  })
  afterAll(() => reference.stop())

  async function reset(url: string): Promise<void> {
    const client = new Client({ connectionString: url })
    await client.connect()
    const tables = [0, 1, 2, 3].map((index) => `drop table if exists own${index}; create table own${index} (n int)`)
    const grants = [0, 1, 2, 3].map((index) => `grant all on own${index} to public`)
    await client.query([...tables, ...grants, "set client_min_messages = 'error'"].join(';'))
    await client.end()
  }

  it('get the answers that PostgreSQL gives', async () => {
    const zone = `alter database postgres set timezone = 'UTC'`
    const client = new Client({ connectionString: reference.url })
    await client.connect()
    await client.query(zone)
    await client.end()
    await fc.assert(
      fc.asyncProperty(programs, fc.scheduler(), fc.scheduler(), async (steps, one, other) => {
        await Promise.all([reset(database.url), reset(reference.url)])
        const [answers, expected] = [await run(database.url, steps, one), await run(reference.url, steps, other)]
        expect(answers).toEqual(expected)
      }),
      { numRuns: 25, endOnFailure: true },
    )
  })
})
