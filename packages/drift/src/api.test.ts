import { startEmbeddedDatabase } from '@driftos/testing/database'
import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildDriftApp, byFirstWord } from './api.fixture.js'
import type { BranchSummary, Context, Conversation } from './contract.js'
import type { FactExtractor } from './facts.js'

let embedded: Awaited<ReturnType<typeof startEmbeddedDatabase>>

beforeAll(async () => {
  embedded = await startEmbeddedDatabase()
})

afterAll(() => embedded.stop())

let count = 0
/** An app, and a conversation that no other test has. */
const build = (extractor?: FactExtractor) => ({
  ...buildDriftApp({ POSTGRES_PORT: String(embedded.port) }, byFirstWord, extractor),
  id: `conversation-${count++}`,
})

const anyString = expect.any(String) as string
const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string

describe('POST /api/v1/drift/route', () => {
  it('begins a branch, stays in it, begins another, and goes back', async () => {
    const { route, id } = build()
    const first = await route(id, 'trip to Paris')
    expect(first).toEqual({
      action: 'BRANCH',
      branchId: anyString,
      branchTopic: 'trip',
      messageId: anyString,
      isNewBranch: true,
      reason: 'the first word is trip',
      confidence: 0.9,
    })
    const second = await route(id, 'trip by train', { role: 'assistant' })
    expect(second).toMatchObject({ action: 'STAY', branchId: first.branchId, isNewBranch: false })
    expect(second).not.toHaveProperty('previousBranchId')
    const third = await route(id, 'dinner for two')
    expect(third).toMatchObject({ action: 'BRANCH', branchTopic: 'dinner', previousBranchId: first.branchId })
    expect(await route(id, 'trip again')).toMatchObject({
      action: 'ROUTE',
      branchId: first.branchId,
      previousBranchId: third.branchId,
    })
  })

  it('goes to the branch that the client pins, without the decider', async () => {
    const { route, id } = build()
    const trip = await route(id, 'trip')
    const dinner = await route(id, 'dinner')
    const pinned = { branchMode: 'PINNED', targetBranchId: trip.branchId }
    expect(await route(id, 'dinner', pinned)).toMatchObject({
      action: 'ROUTE',
      branchId: trip.branchId,
      previousBranchId: dinner.branchId,
      confidence: 1,
      metadata: { pinned: true },
    })
    expect(await route(id, 'dinner', pinned)).toMatchObject({ action: 'STAY', branchId: trip.branchId })
  })

  it('refuses to pin to a branch of another conversation, and writes nothing', async () => {
    const { route, call, id } = build()
    const other = await route(`${id}-other`, 'trip')
    const body = { conversationId: id, content: 'x', branchMode: 'PINNED', targetBranchId: other.branchId }
    expect(await call('POST', 'drift/route', body)).toMatchObject({ status: 404, error: { code: 'BRANCH_NOT_FOUND' } })
    expect(await call('DELETE', `drift/conversations/${id}`)).toMatchObject({ status: 404 })
    expect((await call('GET', `drift/branches/${id}-other`)).data).toMatchObject([{ messageCount: 1 }])
  })

  it('takes the same message twice', async () => {
    const { route, id } = build()
    const [one, two] = [await route(id, 'trip'), await route(id, 'trip')]
    expect(two.branchId).toBe(one.branchId)
    expect(two.messageId).not.toBe(one.messageId)
  })

  it.each([
    [{}, /^conversationId: .+; content: /],
    [[], /^body: /],
    [{ conversationId: '', content: 'x' }, /^conversationId: /],
    [{ conversationId: 7, content: 'x' }, /^conversationId: /],
    [{ conversationId: 'x'.repeat(201), content: 'x' }, /^conversationId: /],
    [{ conversationId: '..', content: 'x' }, /^conversationId: contains "." or ".." as a path segment/],
    [{ conversationId: 'a/./b', content: 'x' }, /^conversationId: contains "." or ".." as a path segment/],
    [{ conversationId: 'a\0b', content: 'x' }, /^conversationId: contains a NUL character/],
    [{ conversationId: 'a', content: '' }, /^content: is blank/],
    [{ conversationId: 'a', content: ' \n' }, /^content: is blank/],
    [{ conversationId: 'a', content: 'a\0b' }, /^content: contains a NUL character/],
    [{ conversationId: 'a', content: 'a\uD800b' }, /^content: contains half of a surrogate pair/],
    [{ conversationId: 'a', content: { $ne: 1 } }, /^content: /],
    [{ conversationId: 'a', content: 'x', role: 'system' }, /^role: /],
    [{ conversationId: 'a', content: 'x', branchMode: 'FREE' }, /^branchMode: /],
    [{ conversationId: 'a', content: 'x', branchMode: 'PINNED' }, /^targetBranchId: is required/],
  ])('refuses %j with the field', async (body, message) => {
    const answer = await build().call('POST', 'drift/route', body)
    expect(answer).toMatchObject({ status: 400, success: false, error: { code: 'INVALID_REQUEST' } })
    expect(answer.error!.message).toMatch(message)
  })

  it.each([
    ['no JSON', '{"a":', 400],
    ['nothing', '', 400],
  ])('refuses %s', async (_what, payload, status) => {
    const headers = { 'content-type': 'application/json' }
    const { app } = build()
    expect((await app.inject({ method: 'POST', url: '/api/v1/drift/route', headers, payload })).statusCode).toBe(status)
  })

  it.each([
    ['letters', 'x'.repeat(102_400)],
    ['letters of three bytes', '语'.repeat(34_133)],
  ])('takes a message of 100 KB, %s, and gives it back whole', async (_what, content) => {
    const { route, call, id } = build()
    const { branchId } = await route(id, content)
    expect(((await call('GET', `context/${branchId}`)).data as Context).messages[0]!.content).toBe(content)
  })

  it('refuses a longer one with 413', async () => {
    const body = { conversationId: 'a', content: 'x'.repeat(102_401) }
    expect(await build().call('POST', 'drift/route', body)).toMatchObject({
      status: 413,
      success: false,
      error: { code: 'CONTENT_TOO_LARGE' },
    })
  })

  it('stores messages unchanged, in any script', async () => {
    const { route, call, id } = build()
    const { branchId } = await route(id, 'first')
    const pinned = { branchMode: 'PINNED', targetBranchId: branchId }
    const fixed = [
      'שלום עולם \u202Eabc',
      '👩‍👩‍👧 e\u0301',
      "'; drop table core.messages; --",
      '${1}%s\\x00\\u0000',
      '</script>',
    ]
    const random = fc.sample(
      fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.trim() !== '' && !text.includes('\0')),
      20,
    )
    for (const content of [...fixed, ...random]) await route(id, content, pinned)
    const { messages } = (await call('GET', `context/${branchId}`)).data as Context
    expect(messages.slice(1).map(({ content }) => content)).toEqual([...fixed, ...random])
  })

  it('counts the decisions by their kind', async () => {
    const { route, metrics, id } = build()
    await route(id, 'trip')
    await route(id, 'trip')
    expect(await metrics.metrics()).toContain('drift_decisions_total{action="STAY",mode="AUTO"} 1')
    expect(await metrics.metrics()).toContain('drift_decisions_total{action="ROUTE",mode="AUTO"} 0')
  })
})

describe('GET /api/v1/drift/branches/:conversationId', () => {
  it('lists the branches, the oldest first, with their counts and their parents', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip. My budget is 900 euros.')
    const part = await route(id, 'part of the trip')
    await call('POST', `facts/${trip.branchId}/extract`)
    const { data } = await call('GET', `drift/branches/${id}`)
    expect(data).toEqual([
      {
        id: trip.branchId,
        topic: 'trip.',
        messageCount: 1,
        factCount: 1,
        createdAt: anyTime,
        updatedAt: anyTime,
      },
      {
        id: part.branchId,
        topic: 'part of the trip',
        messageCount: 1,
        factCount: 0,
        parentId: trip.branchId,
        createdAt: anyTime,
        updatedAt: anyTime,
      },
    ])
  })

  it('is empty for an unknown conversation', async () => {
    expect(await build().call('GET', 'drift/branches/nobody')).toEqual({ status: 200, success: true, data: [] })
  })
})

describe('GET /api/v1/drift/conversations/:conversationId', () => {
  it('has the branches with their facts, and the messages of all branches in their order', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip. My budget is 900 euros.')
    const part = await route(id, 'part of the trip', { role: 'assistant' })
    const again = await route(id, 'trip. again')
    await route(`${id}-other`, 'dinner')
    await call('POST', `facts/${trip.branchId}/extract`)
    const { data } = await call('GET', `drift/conversations/${id}`)
    const branches = (await call('GET', `drift/branches/${id}`)).data as BranchSummary[]
    const facts = (await call('GET', `facts/${trip.branchId}`)).data
    expect(facts).toHaveLength(1)
    expect(data).toEqual({
      branches: [
        { ...branches[0], facts },
        { ...branches[1], facts: [] },
      ],
      messages: [
        {
          id: trip.messageId,
          branchId: trip.branchId,
          role: 'user',
          content: 'trip. My budget is 900 euros.',
          createdAt: anyTime,
        },
        {
          id: part.messageId,
          branchId: part.branchId,
          role: 'assistant',
          content: 'part of the trip',
          createdAt: anyTime,
        },
        { id: again.messageId, branchId: trip.branchId, role: 'user', content: 'trip. again', createdAt: anyTime },
      ],
      omittedMessages: 0,
    })
  })

  it('is empty for an unknown conversation', async () => {
    expect(await build().call('GET', 'drift/conversations/nobody')).toEqual({
      status: 200,
      success: true,
      data: { branches: [], messages: [], omittedMessages: 0 },
    })
  })

  it('is one state of the conversation while messages are written', async () => {
    const { route, call, id } = build()
    // All together wait for one database, less than the two seconds that a request waits for a connection.
    const writing = Promise.all(Array.from({ length: 4 }, (_, index) => route(id, `trip ${index}`)))
    const read = async () => (await call('GET', `drift/conversations/${id}`)).data as Conversation
    for (const { branches, messages, omittedMessages } of await Promise.all(Array.from({ length: 5 }, read)))
      expect([branches[0]?.messageCount ?? 0, omittedMessages]).toEqual([messages.length, 0])
    await writing
    expect((await read()).messages).toHaveLength(4)
  })

  it('is the same as the branches and their contexts, whatever is in a message', async () => {
    const { route, call, id } = build()
    const contents = ['trip \u0007\u2028 "\\u0000"', 'dinner 👩‍👩‍👧 e\u0301', 'trip \n\t</script>', 'part שלום']
    for (const content of contents) await route(id, content)
    const { branches, messages } = (await call('GET', `drift/conversations/${id}`)).data as Conversation
    expect(messages.map(({ content }) => content)).toEqual(contents)
    for (const { id: branchId } of branches) {
      const context = (await call('GET', `context/${branchId}`)).data as Context
      expect(messages.filter((message) => message.branchId === branchId)).toMatchObject(context.messages)
    }
  })

  it.each([
    ['2,000 messages', 'x', 2003, 2000],
    ['8 MB', 'x'.repeat(100_000), 86, 83],
  ])('has the latest %s of a longer conversation, and the number of the others', async (_what, text, total, kept) => {
    const { route, call, database, id } = build()
    const { branchId } = await route(id, 'trip')
    const db = await database.use()
    await db.execute(sql`insert into core.messages (id, branch_id, role, content)
      select ${id} || '-' || n, ${branchId}, 'user', ${text} from generate_series(2, ${total}::int) as n`)
    const { data } = await call('GET', `drift/conversations/${id}`)
    const { branches, messages, omittedMessages } = data as Conversation
    expect(branches).toMatchObject([{ messageCount: total }])
    expect([messages.length, omittedMessages]).toEqual([kept, total - kept])
    expect([messages[0]!.id, messages.at(-1)!.id]).toEqual([`${id}-${total - kept + 1}`, `${id}-${total}`])
  })
})

describe('GET /api/v1/context/:branchId', () => {
  it('has the messages in their order, and the facts of every branch', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip. My budget is 900 euros.')
    await route(id, 'trip. yes', { role: 'assistant' })
    const dinner = await route(id, 'dinner')
    await call('POST', `facts/${trip.branchId}/extract`)
    const { data } = await call('GET', `context/${trip.branchId}`)
    expect(data).toEqual({
      branchId: trip.branchId,
      branchTopic: 'trip.',
      messages: [
        { id: trip.messageId, role: 'user', content: 'trip. My budget is 900 euros.', createdAt: anyTime },
        { id: anyString, role: 'assistant', content: 'trip. yes', createdAt: anyTime },
      ],
      allFacts: [
        {
          branchId: trip.branchId,
          branchTopic: 'trip.',
          isCurrent: true,
          facts: [
            {
              id: anyString,
              key: 'budget',
              value: '900 euros',
              confidence: 0.6,
              messageIds: [trip.messageId],
              messageId: trip.messageId,
            },
          ],
        },
        { branchId: dinner.branchId, branchTopic: 'dinner', isCurrent: false, facts: [] },
      ],
    })
  })
})

describe('the facts of a branch', () => {
  it('are extracted once, however often they are requested, and follow the latest message', async () => {
    const { route, call, id } = build()
    const { branchId } = await route(id, 'trip. My budget is 900 euros.')
    const path = `facts/${branchId}`
    const first = (await call('POST', `${path}/extract`)).data
    expect(first).toMatchObject({ branchId, extractedCount: 1, facts: [{ key: 'budget', value: '900 euros' }] })
    expect((await call('POST', `${path}/extract`)).data).toEqual(first)
    await route(id, 'trip. My budget is 700 euros.')
    await call('POST', `${path}/extract`)
    expect((await call('GET', path)).data).toMatchObject([{ key: 'budget', value: '700 euros' }])
  })

  it('are empty without a fact', async () => {
    const { route, call, id } = build()
    const { branchId } = await route(id, 'trip')
    expect((await call('POST', `facts/${branchId}/extract`)).data).toEqual({ branchId, facts: [], extractedCount: 0 })
    expect((await call('GET', `facts/${branchId}`)).data).toEqual([])
  })

  it('are not found when the branch is deleted while they are looked for', async () => {
    const slow: FactExtractor = {
      async extract() {
        await call('DELETE', `drift/branches/${branchId}`)
        return [{ key: 'budget', value: '900 euros', confidence: 1, messageIds: [] }]
      },
    }
    const { route, call, id } = build(slow)
    const { branchId } = await route(id, 'trip')
    expect(await call('POST', `facts/${branchId}/extract`)).toMatchObject({
      status: 404,
      error: { code: 'BRANCH_NOT_FOUND' },
    })
  })

  it('are extracted for a JSON request without a body', async () => {
    const { route, app, id } = build()
    const { branchId } = await route(id, 'trip')
    const headers = { 'content-type': 'application/json' }
    const url = `/api/v1/facts/${branchId}/extract`
    expect((await app.inject({ method: 'POST', url, headers })).statusCode).toBe(200)
  })
})

describe('DELETE', () => {
  it('takes a conversation with all that is in it, once', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip. My budget is 900 euros.')
    await route(id, 'dinner')
    await call('POST', `facts/${trip.branchId}/extract`)
    expect(await call('DELETE', `drift/conversations/${id}`)).toEqual({
      status: 200,
      success: true,
      data: { deletedBranches: 2, deletedMessages: 2, deletedFacts: 1 },
    })
    expect((await call('GET', `drift/branches/${id}`)).data).toEqual([])
    expect(await call('DELETE', `drift/conversations/${id}`)).toMatchObject({
      status: 404,
      error: { code: 'CONVERSATION_NOT_FOUND' },
    })
  })

  it('takes a branch with all its descendants, and leaves the others', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip')
    await route(id, 'part one')
    await route(id, 'part of the part. My name is Ada.').then(({ branchId }) =>
      call('POST', `facts/${branchId}/extract`),
    )
    const dinner = await route(id, 'dinner')
    expect(await call('DELETE', `drift/branches/${trip.branchId}`)).toEqual({
      status: 200,
      success: true,
      data: { deletedMessages: 3, deletedFacts: 1 },
    })
    const left = (await call('GET', `drift/branches/${id}`)).data as BranchSummary[]
    expect(left.map((branch) => branch.id)).toEqual([dinner.branchId])
  })

  it('leaves a conversation that can go on when its current branch goes', async () => {
    const { route, call, id } = build()
    const trip = await route(id, 'trip')
    const dinner = await route(id, 'dinner')
    await call('DELETE', `drift/branches/${dinner.branchId}`)
    expect(await route(id, 'trip')).toMatchObject({ action: 'STAY', branchId: trip.branchId })
    await call('DELETE', `drift/branches/${trip.branchId}`)
    expect(await route(id, 'trip')).toMatchObject({ action: 'BRANCH' })
  })
})

it.each([
  ['GET', 'context/nobody'],
  ['GET', 'facts/nobody'],
  ['POST', 'facts/nobody/extract'],
  ['DELETE', 'drift/branches/nobody'],
  ['DELETE', 'drift/conversations/nobody'],
  ['GET', "context/' or 1=1 --"],
  ['DELETE', 'drift/branches/%25'],
] as const)('an unknown id is not found, %s %s', async (method, path) => {
  expect(await build().call(method, encodeURI(path))).toMatchObject({ status: 404, success: false })
})

it('an id that no database can keep is refused', async () => {
  for (const path of ['context/a%00b', 'drift/conversations/a%00b'])
    expect(await build().call('GET', path)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } })
})

describe('while the database is down', () => {
  it('every call is 503, and served again once it is back', async () => {
    const { route, call, id } = build()
    const { branchId } = await route(id, 'trip')
    await embedded.disconnect()
    onTestFinished(async () => {
      await embedded.disconnect()
      await embedded.connect()
    })
    for (const [method, path] of [
      ['GET', `drift/branches/${id}`],
      ['GET', `drift/conversations/${id}`],
      ['GET', `context/${branchId}`],
      ['POST', `facts/${branchId}/extract`],
      ['DELETE', `drift/conversations/${id}`],
    ] as const)
      expect(await call(method, path)).toMatchObject({ status: 503, error: { code: 'DATABASE_DOWN' } })
    expect(await call('POST', 'drift/route', { conversationId: id, content: 'trip' })).toMatchObject({ status: 503 })
    await embedded.connect()
    await expect.poll(async () => (await call('GET', `drift/branches/${id}`)).status).toBe(200)
    expect((await call('GET', `context/${branchId}`)).data).toMatchObject({ messages: [{ content: 'trip' }] })
  })
})

describe('over the one session that all clients share', () => {
  it('writes every message of many conversations at once, and leaves no transaction open', async () => {
    const { route, call, database, id } = build()
    const messages = Array.from({ length: 30 }, (_, index) => [`${id}-${index % 6}`, `trip ${index}`] as const)
    await Promise.all(messages.map(([conversation, content]) => route(conversation, content)))
    for (let index = 0; index < 6; index++)
      expect((await call('GET', `drift/branches/${id}-${index}`)).data).toMatchObject([{ messageCount: 5 }])
    const db = await database.use()
    const { rows } = await db.execute(sql`select now() = statement_timestamp() as "isAlone"`)
    expect(rows).toEqual([{ isAlone: true }])
  })
})

describe('/documentation', () => {
  it('describes every call by the schemas that check it', async () => {
    const { app } = build()
    const { paths } = (await app.inject('/documentation/json')).json<{
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>>
    }>()
    expect(
      Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)),
    ).toMatchInlineSnapshot(`
      [
        "post /api/v1/drift/route",
        "get /api/v1/drift/branches/{id}",
        "delete /api/v1/drift/branches/{id}",
        "get /api/v1/drift/conversations/{conversationId}",
        "delete /api/v1/drift/conversations/{conversationId}",
        "get /api/v1/drift/conversations/{conversationId}/events",
        "get /api/v1/context/{branchId}",
        "post /api/v1/facts/{branchId}/extract",
        "get /api/v1/facts/{branchId}",
      ]
    `)
    expect(paths['/api/v1/drift/route']!['post']!.requestBody!.content['application/json']!.schema).toMatchObject({
      required: ['conversationId', 'content'],
    })
    const page = await app.inject('/documentation')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.payload).toContain('<code>POST /api/v1/drift/route</code>')
  })
})
