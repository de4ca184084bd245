import { setTimeout as delay } from 'node:timers/promises'
import { contextFetch } from '@driftos/service'
import OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { z } from 'zod'
import type { ModelMetrics, Operation } from './metrics.js'
import { ModelError } from './model-error.js'
import type { ModelSettings } from './settings.js'

/** A message to the model. */
export type Prompt = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }

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
   * @throws {ModelError} when there is no piece in time, and from the stream when it breaks off
   */
  stream(prompts: readonly Prompt[], signal: AbortSignal): Promise<AsyncIterable<string>>
}

/** How long to wait before the second attempt without a retry-after header. */
const retryDelayMs = 250

/** Connects to the model of the settings. */
export function createModel({ model, baseUrl, apiKey, timeoutMs }: ModelSettings, observe: ModelMetrics): Model {
  const client = new OpenAI({
    // The SDK requires a key, and reads its own variable if it is undefined.
    apiKey: apiKey ?? 'none',
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    organization: null,
    project: null,
    // The SDK's retries wait as long as the model asks, beyond any deadline.
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    fetch: apiKey === undefined ? contextFetch : fetchWithout(apiKey),
  })

  async function complete(operation: Operation, messages: ChatCompletionMessageParam[], deadline: Deadline) {
    const completion = await observe.call(operation, () =>
      retried(deadline, () =>
        client.chat.completions.create(
          { model, messages, temperature: 0, response_format: { type: 'json_object' } },
          { signal: deadline.signal },
        ),
      ),
    )
    observe.tokens(operation, completion.usage)
    return completion.choices?.[0]?.message?.content ?? ''
  }

  return {
    async answer(operation, prompts, form) {
      const deadline = { signal: AbortSignal.timeout(timeoutMs), at: performance.now() + timeoutMs }
      const first = await complete(operation, [...prompts], deadline)
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
        cause: second.problem,
      })
    },

    async stream(prompts, signal) {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), timeoutMs)
      const both = AbortSignal.any([signal, late.signal])
      const pieces = await observe
        .call('chat', async () => {
          const stream = await retried({ signal: both, at: performance.now() + timeoutMs }, () =>
            client.chat.completions.create(
              { model, messages: [...prompts], stream: true, stream_options: { include_usage: true } },
              { signal: both },
            ),
          )
          const iterator = stream[Symbol.asyncIterator]()
          const first = await iterator.next().catch((error: unknown) => {
            throw toModelError(error, both)
          })
          return { iterator, first }
        })
        .finally(() => clearTimeout(timer))
      return readPieces(pieces)

      async function* readPieces({ iterator, first }: typeof pieces): AsyncGenerator<string> {
        let isFinished = false
        try {
          for (let next = first; !next.done; next = await iterator.next()) {
            const [choice] = next.value.choices ?? []
            observe.tokens('chat', next.value.usage ?? undefined)
            if (choice?.finish_reason) isFinished = true
            if (choice?.delta?.content) yield choice.delta.content
          }
          // Without a length, HTTP cannot distinguish a closed connection from the end of the answer.
          if (!isFinished) throw new ModelError('unavailable', 'the model broke off its answer')
        } catch (error) {
          const failure = toModelError(error, signal)
          observe.failed('chat', failure.kind)
          throw failure
        } finally {
          await iterator.return?.().catch(() => {})
        }
      }
    },
  }
}

/** Fetches, and removes the key from an error: some servers repeat the key that they refuse, and errors are logged. */
function fetchWithout(apiKey: string): typeof fetch {
  return async (input, init) => {
    const response = await contextFetch(input, init)
    if (response.ok) return response
    const { status, statusText, headers } = response
    const text = (await response.text()).replaceAll(apiKey, '***')
    return new Response(text || null, { status, statusText, headers })
  }
}

/** The deadline of an answer, as a signal and as a time of `performance.now()`. */
interface Deadline {
  readonly signal: AbortSignal
  readonly at: number
}

/** Runs a request, with one retry if the model is busy or fails and the wait ends before the deadline. */
async function retried<Answer>({ signal, at }: Deadline, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request()
  } catch (error) {
    const status = error instanceof OpenAI.APIError ? (error.status as number | undefined) : undefined
    const isPassing = status === 429 || (status !== undefined && status >= 500)
    const waitMs = (error instanceof OpenAI.APIError && readRetryAfterMs(error.headers)) || retryDelayMs
    if (!isPassing || signal.aborted || performance.now() + waitMs > at) throw toModelError(error, signal)
    await delay(waitMs, undefined, { signal }).catch(() => {})
    return request().catch((again: unknown) => {
      throw toModelError(again, signal)
    })
  }
}

function readRetryAfterMs(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.max(1, ms)
}

/** Converts a failure of the model to an error without address and key. */
function toModelError(error: unknown, signal: AbortSignal): ModelError {
  if (error instanceof ModelError) return error
  // The model's error is more useful than the timeout that follows it.
  const status = error instanceof OpenAI.APIError ? (error.status as number | undefined) : undefined
  if (status === 429) return new ModelError('rate_limit', 'the model is busy (429)', { cause: error })
  if (status !== undefined && status < 500)
    return new ModelError('refused', `the model refused the request (${status})`, { cause: error })
  if (status !== undefined) return new ModelError('unavailable', `the model failed (${status})`, { cause: error })
  const isLate = signal.aborted && (signal.reason as Error | undefined)?.name === 'TimeoutError'
  if (isLate || error instanceof OpenAI.APIConnectionTimeoutError)
    return new ModelError('timeout', 'the model did not answer within LLM_TIMEOUT', { cause: error })
  if (signal.aborted) return new ModelError('aborted', 'the client went away', { cause: error })
  return new ModelError('unavailable', 'the model is not reachable, or broke off its answer', { cause: error })
}

type Parsed<Data> =
  | { readonly success: true; readonly data: Data }
  | { readonly success: false; readonly problem: string }

/** Parses an answer; models often put JSON in a code fence. */
function parseAnswer<Form extends z.ZodType>(text: string, form: Form): Parsed<z.infer<Form>> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\s*```(?:json)?|```\s*$/g, ''))
  } catch {
    return { success: false, problem: 'it is no JSON' }
  }
  const parsed = form.safeParse(value)
  return parsed.success ? parsed : { success: false, problem: z.prettifyError(parsed.error) }
}
