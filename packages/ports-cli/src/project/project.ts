import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import * as own from '@driftos/ports'
import type { PortRegistry, RegistryDefinition } from '@driftos/ports/define'
import { artifactNames } from '../generate/names.js'
import { UsageError } from '../command.js'
import type { Config } from './config.js'
import type { findDrift } from '../generate/sync.js'
import { readRegularFile } from '@driftos/port-scanner'

/** The repository that a command works on. */
export interface Project {
  /** The folder of the configuration, else the nearest upward that is a workspace; undefined where there is neither. */
  readonly root: string | undefined
  /** The file that holds the configuration. */
  readonly configFile?: string
  readonly registry: PortRegistry
  readonly config: Config & Required<Pick<Config, 'artifacts' | 'ignore'>>
  readonly registryFile?: string | undefined
  readonly packageFile?: string | undefined
  loadGenerators(): Promise<Parameters<typeof findDrift>[0]>
}

/** Where a configuration is a module. */
export const configModule = 'driftos-ports.config.ts'
const manifestKey = 'driftos-ports'

/**
 * The registry and configuration of the folder that a command runs in, or of the nearest folder upward that has one;
 * without any, DriftOS's own.
 *
 * @throws {UsageError} when a configuration or a registry cannot be read or is none
 */
export async function loadProject(cwd: string, options: { registry?: string } = {}): Promise<Project> {
  const project = await loadOld(cwd, options)
  const root = project.root ?? cwd
  const registryFile = options.registry
    ? resolve(cwd, options.registry)
    : project.config.registry
      ? resolve(root, project.config.registry)
      : join(root, 'packages/ports/src/registry.ts')
  const manifest = upward(dirname(registryFile))
    .map((folder) => join(folder, 'package.json'))
    .find((file) => existsSync(file))
  return {
    ...project,
    registryFile: existsSync(registryFile) ? registryFile : undefined,
    packageFile: manifest,
    loadGenerators: async () => {
      const { listGenerated } = await import('../generate/index.js')
      return options.registry ? [] : listGenerated(project.registry, project.config)
    },
  }
}

async function loadOld(cwd: string, options: { registry?: string }): Promise<Omit<Project, 'loadGenerators'>> {
  if (options.registry !== undefined) {
    const registry = await loadRegistry(resolve(cwd, options.registry), options.registry)
    return { root: findWorkspaceRoot(cwd), registry, config: { artifacts: [], ignore: [] } }
  }
  const found = findConfig(cwd)
  if (!found) return { root: findWorkspaceRoot(cwd), registry: own, config: { artifacts: artifactNames, ignore: [] } }
  const { folder, source, key } = found
  const { parseConfig } = await import('./parse-config.js')
  const name = relative(cwd, source) || source
  const { default: value } = key ? { default: key.value } : ((await importModule(source, name)) ?? {})
  const config = parseConfig(value, key ? `"${manifestKey}" in ${name}` : `The default export of ${name}`)
  if (config.registry === undefined) {
    return {
      root: folder,
      configFile: source,
      registry: own,
      config: { artifacts: artifactNames, ignore: [], ...config },
    }
  }
  const file = resolve(folder, config.registry)
  const registry = await loadRegistry(file, relative(cwd, file))
  return { root: folder, configFile: source, registry, config: { artifacts: [], ignore: [], ...config } }
}

interface Found {
  readonly folder: string
  /** The file that holds the configuration. */
  readonly source: string
  /** The configuration, where it is a key of a manifest. */
  readonly key?: { readonly value: unknown }
}

function findConfig(start: string): Found | undefined {
  for (const folder of upward(start)) {
    const source = join(folder, configModule)
    const manifest = join(folder, 'package.json')
    const key = findKey(manifest)
    const isThere = existsSync(source)
    if (isThere && key) throw new UsageError(`${source} and "${manifestKey}" in ${manifest} are two configurations`)
    if (isThere) return { folder, source }
    if (key) return { folder, source: manifest, key }
  }
  return undefined
}

function findKey(manifest: string): Found['key'] {
  let text: string
  try {
    text = readRegularFile(manifest)
  } catch {
    // Most folders have none; who cannot read one finds no configuration in it.
    return undefined
  }
  if (!text.includes(`"${manifestKey}"`)) return undefined
  try {
    const content = JSON.parse(text) as Readonly<Record<string, unknown>>
    return Object.hasOwn(content, manifestKey) ? { value: content[manifestKey] } : undefined
  } catch (error) {
    throw new UsageError(`Cannot read ${manifest}: ${(error as Error).message}`)
  }
}

function findWorkspaceRoot(start: string): string | undefined {
  return upward(start).find((folder) => existsSync(join(folder, 'pnpm-workspace.yaml')))
}

/** A folder and all above it, itself first. */
function upward(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upward(parent)]
}

async function loadRegistry(file: string, name: string): Promise<PortRegistry> {
  const module = await importModule(file, name)
  const { services, ranges, history, retired, getPort } = (module?.['default'] ?? module ?? {}) as Partial<PortRegistry>
  const definition = { services, ranges, history, ...(retired && { retired }) }
  // The fields of what defineRegistry gave were checked by the compiler; zod costs more than all the rest.
  const isDefined = getPort !== undefined && Object.values(definition).every((table) => table !== undefined)
  const [{ defineRegistry }, { registrySchema }] = await Promise.all([
    import('@driftos/ports/define'),
    isDefined ? { registrySchema: undefined } : import('@driftos/ports/schema'),
  ])
  const { error } = registrySchema?.safeParse(definition) ?? {}
  if (error) {
    const problems = error.issues.map(({ path, message }) => `- ${path.join('.')}: ${message}`)
    throw new UsageError(`${name} holds no valid registry:\n${problems.join('\n')}`)
  }
  try {
    return defineRegistry<RegistryDefinition['services'], RegistryDefinition['ranges']>(
      definition as RegistryDefinition,
    )
  } catch (contradiction) {
    throw new UsageError(`${name}: ${(contradiction as Error).message}`)
  }
}

/** What a module exports. TypeScript is compiled, by each Node that we support, and kept compiled for the next run. */
async function importModule(file: string, name: string): Promise<Readonly<Record<string, unknown>> | null> {
  const { createJiti } = await import('jiti')
  try {
    // Read anew each time: a registry may be edited between two loads.
    return await createJiti(file, { moduleCache: false }).import(file)
  } catch (error) {
    throw new UsageError(`Cannot load ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
