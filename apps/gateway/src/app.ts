import type { Env } from '@driftos/ports'
import { probeService, type ServiceProbe } from '@driftos/ports/probe'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { identifyClients, requireKey } from './api-keys.js'
import { allowPages } from './cors.js'
import { limitRates } from './rate-limit.js'
import { parseGatewaySettings } from './settings.js'

/** The services behind the gateway, and where it serves each. */
const upstreams = {
  core: { paths: { '/api/v1': '/api/v1', '/api/v1/llm': '/api/v1' } },
  embed: { paths: { '/api/v1/embed': '/api/v1' } },
} as const

/** How long an upstream may take to report its health, in milliseconds. */
const probeTimeoutMs = 1000

/**
 * The API gateway: one entrance to core and embed, for clients with a key, as often as the limit
 * allows. Health and metrics are open.
 *
 * @throws {SettingError} for an invalid variable, and in production without keys
 */
export function buildGateway(env: Env): FastifyInstance {
  const settings = parseGatewaySettings(env)
  const app = createService({ service: 'gateway', version: manifest.version, env })

  app.register(async (entrance) => {
    allowPages(entrance, env)
    identifyClients(entrance, settings.apiKeys)
    await limitRates(entrance, settings)
    entrance.get('/health/services', { logLevel: 'warn' }, async () => {
      const services = (Object.keys(upstreams) as (keyof typeof upstreams)[]).map(async (service) => {
        const probe = await probeService(service, { env, timeoutMs: probeTimeoutMs })
        return settings.isProduction ? withoutPlace(probe) : probe
      })
      return { services: await Promise.all(services) }
    })
    entrance.register(async (api) => {
      if (settings.apiKeys.length > 0) requireKey(api)
      registerUpstreams(api, env, upstreams)
    })
  })
  return app
}

/** What anybody may know of an upstream: not where it is, nor what is found there in its place. */
function withoutPlace({ service, state, latencyMs }: ServiceProbe) {
  return { service, state, ...(latencyMs === undefined ? {} : { latencyMs }) }
}
