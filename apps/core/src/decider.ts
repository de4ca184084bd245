import type { Decider, Decision } from '@driftos/drift'
import type { FastifyBaseLogger } from 'fastify'
import type { Counter } from 'prom-client'
import { ModelError } from './model-error.js'

export interface DeciderOptions {
  /** Undefined if no model is set. */
  readonly model: Decider | undefined
  readonly embed: Decider
  readonly fallbacks: Counter<'missing'>
  readonly log: FastifyBaseLogger
}

/**
 * Creates a decider that uses the model; embed if there is no model or it fails; and STAY if embed is down too, so that
 * no message is lost. The reason names who decided.
 */
export function createDecider({ model, embed, fallbacks, log }: DeciderOptions): Decider {
  return {
    async decide(message, branches) {
      let why = 'no model is set'
      if (model) {
        try {
          return await model.decide(message, branches)
        } catch (error) {
          if (!(error instanceof ModelError)) throw error
          log.warn({ err: error }, 'the model gave no decision')
          fallbacks.inc({ missing: 'model' })
          why = error.message
        }
      }
      try {
        const decision = await embed.decide(message, branches)
        return { ...decision, reason: `${why}, so embed decided: ${decision.reason}` }
      } catch (error) {
        log.warn({ err: error }, 'embed gave no decision')
        fallbacks.inc({ missing: 'embed' })
        const decision: Decision = { action: 'STAY', reason: `${why}, and embed gave no decision`, confidence: 0 }
        return decision
      }
    },
  }
}
