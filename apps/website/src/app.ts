import { getOrigin, resolvePorts, services, type Env, type ServiceName } from '@driftos/ports'
import { createService } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import manifest from '../package.json' with { type: 'json' }

/** A service as the page shows it: where it is now, overrides applied. */
export interface DirectoryEntry {
  readonly service: ServiceName
  readonly port: number
  readonly origin: string
}

/** The public site: the directory of every registered port. */
export function buildWebsite(env: Env): FastifyInstance {
  const app = createService({ service: 'website', version: manifest.version, env })
  app.get('/api/ports', (): DirectoryEntry[] => {
    const ports = resolvePorts(env)
    return (Object.keys(services) as ServiceName[]).map((service) => ({
      service,
      port: ports[service],
      origin: getOrigin(service, env),
    }))
  })
  return app
}
