import type { Env } from '@driftos/ports'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** The demo application. The browser speaks with this server alone, which passes all API calls to the gateway. */
export function buildDemo(env: Env): FastifyInstance {
  const app = createService({ service: 'demo', version: manifest.version, env })
  registerUpstreams(app, env, {
    gateway: { paths: { '/api/v1': '/api/v1', '/api/health': '/health' } },
  })
  return app
}
