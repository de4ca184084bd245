import { describe, expect, it } from 'vitest'
import { buildModel } from './model.fixture.js'
import { fails, says, sends, streams } from './server.fixture.js'
import { answersLike, quirkyServers } from './servers.fixture.js'

const ok = { ok: true }

describe('a model that refuses parameters', () => {
  it.each(quirkyServers)('answers and streams after the refusal, which is remembered: $name', async (server) => {
    const { answer, chat, model, asked } = await buildModel([answersLike(server, ok)])
    expect(await answer()).toEqual(ok)
    expect(await chat()).toBe('Hello')
    expect(model.status()).toEqual({ state: 'answering', refusedParameters: expect.any(Array) as unknown })
    expect(new Set(model.status().refusedParameters)).toEqual(new Set(server.refused))
    const learned = asked.length
    // One more for a status that is retried.
    expect(learned).toBeLessThanOrEqual(3 + server.refused.length)

    expect(await answer()).toEqual(ok)
    expect(await chat()).toBe('Hello')
    expect(asked.length).toBe(learned + 2)
    for (const { body } of asked.slice(-2)) {
      expect(server.refuse(body)).toBeUndefined()
      // The instructions arrive in any case.
      expect(JSON.stringify(body.messages)).toContain('Answer in JSON.')
    }
  })

  it.each([
    ['context_length_exceeded', { error: { message: 'temperature', code: 'context_length_exceeded', param: null } }],
    ['a parameter that cannot be left out', { error: { message: 'no such model', param: 'model', code: null } }],
    ['a content filter', { error: { message: 'response_format', code: 'content_filter' } }],
  ])('is called once when the reason is %s', async (_what, body) => {
    const { answer, asked, model } = await buildModel([sends(400, 'application/json', JSON.stringify(body))])
    await expect(answer()).rejects.toMatchObject({ kind: 'refused', message: 'the model refused the request (400)' })
    expect(asked).toHaveLength(1)
    expect(model.status().refusedParameters).toEqual([])
  })

  it('is called in the plainest form once when it refuses without a reason, and nothing is remembered if that fails', async () => {
    const { answer, asked, model } = await buildModel([sends(400, 'text/plain', 'no')])
    await expect(answer()).rejects.toMatchObject({ kind: 'refused' })
    expect(asked.map(({ body }) => Object.keys(body))).toEqual([
      ['model', 'messages', 'temperature', 'response_format'],
      ['model', 'messages'],
    ])
    expect(model.status()).toEqual({
      state: 'failing',
      problem: 'the model refused the request (400)',
      refusedParameters: [],
    })
  })
})

describe('the answer of a model', () => {
  const content = (value: unknown) =>
    sends(200, 'application/json', JSON.stringify({ choices: [{ message: { content: value } }] }))

  it.each([
    ['JSON', '{"ok": true}'],
    ['a code fence', '```json\n{"ok": true}\n```'],
    ['thoughts before it', '<think>Is {"ok": false} right?</think>\n{"ok": true}'],
    ['words around it', 'Sure! Here it is: {"ok": true} Anything else?'],
    [
      'a list of parts',
      [
        { type: 'thinking', thinking: [] },
        { type: 'text', text: '{"ok": true}' },
      ],
    ],
  ])('may be %s', async (_what, value) => {
    const { answer, asked } = await buildModel([content(value)])
    expect(await answer()).toEqual(ok)
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['a page of HTML with status 200', sends(200, 'text/html', '<html>'), 'unavailable', /answered without JSON/, 1],
    [
      'a page of HTML with status 502',
      sends(502, 'text/html', '<html>'),
      'unavailable',
      /^the model failed \(502\)$/,
      2,
    ],
    ['an empty body with status 500', sends(500, 'text/plain', ''), 'unavailable', /^the model failed \(500\)$/, 2],
    ['a redirect', sends(301, 'text/plain', ''), 'refused', /redirects, so set LLM_BASE_URL/, 1],
    ['status 401', fails(401), 'refused', /\(401\): check LLM_API_KEY$/, 1],
    ['status 404', fails(404), 'refused', /\(404\): check LLM_BASE_URL and LLM_MODEL$/, 1],
    [
      'an error object with status 200',
      sends(200, 'application/json', '{"error":{"message":"overloaded","code":529}}'),
      'unavailable',
      /^the model failed \(529\)$/,
      1,
    ],
    [
      'status 429 because of an empty account',
      sends(429, 'application/json', '{"error":{"message":"no","type":"insufficient_quota"}}'),
      'refused',
      /its account has no quota left$/,
      1,
    ],
  ])('that is %s is an error of its kind', async (_what, reply, kind, message, times) => {
    const { answer, asked } = await buildModel([reply])
    await expect(answer()).rejects.toMatchObject({ kind, message: expect.stringMatching(message) as string })
    expect(asked).toHaveLength(times)
  })

  it('is requested again when the server closes the connection', async () => {
    const { answer, asked } = await buildModel([(response) => response.destroy(), says(ok)])
    expect(await answer()).toEqual(ok)
    expect(asked).toHaveLength(2)
  })

  it.each([
    ['retry-after', '0.05'],
    ['retry-after-ms', '50'],
  ])('is requested again after 429, at the time in %s', async (name, value) => {
    const { answer, asked } = await buildModel([fails(429, { [name]: value }), says(ok)])
    const startedAt = performance.now()
    expect(await answer()).toEqual(ok)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49)
    expect(asked).toHaveLength(2)
  })
})

describe('the address of a model', () => {
  it.each([
    ['/v1', '/v1/chat/completions', { authorization: 'Bearer key-of-hunter2' }],
    ['/v1/', '/v1/chat/completions', { authorization: 'Bearer key-of-hunter2' }],
    [
      '/openai/deployments/gpt?api-version=2024-10-21',
      '/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
      { 'api-key': 'key-of-hunter2', authorization: undefined },
    ],
  ])('may end with %s', async (path, url, headers) => {
    const first = await buildModel([says(ok)])
    const LLM_BASE_URL = first.env.LLM_BASE_URL.replace('/v1', path)
    const { answer } = await buildModel([], { LLM_BASE_URL })
    await answer()
    expect(first.asked[0]!.url).toBe(url)
    for (const [name, value] of Object.entries(headers)) expect(first.asked[0]!.headers[name]).toBe(value)
  })

  it('needs no key', async () => {
    const { answer, asked } = await buildModel([says(ok)], { LLM_API_KEY: '' })
    await answer()
    expect(asked[0]!.headers.authorization).toBeUndefined()
  })
})

describe('the status of a model', () => {
  it('is untested, then follows the latest request, except one that its client left', async () => {
    const { answer, model, metric } = await buildModel([fails(401), says(ok), streams(['first'], 'open')])
    expect(model.status()).toEqual({ state: 'untested', refusedParameters: [] })
    await expect(answer()).rejects.toThrow('401')
    expect(model.status()).toMatchObject({ state: 'failing', problem: expect.stringContaining('401') as string })
    await answer()
    expect(model.status()).toMatchObject({ state: 'answering' })
    const leaving = new AbortController()
    const pieces = await model.stream([{ role: 'user', content: 'x' }], leaving.signal)
    leaving.abort()
    await expect(drain(pieces)).rejects.toMatchObject({ kind: 'aborted' })
    expect(model.status()).toMatchObject({ state: 'answering' })
    expect(await metric('llm_errors_total{operation="chat",kind="aborted"}')).toBe(1)
  })
})

async function drain(pieces: AsyncIterable<string>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  while (!(await iterator.next()).done);
}
