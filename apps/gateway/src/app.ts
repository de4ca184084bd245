import type { Env } from '@driftos/ports'
import { findCheckout } from '@driftos/ports/checkout'
import { probeService, type ServiceProbe } from '@driftos/ports/probe'
import { createService, registerUpstreams } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { identifyClients, requireKey } from './api-keys.js'
import { allowPages } from './cors.js'
import { limitRates } from './rate-limit.js'
import { parseGatewaySettings } from './settings.js'

/** The upstreams of the gateway and their paths. */
const upstreams = {
  core: { paths: { '/api/v1': '/api/v1', '/api/v1/llm': '/api/v1' } },
  embed: { paths: { '/api/v1/embed': '/api/v1' } },
} as const

/** How long an upstream's health check may take. */
const probeTimeoutMs = 1000

/**
 * Builds the API gateway: routes to core and embed, with API keys and a rate limit. Health and metrics need no key.
 *
 * @throws {SettingError} for an invalid variable, and in production without keys
 */
export function buildGateway(env: Env): FastifyInstance {
  const settings = parseGatewaySettings(env)
  const app = createService({ service: 'gateway', version: manifest.version, env })
  const instance = settings.isProduction ? undefined : findCheckout(process.cwd())?.instance

  app.register(async (scope) => {
    allowPages(scope, env)
    identifyClients(scope, settings.apiKeys)
    await limitRates(scope, settings)
    scope.get('/health/services', { logLevel: 'warn' }, async () => {
      const services = (Object.keys(upstreams) as (keyof typeof upstreams)[]).map(async (service) => {
        const probe = await probeService(service, { env, timeoutMs: probeTimeoutMs, instance })
        return settings.isProduction ? redact(probe) : probe
      })
      return { services: await Promise.all(services) }
    })
    scope.register(async (api) => {
      if (settings.apiKeys.length > 0) requireKey(api)
      registerUpstreams(api, env, upstreams)
    })
  })
  return app
}

/** Returns the public fields of a probe, without the upstream's address and what answered there. */
function redact({ service, state, latencyMs }: ServiceProbe) {
  return { service, state, ...(latencyMs === undefined ? {} : { latencyMs }) }
}
