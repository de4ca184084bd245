import type { Decider, Decision } from '@driftos/drift'
import type { FastifyBaseLogger } from 'fastify'
import type { Counter } from 'prom-client'
import { ModelError } from './model/error.js'

/** Who decides: the model, embed, or neither, so that messages stay in their branch. */
export type DecisionMaker = 'model' | 'embed' | 'none'

/** The options of `createDecider`. */
export interface DeciderOptions {
  /** Undefined if no model is set. */
  readonly model: Decider | undefined
  readonly embed: Decider
  readonly fallbacks: Counter<'missing'>
  readonly log: FastifyBaseLogger
}

/** A decider that reports who decides. */
export interface CoreDecider extends Decider {
  /** Returns who made the latest decision; before the first one, who will be called first. */
  maker(): DecisionMaker
}

/**
 * Creates a decider that uses the model; embed if there is no model or it fails; and STAY if embed is down too, so that
 * no message is lost. The reason contains who decided.
 */
export function createDecider({ model, embed, fallbacks, log }: DeciderOptions): CoreDecider {
  let latest: DecisionMaker = model ? 'model' : 'embed'
  return {
    maker: () => latest,

    async decide(message, branches) {
      let why = 'no model is set'
      if (model) {
        try {
          const decision = await model.decide(message, branches)
          latest = 'model'
          return decision
        } catch (error) {
          if (!(error instanceof ModelError)) throw error
          log.warn({ err: error }, 'the model returned no decision')
          fallbacks.inc({ missing: 'model' })
          why = error.message
        }
      }
      try {
        const decision = await embed.decide(message, branches)
        latest = 'embed'
        return { ...decision, reason: `${why}, so embed decided: ${decision.reason}` }
      } catch (error) {
        log.warn({ err: error }, 'embed returned no decision')
        fallbacks.inc({ missing: 'embed' })
        latest = 'none'
        const decision: Decision = { action: 'STAY', reason: `${why}, and embed returned no decision`, confidence: 0 }
        return decision
      }
    },
  }
}
