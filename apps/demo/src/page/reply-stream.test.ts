import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readReply } from './reply-stream.js'

/** Reads a stream that comes in chunks; an error in its place of one breaks it. */
async function read(...chunks: (string | Uint8Array | Error)[]) {
  const rest = [...chunks]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = rest.shift()
      if (chunk === undefined) controller.close()
      else if (chunk instanceof Error) controller.error(chunk)
      else controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
    },
  })
  const pieces: string[] = []
  try {
    for await (const piece of readReply(body)) pieces.push(piece)
  } catch (error) {
    return { pieces, error: (error as Error).message }
  }
  return { pieces }
}

const hello = 'data: {"content":"Hel"}\n\ndata: {"content":"lo"}\n\n'

describe('readReply', () => {
  it('returns the pieces until the end', async () => {
    expect(await read(hello, 'data: [DONE]\n\n', 'data: {"content":"after"}\n\n')).toEqual({ pieces: ['Hel', 'lo'] })
  })

  it('returns the same for any split of the bytes, even within a character', async () => {
    const bytes = new TextEncoder().encode('data: {"content":"Grüße 👋"}\r\n\r\ndata: [DONE]\r\n\r\n')
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual({ pieces: ['Grüße 👋'] })
  })

  it.each([
    ['an end without its sign', [hello], 'the answer broke off: its end is missing'],
    [
      'an error event',
      [hello, 'event: error\ndata: {"code":"MODEL_UNAVAILABLE","message":"the model broke off its answer"}\n\n'],
      'the answer broke off: the model broke off its answer',
    ],
    ['a lost connection', [hello, new Error('reset')], 'the answer broke off: the connection was lost'],
    ['data that are none', [hello, 'data: {"con\n\n'], 'the answer broke off: a part of it is invalid'],
  ])('keeps the pieces before %s', async (_what, chunks, error) => {
    expect(await read(...chunks)).toEqual({ pieces: ['Hel', 'lo'], error })
  })

  it('ends after a minute of silence', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const body = new ReadableStream<Uint8Array>({ start: (it) => it.enqueue(new TextEncoder().encode(hello)) })
    const pieces: string[] = []
    const reading = (async () => {
      for await (const piece of readReply(body)) pieces.push(piece)
    })()
    const failed = expect(reading).rejects.toThrow('the answer broke off: the model has sent nothing for 60 s')
    await vi.advanceTimersByTimeAsync(61_000)
    await failed
    expect(pieces).toEqual(['Hel', 'lo'])
  })

  it('ignores other data', async () => {
    expect(await read('data: 7\n\ndata: {"content":"x"}\n\ndata: [DONE]\n\n')).toEqual({ pieces: ['', 'x'] })
  })
})
