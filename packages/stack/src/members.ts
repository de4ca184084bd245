import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEmbeddedDatabaseWanted } from '@driftos/dev-postgres'
import { services, type Env, type ServiceName } from '@driftos/ports'

/** One process of the stack. */
export interface Member {
  readonly service: ServiceName
  /** The directory of the package whose `dev` or `start` script runs the service. */
  readonly folder: string
}

/** The repository's root: both src/ and dist/ are three levels below it. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Returns the members of the stack: the embedded database, unless another is set, and each app of a registered service. */
export function findMembers(env: Env): Member[] {
  const apps = new Set(readdirSync(join(root, 'apps')))
  const folders = new Map<string, string>(isEmbeddedDatabaseWanted(env) ? [['postgres', 'packages/dev-postgres']] : [])
  for (const service of Object.keys(services)) if (apps.has(service)) folders.set(service, `apps/${service}`)
  return [...folders].flatMap(([service, folder]) =>
    isRegistered(service) ? [{ service, folder: join(root, folder) }] : [],
  )
}

function isRegistered(name: string): name is ServiceName {
  return Object.hasOwn(services, name)
}
