import { registerDatabase } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** The embedding and vector service. */
export function buildEmbed(env: Env): FastifyInstance {
  const app = createService({ service: 'embed', version: manifest.version, env })
  registerDatabase(app, env)
  return app
}
