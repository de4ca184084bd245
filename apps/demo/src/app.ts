import type { Env } from '@driftos/ports'
import { createService, registerUpstream } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** The demo application. The browser speaks with this server alone, which passes all API calls to the gateway. */
export function buildDemo(env: Env): FastifyInstance {
  const app = createService({ service: 'demo', version: manifest.version, env })
  registerUpstream(app, { service: 'gateway', prefix: '/api/v1', rewritePrefix: '/api/v1', env })
  registerUpstream(app, { service: 'gateway', prefix: '/api/health', rewritePrefix: '/health', env })
  return app
}
