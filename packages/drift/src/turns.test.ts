import { setTimeout as delay } from 'node:timers/promises'
import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDriftApp, byFirstWord } from './api.fixture.js'
import type { Decider } from './decider.js'

const hasPostgres = runsPostgresTests()

/** Decides after some time, as a model or a service does. */
const after = (ms: number): Decider => ({
  async decide(message, branches) {
    await delay(ms)
    return byFirstWord.decide(message, branches)
  },
})

describe.skipIf(!hasPostgres)('replicas that write to one conversation', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>

  beforeAll(async () => {
    server = await startPostgres()
  })

  afterAll(() => server.stop())

  const build = (decider: Decider) => buildDriftApp({ DATABASE_URL: server.url }, decider)

  /** Has each replica send messages of several clients for some time; returns how many of each were stored. */
  async function compete(deciderMs: readonly number[], id: string, ms: number) {
    const replicas = deciderMs.map((each) => build(after(each)))
    await Promise.all(replicas.map(({ database }) => database.use()))
    const until = performance.now() + ms
    const statuses = new Map<number, number>()
    const stored = await Promise.all(
      replicas.map(async ({ route }) => {
        let count = 0
        const client = async () => {
          while (performance.now() < until) {
            await route(id, 'trip').then(
              () => count++,
              ({ status }: { status: number }) => statuses.set(status, (statuses.get(status) ?? 0) + 1),
            )
          }
        }
        await Promise.all([client(), client(), client()])
        return count
      }),
    )
    return { stored, statuses }
  }

  it.each([
    ['two equal ones', [20, 20]],
    ['two, one of them faster', [5, 40]],
    ['three, one of them faster', [5, 40, 40]],
  ])('get equal shares: %s', async (name, deciderMs) => {
    const { stored, statuses } = await compete(deciderMs, `fair ${name}`, 4000)
    expect(Math.min(...stored) / Math.max(...stored)).toBeGreaterThan(1 / 3)
    expect([...statuses]).toEqual([])
  })

  it('wait for a process that crashed in its turn no longer than the turn', async () => {
    const { route, database } = build(byFirstWord)
    await route('crashed', 'trip')
    const db = await database.use()
    await db.execute(
      sql`update core.conversations set turn_owner = 'another', turn_until = now() + interval '1 second' where id = 'crashed'`,
    )
    const startedAt = performance.now()
    await route('crashed', 'trip')
    expect(performance.now() - startedAt).toBeGreaterThan(800)
  })

  it('do not wait in a conversation that only one writes to', async () => {
    const { route, database } = build(byFirstWord)
    for (let index = 0; index < 5; index++) await route('alone', 'trip')
    const db = await database.use()
    const { rows } = await db.execute(sql`select turn_owner from core.conversations where id = 'alone'`)
    expect(rows).toEqual([{ turn_owner: null }])
  })
})
