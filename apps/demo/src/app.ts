import type { Env } from '@driftos/ports'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/**
 * The demo application. The browser speaks with this server alone, which passes all API calls to the
 * gateway, with the key in `GATEWAY_API_KEY` if that needs one.
 */
export function buildDemo(env: Env): FastifyInstance {
  const app = createService({ service: 'demo', version: manifest.version, env })
  const key = env['GATEWAY_API_KEY']?.trim()
  registerUpstreams(app, env, {
    gateway: {
      paths: { '/api/v1': '/api/v1', '/api/health': '/health' },
      headers: key ? { 'x-api-key': key } : {},
    },
  })
  return app
}
