import { runsPostgresTests, startPostgres } from '@driftos/testing/database'
import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDriftApp, byFirstWord, type Answer } from './api.fixture.js'
import type { BranchSummary } from './contract.js'
import type { Decider } from './decider.js'
import { idempotencyKeySchema } from './idempotency.js'

const hasPostgres = runsPostgresTests()

describe('the header Idempotency-Key', () => {
  it.each([
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"8e03978e-40d5"', '8e03978e-40d5'],
    [' "a key" ', 'a key'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('may be %j', (header, key) => {
    expect(idempotencyKeySchema.parse(header)).toBe(key)
  })

  it.each(['', '""', 'a b', '"a', 'a"b', 'ключ', 'x'.repeat(256)])('is refused when it is %j', (header) => {
    expect(idempotencyKeySchema.safeParse(header).success).toBe(false)
  })
})

describe.skipIf(!hasPostgres)('POST /api/v1/drift/route with Idempotency-Key', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let count = 0

  beforeAll(async () => {
    server = await startPostgres()
  })

  afterAll(() => server.stop())

  /** Builds a replica, with a way to send a message with a key. */
  function build(decider: Decider = byFirstWord) {
    const drift = buildDriftApp({ DATABASE_URL: server.url }, decider)
    async function send(key: string, payload: object) {
      const headers = { 'idempotency-key': key }
      const response = await drift.app.inject({ method: 'POST', url: '/api/v1/drift/route', headers, payload })
      return {
        status: response.statusCode,
        replayed: response.headers['idempotency-replayed'],
        ...response.json<Answer>(),
      }
    }
    return { ...drift, send }
  }

  const fresh = () => ({ key: `key-${count}`, id: `idempotent-${count++}` })
  const countMessages = async ({ call }: ReturnType<typeof build>, id: string) =>
    ((await call('GET', `drift/branches/${id}`)).data as BranchSummary[]).reduce(
      (sum, one) => sum + one.messageCount,
      0,
    )

  it('stores a message once, and gives the same answer again, from every replica', async () => {
    const { key, id } = fresh()
    const [one, other] = [build(), build()]
    const body = { conversationId: id, content: 'trip' }
    const first = await one.send(key, body)
    expect(first).toMatchObject({ status: 200, replayed: undefined, data: { action: 'BRANCH' } })
    for (const replica of [one, other])
      expect(await replica.send(`"${key}"`, body)).toEqual({ ...first, replayed: 'true' })
    expect(await countMessages(one, id)).toBe(1)
    expect(await one.metrics.metrics()).toContain('drift_decisions_total{action="BRANCH",mode="AUTO"} 1')
    expect(await one.send(fresh().key, body)).toMatchObject({ status: 200, data: { action: 'STAY' } })
  })

  it.each([
    ['content', { content: 'dinner' }],
    ['conversation', { conversationId: 'another' }],
    ['role', { role: 'assistant' }],
    ['branch', { branchMode: 'PINNED', targetBranchId: 'any' }],
  ])('answers 422 to another %s with the same key', async (_what, change) => {
    const { key, id } = fresh()
    const app = build()
    const body = { conversationId: id, content: 'trip' }
    await app.send(key, body)
    expect(await app.send(key, { ...body, ...change })).toMatchObject({
      status: 422,
      error: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    expect(await countMessages(app, id)).toBe(1)
  })

  it('answers 409 while the request is in progress, in every replica, and then the stored answer', async () => {
    const { key, id } = fresh()
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let isDeciding = false
    const slow: Decider = {
      async decide(message, branches) {
        isDeciding = true
        await held
        return byFirstWord.decide(message, branches)
      },
    }
    const [one, other] = [build(slow), build()]
    const body = { conversationId: id, content: 'trip' }
    const first = one.send(key, body)
    await expect.poll(() => isDeciding).toBe(true)
    for (const replica of [one, other])
      expect(await replica.send(key, body)).toMatchObject({ status: 409, error: { code: 'IDEMPOTENCY_KEY_IN_USE' } })
    expect(await other.send(key, { ...body, content: 'x' })).toMatchObject({ status: 422 })
    release()
    const { data } = await first
    expect(await other.send(key, body)).toMatchObject({ status: 200, replayed: 'true', data })
    expect(await countMessages(other, id)).toBe(1)
  })

  it('frees the key of a request that failed', async () => {
    const { key, id } = fresh()
    let isFixed = false
    const app = build({
      decide: async (message, branches) => {
        if (!isFixed) throw new Error('no decision')
        return byFirstWord.decide(message, branches)
      },
    })
    const body = { conversationId: id, content: 'trip' }
    expect(await app.send(key, body)).toMatchObject({ status: 500 })
    isFixed = true
    expect(await app.send(key, body)).toMatchObject({ status: 200, replayed: undefined })
  })

  it('is taken over from a process that crashed, whose message is not stored if it runs on', async () => {
    const { key, id } = fresh()
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let isDeciding = false
    const slow: Decider = {
      async decide(message, branches) {
        isDeciding = true
        await held
        return byFirstWord.decide(message, branches)
      },
    }
    const [one, other] = [build(slow), build()]
    const body = { conversationId: id, content: 'trip' }
    const first = one.send(key, body)
    await expect.poll(() => isDeciding).toBe(true)
    const db = await other.database.use()
    await db.execute(
      sql`update core.idempotency_keys set claimed_at = now() - interval '31 seconds' where key = ${key}`,
    )
    const second = await other.send(key, body)
    expect(second).toMatchObject({ status: 200, replayed: undefined })
    release()
    expect(await first).toMatchObject({ status: 409 })
    expect(await countMessages(other, id)).toBe(1)
    expect(await one.send(key, body)).toMatchObject({ status: 200, replayed: 'true', data: second.data })
  })

  it('is free again after a day, and after its conversation is deleted', async () => {
    const { key, id } = fresh()
    const app = build()
    const body = { conversationId: id, content: 'trip' }
    await app.send(key, body)
    const db = await app.database.use()
    await db.execute(sql`update core.idempotency_keys set claimed_at = now() - interval '25 hours' where key = ${key}`)
    expect(await app.send(key, body)).toMatchObject({ status: 200, replayed: undefined })
    await app.call('DELETE', `drift/conversations/${id}`)
    expect((await db.execute(sql`select from core.idempotency_keys where key = ${key}`)).rows).toEqual([])
  })

  it('stores each message once, whatever clients repeat at the same time through two replicas', async () => {
    const replicas = [build(), build()]
    const sent = fc.array(fc.record({ message: fc.nat({ max: 3 }), replica: fc.nat({ max: 1 }) }), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(sent, async (requests) => {
        const { key, id } = fresh()
        const results = await Promise.all(
          requests.map(async ({ message, replica }) => ({
            message,
            ...(await replicas[replica]!.send(`${key}-${message}`, { conversationId: id, content: `trip ${message}` })),
          })),
        )
        const ids = new Map<number, Set<string>>()
        for (const { status, message, data } of results) {
          expect([200, 409]).toContain(status)
          if (status !== 200) continue
          ids.set(message, (ids.get(message) ?? new Set()).add((data as { messageId: string }).messageId))
        }
        for (const different of ids.values()) expect(different.size).toBe(1)
        expect(await countMessages(replicas[0]!, id)).toBe(ids.size)
      }),
      { numRuns: 15 },
    )
  })
})
