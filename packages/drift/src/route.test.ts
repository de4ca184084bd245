import { setTimeout as delay } from 'node:timers/promises'
import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDriftApp, byFirstWord } from './api.fixture.js'
import type { BranchSummary, Context } from './contract.js'
import type { Decider } from './decider.js'
import type { FactExtractor } from './facts.js'
import { driftMigrations } from './migrations.js'
import { createRoute } from './route.js'
import { tablesOf } from './tables.js'

// What GitHub's other systems bring along has no PostgreSQL server.
const hasPostgres = runsPostgresTests()

// The embedded database has one session for all, in which nothing can contend.
describe.skipIf(!hasPostgres)('on a real server', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>

  beforeAll(async () => {
    server = await startPostgres()
  })

  afterAll(() => server.stop())

  const build = (decider?: Decider, extractor?: FactExtractor) =>
    buildDriftApp({ DATABASE_URL: server.url }, decider, extractor)

  /** Creates several replicas, each with its own connections and queue. */
  const buildTwo = (decider?: Decider) => [build(decider), build(decider)] as const

  it('several processes that start at once bring the schema up to date once', async () => {
    const apps = Array.from({ length: 5 }, () => build())
    await Promise.all(apps.map(({ database }) => database.use()))
    const { rows } = await (await apps[0]!.database.use()).execute(sql`select name from core.migrations`)
    expect(rows).toEqual(driftMigrations.map(({ name }) => ({ name })))
  })

  it('two first messages of one conversation at once make one conversation, and one branch where they agree', async () => {
    const [one, other] = buildTwo()
    for (let index = 0; index < 10; index++) {
      const id = `first-${index}`
      const [left, right] = await Promise.all([one.route(id, 'trip one'), other.route(id, 'trip two')])
      expect(left.branchId).toBe(right.branchId)
      expect([left.action, right.action].toSorted()).toEqual(['BRANCH', 'STAY'])
      expect((await one.call('GET', `drift/branches/${id}`)).data).toMatchObject([{ topic: 'trip', messageCount: 2 }])
    }
  })

  it('every message of a conversation that two processes write to at once is there, and each topic once', async () => {
    const [one, other] = buildTwo()
    const contents = Array.from({ length: 40 }, (_, index) => `${['trip', 'dinner', 'car'][index % 3]} ${index}`)
    // If both write all the time, one may get a conflict.
    const send = async (app: typeof one, content: string): Promise<unknown> =>
      app.route('busy', content).catch((error: { status?: number }) => {
        if (error.status !== 409) throw error
        return send(app, content)
      })
    await Promise.all(contents.map((content, index) => send(index % 2 ? one : other, content)))
    const branches = (await one.call('GET', 'drift/branches/busy')).data as BranchSummary[]
    expect(branches.map(({ topic }) => topic).toSorted()).toEqual(['car', 'dinner', 'trip'])
    const contexts = await Promise.all(branches.map(({ id }) => one.call('GET', `context/${id}`)))
    const kept = contexts.flatMap(({ data }) => (data as Context).messages.map(({ content }) => content))
    expect(kept.toSorted()).toEqual(contents.toSorted())
  })

  it('has no open transaction during a decision', async () => {
    const seen: unknown[] = []
    const slow: Decider = {
      async decide(message, branches) {
        const db = await database.use()
        const { rows } = await db.execute(
          sql`select state from pg_stat_activity where application_name = 'driftos-core' and state like 'idle in%'`,
        )
        seen.push(...rows)
        return byFirstWord.decide(message, branches)
      },
    }
    const { database, route } = build(slow)
    for (const content of ['trip', 'trip', 'dinner']) await route('slow', content)
    expect(seen).toEqual([])
  })

  it('drops a waiting message when its client disconnects, and allows no more than a hundred to wait', async () => {
    const decided: string[] = []
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { database, call } = build()
    const route = createRoute(database, tablesOf('core'), {
      async decide(message, branches) {
        decided.push(message.content)
        await held
        return byFirstWord.decide(message, branches)
      },
    })
    const send = (content: string, signal?: AbortSignal) =>
      route({ conversationId: 'full', content, role: 'user' }, { signal })
    const leaving = new AbortController()
    const first = send('first')
    const others = Array.from({ length: 99 }, (_, index) => send(`other ${index}`, leaving.signal))
    const last = send('last')
    await expect(send('one too many')).rejects.toMatchObject({ statusCode: 409 })
    leaving.abort()
    release()
    expect((await Promise.allSettled(others)).map(({ status }) => status)).toEqual(others.map(() => 'rejected'))
    expect([(await first).action, (await last).action, decided]).toEqual(['BRANCH', 'BRANCH', ['first', 'last']])
    expect((await call('GET', 'drift/branches/full')).data).toHaveLength(2)
  })

  it('takes no message whose client went away while another was decided', async () => {
    const decided: string[] = []
    const { app, call } = build({
      async decide(message, branches) {
        decided.push(message.content)
        await delay(1000)
        return byFirstWord.decide(message, branches)
      },
    })
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const send = (content: string, ms: number) =>
      fetch(`${origin}/api/v1/drift/route`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ conversationId: 'left', content }),
        signal: AbortSignal.timeout(ms),
      })
    const first = send('first', 30_000)
    await expect.poll(() => decided).toEqual(['first'])
    await expect(send('second', 300)).rejects.toThrow('timeout')
    expect((await first).status).toBe(200)
    expect((await send('third', 30_000)).status).toBe(200)
    expect(decided).toEqual(['first', 'third'])
    expect((await call('GET', 'drift/branches/left')).data).toHaveLength(2)
  })

  it('stores no message whose client disconnects during the decision', async () => {
    const leaving = new AbortController()
    const { database, call } = build()
    const route = createRoute(database, tablesOf('core'), {
      async decide(message, branches) {
        leaving.abort()
        return byFirstWord.decide(message, branches)
      },
    })
    const message = { conversationId: 'gone', content: 'first', role: 'user' } as const
    await expect(route(message, { signal: leaving.signal })).rejects.toMatchObject({ statusCode: 499 })
    expect((await call('GET', 'drift/branches/gone')).data).toEqual([])
  })

  it('stores no message whose client disconnects while it is written', async () => {
    const leaving = new AbortController()
    const { database, call } = build()
    const route = createRoute(database, tablesOf('core'), byFirstWord)
    const claim = { complete: async () => leaving.abort(), release: async () => {} }
    const message = { conversationId: 'gone', content: 'first', role: 'user' } as const
    await expect(route(message, { signal: leaving.signal, claim })).rejects.toMatchObject({ statusCode: 499 })
    expect((await call('GET', 'drift/branches/gone')).data).toEqual([])
  })

  it('decides again when its branch is deleted during the decision', async () => {
    let isDeleted = false
    const meddled: Decider = {
      async decide(message, branches) {
        const decision = await byFirstWord.decide(message, branches)
        if (branches.length > 0 && !isDeleted) {
          isDeleted = true
          await call('DELETE', `drift/branches/${branches[0]!.id}`)
        }
        return decision
      },
    }
    const { route, call } = build(meddled)
    const first = await route('meddled', 'trip')
    const second = await route('meddled', 'trip')
    expect(second).toMatchObject({ action: 'BRANCH' })
    expect(second.branchId).not.toBe(first.branchId)
  })

  it.each([
    ['in its branch', 'trip', { action: 'ROUTE' }],
    ['in a branch below it', 'part one', { action: 'BRANCH' }],
    ['in a new branch', 'car', { action: 'BRANCH' }],
  ])(
    'decides again when the conversation is deleted and created again during the decision, %s',
    async (_where, content, expected) => {
      const id = `anew-${content}`
      let isAnew = false
      const meddled: Decider = {
        async decide(message, branches) {
          const decision = await byFirstWord.decide(message, branches)
          if (branches.length > 0 && !isAnew) {
            isAnew = true
            await other.call('DELETE', `drift/conversations/${id}`)
            await other.route(id, 'trip')
            dinner = await other.route(id, 'dinner')
          }
          return decision
        },
      }
      let dinner: { branchId: string } | undefined
      const [one, other] = [build(meddled), build()]
      for (const before of ['trip', 'trip']) await other.route(id, before)
      expect(await one.route(id, content)).toMatchObject({ ...expected, previousBranchId: dinner?.branchId })
    },
  )

  it.each([
    ['in it', 'trip'],
    ['below it', 'part one'],
  ])('decides again when the branch is deleted from the database during the decision, %s', async (_where, content) => {
    let isTaken = false
    const meddled: Decider = {
      async decide(message, branches) {
        const decision = await byFirstWord.decide(message, branches)
        if (branches.length > 0 && !isTaken) {
          isTaken = true
          const db = await database.use()
          await db.execute(sql`delete from core.branches where id = ${branches[0]!.id}`)
        }
        return decision
      },
    }
    const { route, call, database } = build(meddled)
    const id = `taken-${content}`
    await route(id, 'trip')
    expect(await route(id, content)).toMatchObject({ action: 'BRANCH' })
    expect((await call('GET', `drift/branches/${id}`)).data).toMatchObject([{ messageCount: 1 }])
  })

  it('a conversation that is deleted while messages arrive is complete or deleted', async () => {
    const [one, other] = buildTwo()
    for (let index = 0; index < 10; index++) {
      const id = `deleted-${index}`
      await one.route(id, 'trip')
      const [deleted] = await Promise.all([
        other.call('DELETE', `drift/conversations/${id}`),
        one.route(id, 'trip again'),
        one.route(id, 'dinner'),
      ])
      expect(deleted.status).toBe(200)
      const branches = (await one.call('GET', `drift/branches/${id}`)).data as BranchSummary[]
      const { deletedMessages } = deleted.data as { deletedMessages: number }
      expect(branches.reduce((sum, { messageCount }) => sum + messageCount, deletedMessages)).toBe(3)
    }
  })

  it('several processes that find the same facts in different orders do not deadlock', async () => {
    const found = Array.from({ length: 200 }, (_, index) => ({
      key: `key ${index}`,
      value: '',
      confidence: 1,
      messageIds: [],
    }))
    const apps = [found, found.toReversed()].map((facts) => build(undefined, { extract: async () => facts }))
    const { branchId } = await apps[0]!.route('facts', 'trip')
    for (let index = 0; index < 10; index++) {
      const answers = await Promise.all([...apps, ...apps].map(({ call }) => call('POST', `facts/${branchId}/extract`)))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    }
  })

  it('a message whose writing fails half-way leaves nothing behind', async () => {
    const failing: Decider = {
      decide: async () => ({
        action: 'BRANCH',
        reason: 'it fails',
        confidence: 1,
        save: async (db) => {
          await db.execute(sql`select 1 / 0`)
        },
      }),
    }
    const { call } = build(failing)
    expect(await call('POST', 'drift/route', { conversationId: 'half', content: 'x' })).toMatchObject({ status: 500 })
    expect(await call('DELETE', 'drift/conversations/half')).toMatchObject({ status: 404 })
  })

  it('after a crash of the server every acknowledged message is there, once, and no branch is empty', async () => {
    const { route, call, database } = build()
    await database.use()
    const acknowledged: string[] = []
    const over = new AbortController()
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; !over.signal.aborted; index++) {
        const content = `${['trip', 'dinner'][index % 2]} ${writer}/${index}`
        await route(`crash-${writer % 3}`, content).then(
          () => acknowledged.push(content),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        )
      }
    })
    await expect.poll(() => acknowledged.length).toBeGreaterThan(50)
    await server.kill()
    const before = acknowledged.length
    expect(await call('GET', 'drift/branches/crash-0')).toMatchObject({ status: 503, error: { code: 'DATABASE_DOWN' } })
    await server.start()
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 20)
    over.abort()
    await Promise.all(writers)

    const db = await database.use()
    const { rows } = await db.execute<{ content: string }>(
      sql`select content from core.messages where content like '% %/%'`,
    )
    const kept = rows.map(({ content }) => content)
    expect(kept).toEqual(expect.arrayContaining(acknowledged))
    expect(new Set(kept).size).toBe(kept.length)
    const { rows: empty } = await db.execute(
      sql`select id from core.branches b where not exists (select from core.messages where branch_id = b.id)`,
    )
    expect(empty).toEqual([])
  })
})
