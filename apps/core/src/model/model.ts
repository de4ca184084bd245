import type { FastifyBaseLogger } from 'fastify'
import type { z } from 'zod'
import type { ModelMetrics, Operation } from '../metrics.js'
import type { ModelSettings } from '../settings.js'
import { isErrorObject, parseAnswer, parseCompletion, textOf, type Usage } from './completion.js'
import { ModelError } from './error.js'
import { createParameters, type Prompt } from './parameters.js'
import { connect, explainBreak, explainErrorObject, type Deadline } from './request.js'
import { readStream, type Piece } from './stream.js'

/** The state of the model, by its latest request. */
interface ModelStatus {
  /** `untested` before the first request. */
  readonly state: 'untested' | 'answering' | 'failing'
  /** Why the latest request failed. */
  readonly problem?: string
  /** The parameters that the model refused, and that are no longer sent. */
  readonly refusedParameters: readonly string[]
}

/** An OpenAI-compatible chat model. */
export interface Model {
  /**
   * Requests an answer that matches a schema, with a second attempt if the first one does not.
   *
   * @throws {ModelError} when there is no valid answer in time
   */
  answer<Form extends z.ZodType>(operation: Operation, prompts: readonly Prompt[], form: Form): Promise<z.infer<Form>>
  /**
   * Requests a streamed answer; resolves at the first piece.
   *
   * @throws {ModelError} when there is no piece in time, and from the stream when it breaks off or stalls
   */
  stream(prompts: readonly Prompt[], signal: AbortSignal): Promise<AsyncIterable<string>>
  /** Returns whether the model answers. */
  status(): ModelStatus
}

/** Connects to the model of the settings. */
export function createModel(settings: ModelSettings, observe: ModelMetrics, log: FastifyBaseLogger): Model {
  const { model, apiKey, timeoutMs, idleTimeoutMs } = settings
  const send = connect(settings)
  const parameters = createParameters((names) =>
    log.warn({ model, parameters: names }, 'the model refuses parameters, which are no longer sent'),
  )
  let latest: Omit<ModelStatus, 'refusedParameters'> = { state: 'untested' }

  /** Keeps the outcome of a request; a disconnected client is not counted. */
  async function watched<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work()
      latest = { state: 'answering' }
      return result
    } catch (error) {
      if (error instanceof ModelError && error.kind !== 'aborted') latest = { state: 'failing', problem: error.message }
      throw error
    }
  }

  async function complete(operation: Operation, messages: readonly Prompt[], deadline: Deadline): Promise<string> {
    const { choices, usage } = await observe.call(operation, () =>
      parameters.send({ model, messages, temperature: 0, response_format: { type: 'json_object' } }, async (body) => {
        const response = await send(body, deadline)
        const text = await response.text().catch((error: unknown) => {
          throw explainBreak(error, deadline.signal)
        })
        const completion = parseCompletion(text)
        if (isErrorObject(completion)) throw explainErrorObject(completion, apiKey)
        return completion
      }),
    )
    observe.tokens(operation, usage ?? undefined)
    return textOf(choices?.[0]?.message?.content)
  }

  return {
    answer(operation, prompts, form) {
      return watched(async () => {
        const deadline = { signal: AbortSignal.timeout(timeoutMs), at: performance.now() + timeoutMs }
        const first = await complete(operation, prompts, deadline)
        const parsed = parseAnswer(first, form)
        if (parsed.success) return parsed.data
        const repair: Prompt[] = [
          { role: 'assistant', content: first },
          {
            role: 'user',
            content: `The answer is invalid: ${parsed.problem}. Answer again with only the JSON object.`,
          },
        ]
        const second = parseAnswer(await complete(operation, [...prompts, ...repair], deadline), form)
        if (second.success) return second.data
        observe.failed(operation, 'invalid_answer')
        throw new ModelError('invalid_answer', 'the model’s answer does not match the schema', {
          cause: new Error(second.problem),
        })
      })
    },

    async stream(prompts, signal) {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), timeoutMs)
      const both = AbortSignal.any([signal, late.signal])
      const deadline = { signal: both, at: performance.now() + timeoutMs }
      const body = { model, messages: prompts, stream: true, stream_options: { include_usage: true } }
      const started = await watched(() =>
        observe.call('chat', () =>
          // An error may come in place of the first piece, with a status of success.
          parameters.send(body, async (accepted) => {
            const response = await send(accepted, deadline)
            const pieces = readStream(response, { signal: both, idleTimeoutMs, apiKey })
            return { pieces, first: await pieces.next() }
          }),
        ),
      ).finally(() => clearTimeout(timer))
      return readContents(started)
    },

    status: () => ({ ...latest, refusedParameters: parameters.refused() }),
  }

  async function* readContents({ pieces, first }: Started): AsyncGenerator<string> {
    // Some servers send the sum of the tokens with each piece.
    let usage: Usage | undefined
    try {
      for (let next = first; !next.done; next = await watched(() => pieces.next())) {
        const piece: Piece = next.value
        usage = piece.usage ?? usage
        if (piece.content) yield piece.content
      }
    } catch (error) {
      if (error instanceof ModelError) observe.failed('chat', error.kind)
      throw error
    } finally {
      observe.tokens('chat', usage)
      await pieces.return(undefined).catch(() => {})
    }
  }
}

interface Started {
  readonly pieces: AsyncGenerator<Piece>
  readonly first: IteratorResult<Piece>
}
