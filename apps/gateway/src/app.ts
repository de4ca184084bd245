import type { Env } from '@driftos/ports'
import { probeService } from '@driftos/ports/probe'
import { createService, registerUpstreams } from '@driftos/service'
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
  registerUpstreams(app, env, {
    core: { paths: { '/api/v1': '/api/v1', '/api/v1/llm': '/api/v1' } },
    embed: { paths: { '/api/v1/embed': '/api/v1' } },
  })
  return app
}
