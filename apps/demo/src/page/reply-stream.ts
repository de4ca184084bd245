import { EventSourceParserStream } from 'eventsource-parser/stream'
import { Failure } from './failure.js'
import { isRecord } from './shapes.js'

/** How long a model may be silent, in milliseconds. */
const silenceMs = 60_000

/**
 * Returns the pieces of a model's answer from core's server-sent events.
 *
 * @throws {Failure} when the stream breaks off: by an error event, without `[DONE]`, or by a minute of silence
 */
export async function* readReply(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  // The library's type of the decoder does not match the type of the stream's bytes.
  const text = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader()
  try {
    for (;;) {
      const { done, value } = await withoutSilence(reader.read()).catch((error: unknown) => {
        throw error instanceof Failure ? error : brokenOff('the connection was lost', error)
      })
      if (done) throw brokenOff('its end is missing')
      if (value.data === '[DONE]') return
      const data = parse(value.data)
      if (value.event === 'error') throw brokenOff(textOf(data, 'message') ?? 'no reason given')
      yield textOf(data, 'content') ?? ''
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Returns the value of a promise; fails when it takes too long. */
async function withoutSilence<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    const seconds = silenceMs / 1000
    timer = setTimeout(() => reject(brokenOff(`the model has sent nothing for ${seconds} s`)), silenceMs)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}

function brokenOff(why: string, cause?: unknown): Failure {
  return new Failure({ status: 502, code: 'BROKEN_OFF', message: `the answer broke off: ${why}` }, { cause })
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw brokenOff('a part of it is invalid', error)
  }
}

function textOf(data: unknown, name: string): string | undefined {
  const value = isRecord(data) ? data[name] : undefined
  return typeof value === 'string' ? value : undefined
}
