import { driftMigrations, registerDatabase, registerDriftApi, registerOpenApi } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { carryContext, createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { registerChat } from './chat-routes.js'
import { createDecider } from './decider.js'
import { embedDecider } from './embed-decider.js'
import { createFactExtractor } from './fact-extractor.js'
import { countFallbacks, observeModel } from './metrics.js'
import { modelDecider } from './model-decider.js'
import { createModel } from './model.js'
import { howToSetModel, parseModelSettings } from './settings.js'

const schema = 'core'

/** Builds the LLM service. */
export function buildCore(env: Env): FastifyInstance {
  const settings = parseModelSettings(env)
  const { version, description } = manifest
  const app = createService({ service: 'core', version, env })
  carryContext(app)
  registerOpenApi(app, { title: 'DriftOS core', version, description })
  const { metrics, log } = app
  // Registered without a model too, with metrics of zero.
  const modelMetrics = observeModel(metrics)
  const model = settings && createModel(settings, modelMetrics)
  const fallbacks = countFallbacks(metrics)
  const database = registerDatabase(app, {
    env,
    schema,
    migrations: driftMigrations,
    metrics,
    describe: () =>
      settings
        ? { model: settings.model, decisions: 'model', facts: 'model', chat: 'model' }
        : { model: null, decisions: 'embed', facts: 'rules', chat: `none: ${howToSetModel}` },
  })
  registerDriftApi(app, {
    database,
    schema,
    decider: createDecider({ model: model && modelDecider(model), embed: embedDecider(env), fallbacks, log }),
    extractor: createFactExtractor({ model, fallbacks, log }),
    metrics,
  })
  registerChat(app, database, model)
  return app
}
