import type { Env } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import { createService, registerUpstream } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** The services behind the gateway. */
const upstreams = ['core', 'embed'] as const

/** How long an upstream may take to report its health, in milliseconds. */
const probeTimeoutMs = 1000

/** The API gateway: one entrance to core and embed. */
export function buildGateway(env: Env): FastifyInstance {
  const app = createService({ service: 'gateway', version: manifest.version, env })

  app.get('/health/services', { logLevel: 'warn' }, async () => ({
    services: await Promise.all(upstreams.map((service) => probeService(service, { env, timeoutMs: probeTimeoutMs }))),
  }))
  registerUpstream(app, { service: 'core', prefix: '/api/v1', rewritePrefix: '/api/v1', env })
  registerUpstream(app, { service: 'core', prefix: '/api/v1/llm', rewritePrefix: '/api/v1', env })
  registerUpstream(app, { service: 'embed', prefix: '/api/v1/embed', rewritePrefix: '/api/v1', env })
  return app
}
