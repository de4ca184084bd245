import type { Env } from '@driftos/ports'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { parseDemoSettings } from './settings.js'

/**
 * Builds the demo's server, the only one that the browser calls. It forwards all API calls to the gateway, with the key
 * in `GATEWAY_API_KEY` if it is set.
 *
 * @throws {SettingError} for an invalid variable
 */
export function buildDemo(env: Env): FastifyInstance {
  const { gatewayKey } = parseDemoSettings(env)
  const app = createService({ service: 'demo', version: manifest.version, env })
  registerUpstreams(app, env, {
    gateway: {
      paths: { '/api/v1': '/api/v1', '/api/health': '/health' },
      headers: gatewayKey === undefined ? {} : { 'x-api-key': gatewayKey },
      // The gateway and the service behind it.
      hops: 2,
    },
  })
  return app
}
