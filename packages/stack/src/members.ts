import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEmbeddedDatabaseWanted } from '@driftos/dev-postgres'
import { services, type Env, type ServiceName } from '@driftos/ports'

/** One process of the stack. */
export interface Member {
  readonly service: ServiceName
  /** The directory of the package whose `dev` or `start` script runs the service. */
  readonly folder: string
  /** Whether it is the database, which stops after the services that use it. */
  readonly isDatabase: boolean
}

/** The repository's root: both src/ and dist/ are three levels below it. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Returns the members of the stack: the embedded database, unless another is set, and each app of a registered service. */
export function findMembers(env: Env): Member[] {
  const apps = new Set(readdirSync(join(root, 'apps')))
  const names = (Object.keys(services) as ServiceName[]).filter((service) => apps.has(service))
  const database = { service: 'postgres', folder: join(root, 'packages/dev-postgres'), isDatabase: true }
  return [
    ...[database].filter(({ service }) => isEmbeddedDatabaseWanted(env) && isRegistered(service)),
    ...names.map((service) => ({ service, folder: join(root, 'apps', service), isDatabase: false })),
  ] as Member[]
}

/**
 * Returns the directories whose files make up a member in `pnpm dev`: the sources of its package and of the workspace packages
 * that it depends on.
 */
export function findSources({ folder }: Member): string[] {
  const packages = new Map(
    readdirSync(join(root, 'packages')).map((name) => [
      readManifest(join(root, 'packages', name))?.name,
      join(root, 'packages', name),
    ]),
  )
  const found = new Set<string>()
  const visit = (directory: string) => {
    if (found.has(directory)) return
    found.add(directory)
    for (const name of Object.keys(readManifest(directory)?.dependencies ?? {})) {
      const dependency = packages.get(name)
      if (dependency !== undefined) visit(dependency)
    }
  }
  visit(folder)
  return [...found].map((directory) => join(directory, 'src')).filter((directory) => existsSync(directory))
}

function readManifest(directory: string): { name: string; dependencies?: Record<string, string> } | undefined {
  const file = join(directory, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string }) : undefined
}

function isRegistered(name: string): boolean {
  return Object.hasOwn(services, name)
}
