import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import getPort from 'get-port'
import { describe, expect, it } from 'vitest'
import { buildCoreApp } from './app.fixture.js'
import { fails, isSilent, says, startModel, streams } from './model/server.fixture.js'

const body = { messages: [{ role: 'user', content: 'Hello' }] }

/** Builds core without its database, which a chat does not need. */
async function build(env: Record<string, string>) {
  return buildCoreApp({ POSTGRES_PORT: String(await getPort()), ...env })
}

/** Starts core and a chat; returns the answer at its start. */
async function ask(env: Record<string, string>, path = 'llm/chat'): Promise<IncomingMessage> {
  const { app } = await build(env)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const headers = { 'content-type': 'application/json' }
  const outgoing = request({ port, host: '127.0.0.1', path: `/api/v1/${path}`, method: 'POST', headers })
  outgoing.end(JSON.stringify(body))
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return incoming
}

describe('POST /api/v1/llm/chat', () => {
  it('is 503 without a model, with how to set one', async () => {
    const { post } = await build({})
    expect(await post('llm/chat', body)).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "NO_MODEL",
          "message": "no model is set: set LLM_MODEL, and LLM_BASE_URL or LLM_API_KEY, to an OpenAI-compatible model",
        },
        "status": 503,
        "success": false,
      }
    `)
  })

  it.each(['llm/chat', 'chat'])('streams the answer piece by piece, at %s', async (path) => {
    const { env, asked } = await startModel(streams(['Hel', 'lo ', '"you"\n']))
    const answer = await ask(env, path)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    })
    expect(await text(answer)).toMatchInlineSnapshot(`
      "data: {"content":"Hel"}

      data: {"content":"lo "}

      data: {"content":"\\"you\\"\\n"}

      data: [DONE]

      "
    `)
    expect(asked[0]!.body).toMatchObject({ model: 'test-model', stream: true, messages: body.messages })
  })

  it('forwards the first piece before the last one arrives', async () => {
    const { env } = await startModel(streams(['first'], 'open'))
    const answer = await ask(env)
    const [piece] = (await once(answer, 'data')) as [Buffer]
    expect(piece.toString()).toBe('data: {"content":"first"}\n\n')
    answer.destroy()
  })

  it.each(['cut'] as const)('ends with an error event when the model’s stream breaks off, %s', async (ending) => {
    const { env } = await startModel(streams(['first'], ending))
    const events = (await text(await ask(env))).trim().split('\n\n')
    expect(events[0]).toBe('data: {"content":"first"}')
    expect(events[1]).toMatch(/^event: error\ndata: \{"code":"MODEL_UNAVAILABLE","message":"the model .*broke off/)
    expect(events).toHaveLength(2)
  })

  it('ends the model’s stream when the client disconnects', async () => {
    const { env, closed } = await startModel(streams(['first'], 'open'))
    const answer = await ask(env)
    await once(answer, 'data')
    answer.destroy()
    await expect.poll(() => closed).toEqual([0])
  })

  it.each([
    ['does not answer', [isSilent], 504, 'MODEL_TIMEOUT'],
    ['is busy', [fails(429)], 429, 'MODEL_RATE_LIMIT'],
    ['refuses', [fails(401)], 502, 'MODEL_REFUSED'],
    ['fails', [fails(500)], 502, 'MODEL_UNAVAILABLE'],
  ])('is an error with a status when the model %s before the first piece', async (_what, replies, status, code) => {
    const { env } = await startModel(...replies)
    const { post } = await build(status === 504 ? { ...env, LLM_TIMEOUT: '500' } : env)
    const answer = await post('llm/chat', body)
    expect(answer).toMatchObject({ status, success: false, error: { code } })
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|127\.0\.0\.1/)
  })

  it('ends with an error event when the model is silent in the middle of its stream', async () => {
    const { env } = await startModel(streams(['first'], 'open'))
    const events = (await text(await ask({ ...env, LLM_IDLE_TIMEOUT: '100' }))).trim().split('\n\n')
    expect(events[1]).toMatch(
      /^event: error\ndata: \{"code":"MODEL_STALLED","message":"the model sent nothing for 100 ms/,
    )
  })

  it('has the wait of a busy model in its headers', async () => {
    const { env } = await startModel(fails(429, { 'retry-after': '60' }))
    const { app } = await build(env)
    const { statusCode, headers } = await app.inject({ method: 'POST', url: '/api/v1/llm/chat', payload: body })
    expect({ statusCode, wait: headers['retry-after'] }).toEqual({ statusCode: 429, wait: '60' })
  })

  it('has no timeout for the whole answer', async () => {
    const { env } = await startModel((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const piece = (content: string, reason: string | null) =>
        `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: reason }] })}\n\n`
      response.write(piece('slow ', null))
      setTimeout(() => response.end(`${piece('answer', 'stop')}data: [DONE]\n\n`), 600)
    })
    expect(await text(await ask({ ...env, LLM_TIMEOUT: '300' }))).toContain('data: [DONE]')
  })

  it.each([
    [{}, /^messages: /],
    [{ messages: [] }, /^messages: /],
    [{ messages: [{ role: 'tool', content: 'x' }] }, /^messages\.0\.role: /],
    [{ messages: [{ role: 'user', content: '' }] }, /^messages\.0\.content: /],
  ])('refuses %j with the field', async (wrong, message) => {
    const { env } = await startModel(says('x'))
    const { status, error } = await (await build(env)).post('llm/chat', wrong)
    expect(status).toBe(400)
    expect(error!.message).toMatch(message)
  })
})
