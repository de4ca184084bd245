import { DriftError, failureSchema, registerRoutes, type Database } from '@driftos/drift'
import { openEventStream, type ServerSentEvent } from '@driftos/service'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ModelError, type ModelErrorKind } from './model/error.js'
import type { Model } from './model/model.js'
import { howToSetModel } from './settings.js'

const bodySchema = z.object({
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string().min(1).max(100_000) }))
    .min(1)
    .max(500),
})

const statuses: Record<ModelErrorKind, number> = {
  timeout: 504,
  stalled: 504,
  rate_limit: 429,
  refused: 502,
  unavailable: 502,
  invalid_answer: 502,
  aborted: 499,
}

const failures = { 400: failureSchema, 429: failureSchema, 502: failureSchema, 503: failureSchema, 504: failureSchema }

/** The paths of chat: the gateway forwards `/api/v1/llm/*` without `llm`, and direct clients call core with it. */
const paths = ['/api/v1/llm/chat', '/api/v1/chat']

/**
 * Serves `POST /api/v1/llm/chat`: the model's answer as server-sent events, `data: {"content"}` for each piece, then
 * `data: [DONE]`, or `event: error` if the answer breaks off or stalls.
 */
export function registerChat(app: FastifyInstance, database: Database, model: Model | undefined): void {
  registerRoutes(app, database, (api) => {
    for (const path of paths) {
      api.post(
        path,
        {
          schema: {
            tags: ['llm'],
            summary: 'Have the model answer, as a stream of server-sent events',
            body: bodySchema,
            response: { ...failures, 200: z.any().describe('text/event-stream') },
          },
        },
        async ({ body, log }, reply) => {
          if (!model) throw new DriftError(503, 'NO_MODEL', `no model is set: ${howToSetModel}`)
          const disconnected = new AbortController()
          reply.raw.on('close', () => disconnected.abort())
          const pieces = await model.stream(body.messages, disconnected.signal).catch((error: unknown) => {
            if (!(error instanceof ModelError)) throw error
            if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
            throw new DriftError(statuses[error.kind], codeOf(error), error.message, { cause: error })
          })
          void openEventStream(reply, { isEndless: false }).sendAll(toEvents(pieces, log))
          return reply
        },
      )
    }
  })
}

async function* toEvents(pieces: AsyncIterable<string>, log: FastifyBaseLogger): AsyncGenerator<ServerSentEvent> {
  try {
    for await (const content of pieces) yield { data: JSON.stringify({ content }) }
    yield { data: '[DONE]' }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    log.warn({ err: error }, 'the stream broke off')
    yield { event: 'error', data: JSON.stringify({ code: codeOf(error), message: error.message }) }
  }
}

function codeOf({ kind }: ModelError): string {
  return `MODEL_${kind.toUpperCase()}`
}
