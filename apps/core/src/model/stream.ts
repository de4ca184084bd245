import type { ReadableStreamReadResult } from 'node:stream/web'
import { createParser } from 'eventsource-parser'
import { isErrorObject, parseCompletion, textOf, type Completion, type Usage } from './completion.js'
import { ModelError } from './error.js'
import { explainBreak, explainErrorObject } from './request.js'

/** The longest event, in characters. */
const longestEvent = 4 * 1024 * 1024

/** One piece of a streamed answer. */
export interface Piece {
  /** May be empty: some pieces contain only a role or the usage. */
  readonly content: string
  readonly usage?: Usage | undefined
}

export interface StreamOptions {
  /** Aborts the request. */
  readonly signal: AbortSignal
  /** How long the server may send nothing after the first piece, in milliseconds. */
  readonly idleTimeoutMs: number
  /** Removed from errors. */
  readonly apiKey: string | undefined
}

/**
 * Reads a streamed answer. It is complete after a `finish_reason`, after `[DONE]`, or when the server ends a body whose
 * end HTTP marks.
 *
 * @throws {ModelError} when the answer breaks off, stalls or contains an error
 */
export async function* readStream(response: Response, options: StreamOptions): AsyncGenerator<Piece> {
  const type = response.headers.get('content-type') ?? ''
  if (/\b(?:json|html)\b/.test(type)) {
    yield* readWhole(response, options)
    return
  }
  const state = { events: 0, isFinished: false }
  try {
    for await (const data of readEvents(response, options, () => state.events > 0)) {
      state.events++
      if (data.startsWith('[DONE]')) return
      const piece = parsePiece(data, options)
      if (piece.choices?.[0]?.finish_reason) state.isFinished = true
      yield { content: textOf(piece.choices?.[0]?.delta?.content), usage: piece.usage ?? undefined }
    }
  } catch (error) {
    // Everything has arrived: only [DONE] or the end is missing.
    if (state.isFinished && !options.signal.aborted) return
    throw error
  }
  if (state.isFinished) return
  if (state.events === 0) throw new ModelError('unavailable', 'the model ended its answer before the first piece')
  if (!isEndMarked(response)) throw new ModelError('unavailable', 'the model broke off its answer')
}

/** Reads an answer of a server that does not stream. */
async function* readWhole(response: Response, { signal, apiKey }: StreamOptions): AsyncGenerator<Piece> {
  const text = await response.text().catch((error: unknown) => {
    throw explainBreak(error, signal)
  })
  const completion = parseCompletion(text)
  if (isErrorObject(completion)) throw explainErrorObject(completion, apiKey)
  yield { content: textOf(completion.choices?.[0]?.message?.content), usage: completion.usage ?? undefined }
}

/** Returns whether the end of the body differs from a closed connection. */
function isEndMarked({ headers }: Response): boolean {
  return headers.has('transfer-encoding') || headers.has('content-length')
}

function parsePiece(data: string, { apiKey }: StreamOptions): Completion {
  let piece: Completion
  try {
    piece = JSON.parse(data) as Completion
  } catch (error) {
    throw new ModelError('unavailable', 'the model broke off its answer: a piece of it is not JSON', { cause: error })
  }
  if (typeof piece !== 'object' || piece === null) return {}
  if (isErrorObject(piece)) throw explainErrorObject(piece, apiKey)
  if (piece.choices?.[0]?.finish_reason === 'error') throw new ModelError('unavailable', 'the model failed')
  return piece
}

/** Returns the data of the server-sent events of a body. */
async function* readEvents(
  { body }: Response,
  { signal, idleTimeoutMs, apiKey }: StreamOptions,
  hasStarted: () => boolean,
): AsyncGenerator<string> {
  const events: string[] = []
  let failure: ModelError | undefined
  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent({ event, data }) {
      if (event === 'error') failure ??= explainErrorObject(dataOf(data), apiKey)
      else events.push(data)
    },
    onError({ type, field, value }) {
      // Servers of llama.cpp have sent errors in a field of this name.
      if (type === 'unknown-field' && field === 'error') failure ??= explainErrorObject(dataOf(value ?? ''), apiKey)
      if (type === 'max-buffer-size-exceeded')
        failure ??= new ModelError('unavailable', `the model sent an event of more than ${longestEvent} characters`)
    },
  })
  function* take(): Generator<string> {
    yield* events.splice(0)
    if (failure) throw failure
  }

  const decoder = new TextDecoder()
  const reader = body!.getReader()
  try {
    for (;;) {
      const { done, value } = await read(reader, hasStarted() ? idleTimeoutMs : undefined, signal)
      // An event is complete without its last blank line.
      feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }))
      yield* take()
      if (done) return
    }
  } finally {
    // Ends the request.
    await reader.cancel().catch(() => {})
  }

  function feed(text: string): void {
    try {
      parser.feed(text)
    } catch (error) {
      // The parser refuses to continue after an event that is too long.
      failure ??= new ModelError('unavailable', 'the model sent invalid server-sent events', { cause: error })
    }
  }
}

function dataOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Reads a chunk within a time limit; without one, the signal has the limit. */
async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === undefined) return
    const message = `the model sent nothing for ${timeoutMs} ms in the middle of its answer`
    timer = setTimeout(() => reject(new ModelError('stalled', message)), timeoutMs)
  })
  try {
    return await Promise.race([reader.read(), late])
  } catch (error) {
    throw explainBreak(error, signal)
  } finally {
    clearTimeout(timer)
  }
}
