import { driftMigrations, registerDatabase, registerDriftApi, registerOpenApi } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { carryContext, createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { registerChat } from './chat-routes.js'
import { createDecider, type DecisionMaker } from './decider.js'
import { embedDecider } from './embed-decider.js'
import { createFactExtractor } from './fact-extractor.js'
import { countFallbacks, observeModel } from './metrics.js'
import { modelDecider } from './model/decider.js'
import { createModel, type Model } from './model/model.js'
import { howToSetModel, parseModelSettings, type ModelSettings } from './settings.js'

const schema = 'core'

/** Builds the LLM service. */
export function buildCore(env: Env): FastifyInstance {
  const settings = parseModelSettings(env)
  const { version, description } = manifest
  const app = createService({ service: 'core', version, env })
  carryContext(app, env)
  registerOpenApi(app, { title: 'DriftOS core', version, description })
  const { metrics, log } = app
  // Registered without a model too, with metrics of zero.
  const modelMetrics = observeModel(metrics)
  const model = settings && createModel(settings, modelMetrics, log)
  const fallbacks = countFallbacks(metrics)
  const embed = embedDecider(env)
  app.addHook('onClose', () => embed.close())
  const decider = createDecider({ model: model && modelDecider(model), embed, fallbacks, log })
  const database = registerDatabase(app, {
    env,
    schema,
    migrations: driftMigrations,
    metrics,
    describe: () => describe(settings, model, decider.maker()),
  })
  registerDriftApi(app, {
    database,
    schema,
    decider,
    extractor: createFactExtractor({ model, fallbacks, log }),
    metrics,
  })
  registerChat(app, database, model)
  return app
}

/** Returns what `/ready` contains about decisions: who makes them now, which is not always the model that is set. */
function describe(settings: ModelSettings | undefined, model: Model | undefined, decisions: DecisionMaker) {
  if (!settings || !model) return { model: null, decisions, facts: 'rules', chat: `none: ${howToSetModel}` }
  const { state, problem, refusedParameters } = model.status()
  const isFailing = state === 'failing'
  return {
    model: settings.model,
    modelStatus: isFailing ? `failing: ${problem}` : state,
    ...(refusedParameters.length > 0 && { refusedParameters }),
    decisions,
    facts: isFailing ? 'rules' : 'model',
    chat: isFailing ? `failing: ${problem}` : 'model',
  }
}
