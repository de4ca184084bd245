import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { registerDatabase } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { startEmbeddedDatabase } from '@driftos/testing/database'
import { sql } from 'drizzle-orm'
import { fastify } from 'fastify'
import { encode } from 'gpt-tokenizer/encoding/cl100k_base'
import getPort from 'get-port'
import OpenAI from 'openai'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { hasServer, prefix } from './embedder/server.fixture.js'
import { buildEmbed } from './app.js'
import { hashingEmbedder } from './embedder/hashing.js'
import { embedMigrations } from './migrations.js'
import { schemaName as schema } from './tables.js'

let embedded: Awaited<ReturnType<typeof startEmbeddedDatabase>>

beforeAll(async () => {
  embedded = await startEmbeddedDatabase()
})

afterAll(() => embedded.stop())

function build(env: Env = {}) {
  const app = buildEmbed({ LOG_LEVEL: 'silent', EMBEDDER: 'hashing', POSTGRES_PORT: String(embedded.port), ...env })
  onTestFinished(() => app.close())
  async function post(path: string, payload: object) {
    const response = await app.inject({ method: 'POST', url: `/api/v1/${path}`, payload })
    return { status: response.statusCode, ...response.json<{ data?: unknown; error?: { message: string } }>() }
  }
  async function route(conversationId: string, content: string, more: object = {}) {
    const { data } = await post('drift/route', { conversationId, content, ...more })
    return data as { action: string; branchId: string; similarity: number; reason: string }
  }
  return { app, post, route }
}

/** Builds an app with another embedder of three dimensions, which returns one vector for all texts except two kinds. */
async function buildOther() {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { text } = JSON.parse(body) as { text: string | string[] }
      const embeddings = [text].flat().map((one) => {
        if (one === 'nothing') return [0, 0, 0]
        return one.includes('violin') ? [0, 1, 0] : [1, 0, 0]
      })
      response.end(JSON.stringify({ embeddings, dimension: 3, model: 'same' }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const port = String((server.address() as AddressInfo).port)
  return build({ EMBEDDER: 'server', [`${prefix}_PORT`]: port, [`${prefix}_HOST`]: '127.0.0.1' })
}

const noDatabase = async () => ({ POSTGRES_PORT: String(await getPort()) })

describe('buildEmbed', () => {
  it('is healthy without its database', async () => {
    const response = await build(await noDatabase()).app.inject('/health')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      status: 'ok',
      service: 'embed',
      version: manifest.version,
      uptime: expect.any(Number) as number,
    })
  })

  it('is ready with its database, and not without', async () => {
    expect((await build().app.inject('/ready')).json()).toEqual({ status: 'ready', embedder: 'hashing' })
    const response = await build(await noDatabase()).app.inject('/ready')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchObject({ success: false, error: { code: 'DATABASE_DOWN' } })
  })

  it('has metrics that start at zero', async () => {
    const { payload } = await build(await noDatabase()).app.inject('/metrics')
    for (const line of [
      'process_cpu_user_seconds_total',
      'drift_decisions_total{action="ROUTE",mode="AUTO"} 0',
      'embedding_duration_seconds_count{embedder="hashing",outcome="done"} 0',
      'database_pool_connections{state="waiting"} 0',
    ])
      expect(payload).toContain(line)
  })

  it('refuses to start with an unknown embedder', () => {
    expect(() => buildEmbed({ EMBEDDER: 'magic' })).toThrow('EMBEDDER="magic" is not an embedder')
  })
})

describe('the drift API', () => {
  it('stays, branches and routes back by similarity', async () => {
    const { route } = build({ EMBEDDER: 'sentences' })
    const pasta = await route('dialogue', 'Tell me about cooking pasta')
    expect(pasta).toMatchObject({ action: 'BRANCH', similarity: 0 })
    expect(await route('dialogue', 'What sauces go with spaghetti?')).toMatchObject({
      action: 'STAY',
      branchId: pasta.branchId,
      similarity: expect.closeTo(0.6, 0) as number,
    })
    expect(await route('dialogue', 'Completely different topic — car maintenance')).toMatchObject({ action: 'BRANCH' })
    expect(await route('dialogue', 'Which spaghetti sauce has garlic?')).toMatchObject({
      action: 'ROUTE',
      branchId: pasta.branchId,
    })
  })

  it('moves a branch’s centroid with each message, pinned ones too', async () => {
    const { route } = build()
    const { branchId } = await route('centroid', 'Tell me about cooking pasta')
    await route('centroid', 'Why did the Roman empire fall?')
    const before = await route('centroid', 'Which spaghetti sauce has garlic?')
    for (const content of ['A violin concert', 'Violin strings', 'The violin in an orchestra'])
      await route('centroid', content, { branchMode: 'PINNED', targetBranchId: branchId })
    const after = await route('centroid', 'A symphony for violin and orchestra')
    expect(before).toMatchObject({ action: 'ROUTE', branchId })
    expect(after).toMatchObject({ action: 'STAY', branchId })
  })

  it.skipIf(!hasServer)('never compares the vectors of different embedders', async () => {
    const { route } = build()
    const { branchId } = await route('switch', 'Tell me about cooking pasta')
    const other = await buildOther()
    expect(await other.route('switch', 'Why did the Roman empire fall?')).toMatchObject({
      action: 'STAY',
      branchId,
      similarity: 1,
    })
    await other.post('vectors', { items: [{ id: 'switched', text: 'a text' }] })
    const found = (await build().post('vectors/search', { text: 'a text', limit: 100 })).data as { id: string }[]
    expect(found.map(({ id }) => id)).not.toContain('switched')
    expect((await other.post('vectors/search', { text: 'anything' })).data).toMatchObject([{ similarity: 1 }])
    expect((await other.post('vectors/search', { text: 'nothing' })).data).toMatchObject([{ similarity: 0 }])
  })

  it.skipIf(!hasServer)(
    'starts a centroid for another embedder from the branch’s messages, even if the next is pinned',
    async () => {
      const { branchId } = await build().route('pinned', 'Tell me about cooking pasta')
      const other = await buildOther()
      await other.route('pinned', 'A violin concert', { branchMode: 'PINNED', targetBranchId: branchId })
      expect(await other.route('pinned', 'Which sauce has garlic?')).toMatchObject({
        action: 'STAY',
        branchId,
        similarity: expect.closeTo(Math.SQRT1_2) as number,
      })
    },
  )

  it.skipIf(!hasServer)('names the embedder that is down, and writes nothing', async () => {
    const { app, post } = build({ EMBEDDER: 'server', [`${prefix}_PORT`]: String(await getPort()) })
    expect(await post('drift/route', { conversationId: 'lost', content: 'x' })).toMatchObject({
      status: 502,
      error: { code: 'EMBEDDER_DOWN' },
    })
    const response = await app.inject({ method: 'DELETE', url: '/api/v1/drift/conversations/lost' })
    expect(response.statusCode).toBe(404)
  })
})

describe('POST /api/v1/drift/decide', () => {
  const recent = (content: string) => [{ role: 'user', content }]

  it('decides about a conversation that it does not store, even without its database', async () => {
    const { post } = build(await noDatabase())
    const branches = [
      { id: 'car', topic: 'car', isCurrent: true, recent: recent('My car makes a noise when I brake') },
      { id: 'pasta', topic: 'pasta', isCurrent: false, recent: recent('Tell me about cooking pasta') },
    ]
    const decide = async (content: string) => (await post('drift/decide', { content, branches })).data
    expect(await decide('How much do brake pads cost?')).toMatchObject({ action: 'STAY' })
    expect(await decide('Which spaghetti sauce?')).toMatchObject({ action: 'ROUTE', branchId: 'pasta' })
    expect(await decide('Why did the Roman empire fall?')).toMatchObject({ action: 'BRANCH' })
    expect((await post('drift/decide', { content: 'x', branches: [] })).data).toMatchObject({ action: 'BRANCH' })
  })
})

describe('POST /api/v1/embeddings', () => {
  async function connect() {
    const { app } = build(await noDatabase())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    return new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}/api/v1`, maxRetries: 0 })
  }

  it('refuses too many texts with the limit', async () => {
    const { post } = build(await noDatabase())
    const input = Array.from({ length: 2049 }, () => 'a')
    expect((await post('embeddings', { input: input.slice(1) })).status).toBe(200)
    expect(await post('embeddings', { input })).toMatchObject({
      status: 400,
      error: {
        message:
          'input: takes a text, up to 2048 texts of up to 100000 characters, or up to 8192 tokens of cl100k_base for each text',
      },
    })
  })

  it.each([undefined, 'float', 'base64'] as const)(
    'returns embeddings to the official OpenAI SDK, encoded as %s',
    async (encoding) => {
      const client = await connect()
      const texts = ['Plan a trip to Paris', 'Cook dinner']
      const { vectors } = await hashingEmbedder.embed(texts)
      const answer = await client.embeddings.create({
        model: 'text-embedding-3-small',
        input: texts,
        ...(encoding && { encoding_format: encoding }),
      })
      expect(answer).toMatchObject({ object: 'list', model: 'hashing-384-v2', usage: { prompt_tokens: 7 } })
      for (const [index, { embedding, ...rest }] of answer.data.entries()) {
        expect(rest).toEqual({ object: 'embedding', index })
        const numbers =
          typeof embedding === 'string'
            ? Array.from(new Float32Array(Uint8Array.from(Buffer.from(embedding as string, 'base64')).buffer))
            : embedding
        expect(numbers).toHaveLength(384)
        for (const [place, value] of numbers.entries()) expect(value).toBeCloseTo(vectors[index]![place]!, 6)
      }
    },
  )

  it('accepts tokens as the SDK sends them, one list or several', async () => {
    const client = await connect()
    const texts = ['Plan a trip to Paris', 'Gâteau 🎂 語']
    const tokens = texts.map((text) => encode(text))
    const { vectors } = await hashingEmbedder.embed(texts)
    const options = { model: 'text-embedding-3-small', encoding_format: 'float' } as const
    const several = await client.embeddings.create({ ...options, input: tokens })
    expect(several.data.map(({ embedding }) => embedding)).toEqual(vectors)
    expect(several.usage.prompt_tokens).toBe(tokens.flat().length)
    const one = await client.embeddings.create({ ...options, input: tokens[0]! })
    expect(one.data.map(({ embedding }) => embedding)).toEqual([vectors[0]])
  })

  it('accepts 300 texts of 4,000 characters, and answers others in the meantime', async () => {
    const client = await connect()
    const input = Array.from({ length: 300 }, (_, index) => `text ${index} `.repeat(400).slice(0, 4000))
    const [large, small] = await Promise.all([
      client.embeddings.create({ model: 'x', input }),
      client.embeddings.create({ model: 'x', input: 'a' }),
    ])
    expect(large.data).toHaveLength(300)
    expect(small.data).toHaveLength(1)
  })

  it('returns errors that the SDK understands', async () => {
    const client = await connect()
    await expect(client.embeddings.create({ model: 'x', input: '' })).rejects.toMatchObject({ status: 400 })
    await expect(client.embeddings.create({ model: 'x', input: 'a', dimensions: 3 })).rejects.toThrow(
      'dimensions: hashing-384-v2 has 384',
    )
  })

  it.each([
    [{}, /^input: /],
    [{ input: [] }, /^input/],
    [{ input: ['x', 1] }, /^input/],
    [{ input: [[]] }, /^input/],
    [{ input: [[1], 'x'] }, /^input/],
    [{ input: [-1] }, /^input/],
    [{ input: [1.5] }, /^input/],
    [{ input: Array.from({ length: 8193 }, () => 1) }, /^input/],
    [{ input: [200_000] }, /^input: 200000 is not a token of cl100k_base/],
    [{ input: [[1], [100_261]] }, /^input: 100261 is not a token of cl100k_base/],
    [{ input: 'x', encoding_format: 'hex' }, /^encoding_format: /],
  ])('refuses %j with the field', async (body, message) => {
    const answer = await build(await noDatabase()).post('embeddings', body)
    expect(answer.status).toBe(400)
    expect(answer.error!.message).toMatch(message)
  })
})

describe('POST /api/v1/similarity', () => {
  it('returns the similarity of two texts', async () => {
    const { post } = build(await noDatabase())
    const similar = async (text1: string, text2: string) =>
      ((await post('similarity', { text1, text2 })).data as { similarity: number }).similarity
    expect(await similar('cooking pasta', 'cooking pasta')).toBeCloseTo(1)
    expect(await similar('cooking pasta', 'car maintenance')).toBeLessThan(0.38)
    expect(await post('similarity', { text1: 'x' })).toMatchObject({ status: 400 })
  })
})

describe('/documentation', () => {
  it('has no dangling references', async () => {
    const { app } = build(await noDatabase())
    const { paths, components = {} } = (await app.inject('/documentation/json')).json<{
      paths: object
      components?: { schemas?: object }
    }>()
    const names = [...JSON.stringify(paths).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name)
    expect(names.filter((name) => !Object.hasOwn(components.schemas ?? {}, name!))).toEqual([])
  })
})

/** Returns nested arrays of this depth. */
function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

describe('/api/v1/vectors', () => {
  it('stores texts with metadata, and finds the nearest', async () => {
    const { post } = build()
    const metadata = { source: "Robert'); drop table embed.vectors; --", nested: { list: [1, null, true] } }
    const kept = await post('vectors', {
      items: [{ id: 'pasta', text: 'cooking pasta', metadata }, { text: 'car maintenance' }],
    })
    expect(kept).toMatchObject({ status: 200, data: [{ id: 'pasta' }, { id: expect.any(String) as string }] })
    const { data } = await post('vectors/search', { text: 'spaghetti sauce', limit: 1 })
    expect(data).toEqual([
      { id: 'pasta', text: 'cooking pasta', metadata, similarity: expect.closeTo(0.6, 0) as number },
    ])
  })

  it('stores texts that look like escapes, and surrogate pairs', async () => {
    const { post } = build()
    const metadata = { '\\u0000': ['\\ud83d', '\\\\u0000', '🦊'] }
    await post('vectors', { items: [{ id: 'spelled', text: 'quokka', metadata }] })
    expect((await post('vectors/search', { text: 'quokka', limit: 1 })).data).toMatchObject([{ metadata }])
  })

  it('replaces the text of an existing id, and uses the last of one id', async () => {
    const { post } = build()
    await post('vectors', { items: [{ id: 'replaced', text: 'one' }] })
    await post('vectors', {
      items: [
        { id: 'replaced', text: 'two' },
        { id: 'replaced', text: 'quaternion' },
      ],
    })
    const found = (await post('vectors/search', { text: 'quaternion' })).data as { id: string; text: string }[]
    expect(found.filter(({ id }) => id === 'replaced')).toMatchObject([{ text: 'quaternion' }])
  })

  it('writes in the order of the ids, because two writers in different orders could deadlock', async () => {
    const items = ['order c', 'order a', 'order b'].map((id) => ({ id, text: id }))
    const { data } = await build().post('vectors', { items })
    expect(data).toEqual(items.map(({ id }) => ({ id })))
    const reader = fastify()
    onTestFinished(() => reader.close())
    const env = { POSTGRES_PORT: String(embedded.port) }
    const database = registerDatabase(reader, { env, schema, migrations: embedMigrations, metrics: new Registry() })
    const { rows } = await (
      await database.use()
    ).execute(sql`select id from embed.vectors where id like 'order %' order by ctid`)
    expect(rows).toEqual([{ id: 'order a' }, { id: 'order b' }, { id: 'order c' }])
  })

  it.each([
    ['vectors', {}],
    ['vectors', { items: [] }],
    ['vectors', { items: [{ text: '' }] }],
    ['vectors', { items: [{ text: 'a\0b' }] }],
    ['vectors', { items: [{ text: 'x', metadata: { a: '\0' } }] }],
    ['vectors', { items: [{ text: 'x', metadata: { a: ['\\\0'] } }] }],
    ['vectors', { items: [{ text: 'x', metadata: { 'a\uD800': 1 } }] }],
    ['vectors', { items: [{ text: 'x', metadata: 'all' }] }],
    ['vectors', { items: [{ text: 'x', metadata: { a: nested(2000) } }] }],
    ['vectors/search', { text: 'x', limit: 0 }],
    ['vectors/search', { text: 'x', limit: 1.5 }],
    ['vectors/search', { query: 'x' }],
  ])('refuses at %s %j', async (path, body) => {
    expect(await build().post(path, body)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } })
  })
})
