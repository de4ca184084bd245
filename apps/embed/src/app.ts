import { factRules, registerDatabase, registerDriftApi, registerOpenApi } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { carryContext, createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { createDecider } from './decider.js'
import { createEmbedder } from './embedder/create.js'
import { registerEmbeddings } from './embedding-routes.js'
import { embedMigrations } from './migrations.js'
import { parseEmbedSettings } from './settings.js'
import { schemaName } from './tables.js'
import { registerVectors } from './vector-routes.js'

/** Builds the embedding and vector service. */
export function buildEmbed(env: Env): FastifyInstance {
  const settings = parseEmbedSettings(env)
  const { version, description } = manifest
  const app = createService({ service: 'embed', version, env })
  carryContext(app, env)
  registerOpenApi(app, { title: 'DriftOS embed', version, description })
  const embedder = createEmbedder(settings, env, app.metrics)
  // Loads the model before the first message. Its failure is that of each later text too.
  app.addHook('onListen', async () => {
    void embedder.embed(['']).catch((error: unknown) => app.log.warn({ err: error }, 'the embedder does not answer'))
  })
  const database = registerDatabase(app, {
    env,
    schema: schemaName,
    migrations: embedMigrations,
    metrics: app.metrics,
    describe: () => ({ embedder: settings.embedder }),
  })
  registerDriftApi(app, {
    database,
    schema: schemaName,
    decider: createDecider(database, embedder, settings.thresholds),
    extractor: factRules,
    metrics: app.metrics,
  })
  registerEmbeddings(app, database, embedder, settings.thresholds)
  registerVectors(app, database, embedder)
  return app
}
