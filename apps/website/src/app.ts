import { getOrigin, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { serviceNames } from './directory.js'
import { serveEvents } from './live/events.js'

/** A service as other programs are told of it: where it is now, overrides applied. */
export interface ServiceAddress {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
}

/** The website's server: where every service is, and how it is. */
export function buildWebsite(env: Env): FastifyInstance {
  const app = createService({ service: 'website', version: manifest.version, env })
  app.get('/api/ports', (): ServiceAddress[] => {
    const ports = resolvePorts(env)
    return serviceNames.map((service) => ({ service, port: ports[service], origin: getOrigin(service, env) }))
  })
  serveEvents(app, env)
  return app
}
