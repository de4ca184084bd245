import { getOrigin, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { serviceNames } from './definitions.js'
import { serveEvents } from './live/events.js'
import { serveStack } from './live/stack.js'

/** A service's port and origin, overrides applied. */
export interface ServiceAddress {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
}

/** Builds the website's server, which serves the address and state of every service, and controls those of its stack. */
export function buildWebsite(env: Env): FastifyInstance {
  const app = createService({ service: 'website', version: manifest.version, env })
  app.get('/api/ports', (): ServiceAddress[] => {
    const ports = resolvePorts(env)
    return serviceNames.map((service) => ({ service, port: ports[service], origin: getOrigin(service, env) }))
  })
  serveEvents(app, env)
  serveStack(app, env)
  return app
}
