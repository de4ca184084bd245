import type { Env } from '@driftos/ports'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/**
 * Builds the demo's server, the only one that the browser calls. It forwards all API calls to the gateway, with the key
 * in `GATEWAY_API_KEY` if it is set.
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
