import { Counter, Histogram, type Registry } from 'prom-client'
import type { Usage } from './model/completion.js'
import { ModelError, modelErrorKinds, type ModelErrorKind } from './model/error.js'

/** The operations of the model. */
const operations = ['decide', 'facts', 'chat'] as const

/** An operation of the model. */
export type Operation = (typeof operations)[number]

/** The metrics of the model. */
export type ModelMetrics = ReturnType<typeof observeModel>

/** Registers metrics for the model: the duration of its answers, their tokens, and failures, all starting at zero. */
export function observeModel(metrics: Registry) {
  const duration = new Histogram({
    name: 'llm_request_duration_seconds',
    help: 'Duration of the model’s answers by operation, for streams until the first piece',
    labelNames: ['operation'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 60],
    registers: [metrics],
  })
  const tokens = new Counter({
    name: 'llm_tokens_total',
    help: 'Tokens by operation and kind, as counted by the model',
    labelNames: ['operation', 'kind'] as const,
    registers: [metrics],
  })
  const errors = new Counter({
    name: 'llm_errors_total',
    help: 'Requests to the model that gave no answer, by operation and kind',
    labelNames: ['operation', 'kind'] as const,
    registers: [metrics],
  })
  for (const operation of operations) {
    duration.zero({ operation })
    for (const kind of ['prompt', 'completion']) tokens.inc({ operation, kind }, 0)
    for (const kind of modelErrorKinds) errors.inc({ operation, kind }, 0)
  }
  return {
    /** Measures one request to the model. */
    async call<Answer>(operation: Operation, request: () => Promise<Answer>): Promise<Answer> {
      const end = duration.startTimer({ operation })
      try {
        return await request()
      } catch (error) {
        if (error instanceof ModelError) errors.inc({ operation, kind: error.kind })
        throw error
      } finally {
        end()
      }
    },
    tokens(operation: Operation, usage: Usage | undefined): void {
      tokens.inc({ operation, kind: 'prompt' }, count(usage?.prompt_tokens))
      tokens.inc({ operation, kind: 'completion' }, count(usage?.completion_tokens))
    },
    failed(operation: Operation, kind: ModelErrorKind): void {
      errors.inc({ operation, kind })
    },
  }
}

/** Returns the token count of a server's answer if it is valid. */
function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0
}

/** Counts the uses of a fallback, by the missing service. */
export function countFallbacks(metrics: Registry): Counter<'missing'> {
  const fallbacks = new Counter({
    name: 'core_fallbacks_total',
    help: 'Decisions and extractions by a fallback, by the service that gave no answer',
    labelNames: ['missing'] as const,
    registers: [metrics],
  })
  for (const missing of ['model', 'embed']) fallbacks.inc({ missing }, 0)
  return fallbacks
}
