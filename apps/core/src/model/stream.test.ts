import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildModel } from './model.fixture.js'
import { sends, streams, type Reply } from './server.fixture.js'
import { readStream } from './stream.js'

const piece = (content: string, more: object = {}) => JSON.stringify({ choices: [{ delta: { content }, ...more }] })

/** Reads a body that arrives in the given chunks. */
async function read(chunks: readonly Uint8Array[], headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const response = new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', ...headers },
  })
  const options = { signal: new AbortController().signal, idleTimeoutMs: 1000, apiKey: undefined }
  let text = ''
  for await (const { content } of readStream(response, options)) text += content
  return text
}

const split = (text: string, size: number) => {
  const bytes = Buffer.from(text)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}

/** Streams raw text, and ends the body. */
const raw = (text: string): Reply => sends(200, 'text/event-stream', text)

describe('a streamed answer', () => {
  it('is read by the specification, however the bytes are cut', async () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
    const noise = fc.constantFrom('', ': keep-alive', 'event: message', 'id: 7', 'retry: 10', ':')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }),
        lineEnd,
        noise,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (contents, end, line, size, hasMark) => {
          const events = contents.map((content) => `${line}${line && end}data: ${piece(content)}${end}${end}`)
          const text = `\uFEFF${events.join('')}${hasMark ? `data: [DONE]${end}${end}` : ''}`
          expect(await read(split(text, size))).toBe(contents.join(''))
        },
      ),
    )
  })

  it('may have an event of several lines, a field without a blank, and no blank line at its end', async () => {
    const text = 'data:{"choices":[{"delta":\ndata:{"content":"one"}}]}\n\ndata: ' + piece(' two')
    expect(await read([Buffer.from(text)])).toBe('one two')
  })

  it.each(['done', 'early', 'marked', 'finished'] as const)('is complete when it ends: %s', async (ending) => {
    const { chat } = await buildModel([streams(['Hel', 'lo'], ending)])
    expect(await chat()).toBe('Hello')
  })

  it('is broken when its connection closes', async () => {
    const { chat, model } = await buildModel([streams(['Hel'], 'cut')])
    await expect(chat()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/broke off/) as string,
    })
    expect(model.status().state).toBe('failing')
  })

  it.each([
    ['without a mark', '', false],
    ['with [DONE]', 'data: [DONE]\n\n', true],
    ['with a finish_reason', `data: ${piece('', { finish_reason: 'stop' })}\n\n`, true],
  ])('whose end HTTP does not mark is complete only with a mark: %s', async (_what, end, isComplete) => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n')
        socket.end(`data: ${piece('Hello')}\n\n${end}`)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const LLM_BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const { chat } = await buildModel([], { LLM_BASE_URL })
    if (isComplete) expect(await chat()).toBe('Hello')
    else await expect(chat()).rejects.toMatchObject({ kind: 'unavailable', message: 'the model broke off its answer' })
  })

  it('is over after LLM_IDLE_TIMEOUT of silence, with a separate error', async () => {
    const { chat, closed } = await buildModel([streams(['Hel'], 'open')])
    await expect(chat()).rejects.toMatchObject({
      kind: 'stalled',
      message: 'the model sent nothing for 150 ms in the middle of its answer',
    })
    await expect.poll(() => closed).toEqual([0])
  })

  it('is kept alive by comments', async () => {
    const { chat } = await buildModel([
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(`data: ${piece('Hel')}\n\n`)
        let count = 0
        const timer = setInterval(() => {
          response.write(': processing\n\n')
          if (++count < 8) return
          clearInterval(timer)
          response.end(`data: ${piece('lo')}\n\ndata: [DONE]\n\n`)
        }, 50)
      },
    ])
    expect(await chat()).toBe('Hello')
  })

  it.each([
    ['an object with a code', 'data: {"error":{"message":"slow down","code":429}}\n\n', 'rate_limit'],
    ['an object with a type', 'data: {"error":{"message":"x","type":"rate_limit_error"}}\n\n', 'rate_limit'],
    ['a string', 'data: {"error":"out of memory"}\n\n', 'unavailable'],
    ['an object without the key', 'data: {"object":"error","message":"x","code":400}\n\ndata: [DONE]\n\n', 'refused'],
    ['an event of this name', 'event: error\ndata: {"message":"x"}\n\n', 'unavailable'],
    ['an event that is not JSON', 'event: error\ndata: out of memory\n\n', 'unavailable'],
    ['a field of this name', 'error: {"code":500,"message":"x"}\n\n', 'unavailable'],
    ['a finish_reason', `data: ${piece('', { finish_reason: 'error' })}\n\n`, 'unavailable'],
    ['no JSON', 'data: <html>\n\n', 'unavailable'],
  ])('fails in its middle by %s', async (_what, text, kind) => {
    const { model } = await buildModel([raw(`data: ${piece('Hel')}\n\n${text}`)])
    const pieces: string[] = []
    const reading = async () => {
      for await (const one of await model.stream([{ role: 'user', content: 'x' }], new AbortController().signal))
        pieces.push(one)
    }
    await expect(reading()).rejects.toMatchObject({ kind })
    expect(pieces).toEqual(['Hel'])
  })

  it.each([
    ['nothing', raw('')],
    ['only comments', raw(': x\n\n')],
    ['an error with status 200', raw('data: {"error":{"message":"x","code":503}}\n\n')],
    ['a page', sends(200, 'text/html', '<html>')],
  ])('fails before its first piece by %s', async (_what, reply) => {
    const { model } = await buildModel([reply])
    const stream = model.stream([{ role: 'user', content: 'x' }], new AbortController().signal)
    await expect(stream).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('may come as a whole', async () => {
    const whole = JSON.stringify({ choices: [{ message: { content: 'Hello' } }], usage: { completion_tokens: 2 } })
    const { chat, metric } = await buildModel([sends(200, 'application/json', whole)])
    expect(await chat()).toBe('Hello')
    expect(await metric('llm_tokens_total{operation="chat",kind="completion"}')).toBe(2)
  })

  it('counts its tokens once when every piece has the sum', async () => {
    const events = [1, 2, 3].map(
      (sum) =>
        `data: ${JSON.stringify({ choices: [{ delta: { content: 'x' } }], usage: { completion_tokens: sum } })}\n\n`,
    )
    const { chat, metric } = await buildModel([raw(`${events.join('')}data: [DONE]\n\n`)])
    expect(await chat()).toBe('xxx')
    expect(await metric('llm_tokens_total{operation="chat",kind="completion"}')).toBe(3)
  })
})
