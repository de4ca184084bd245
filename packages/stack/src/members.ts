import { fileURLToPath } from 'node:url'
import { isEmbeddedDatabaseWanted } from '@driftos/dev-postgres'
import type { Env, ServiceName } from '@driftos/ports'

/** One process of the stack. */
export interface Member {
  readonly service: ServiceName
  /** The package whose `dev` or `start` script runs the service. */
  readonly folder: string
}

/** Both src/ and dist/ lie three folders below the repository's root. */
const root = new URL('../../../', import.meta.url)

const folders = {
  postgres: 'packages/dev-postgres',
  gateway: 'apps/gateway',
  core: 'apps/core',
  embed: 'apps/embed',
  website: 'apps/website',
  demo: 'apps/demo',
} as const satisfies Partial<Record<ServiceName, string>>

/** What the stack consists of: the five apps, and the embedded database unless another is given. */
export function findMembers(env: Env): Member[] {
  const services = Object.keys(folders) as (keyof typeof folders)[]
  return services
    .filter((service) => service !== 'postgres' || isEmbeddedDatabaseWanted(env))
    .map((service) => ({ service, folder: fileURLToPath(new URL(folders[service], root)) }))
}
