import { registerDatabase } from '@driftos/drift'
import type { Env } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** The LLM service. */
export function buildCore(env: Env): FastifyInstance {
  const app = createService({ service: 'core', version: manifest.version, env })
  registerDatabase(app, env)
  return app
}
