import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import type { PortRegistry } from '@driftos/ports/define'
import { UsageError } from '../usage-error.js'
import { remember } from './cache.js'
import type { Config, Generator, Ignore } from './config.js'
import { dependencyFields, findConfig, findManifest, parseJson, readIfFile, type FoundConfig } from './find-config.js'
import { loadRegistryFile, loadRegistryPackage } from './load-registry.js'
import { parseConfig } from './parse-config.js'

/** The repository that a command works on. */
export interface Project {
  /** The directory of the configuration, else of the `package.json` that depends on `@driftos/ports`; absolute. */
  readonly root: string
  readonly configFile?: string | undefined
  /** The source of the registry, which edits change; absolute. Undefined when the registry is an installed package. */
  readonly registryFile?: string | undefined
  readonly registry: PortRegistry
  readonly ignore: readonly Ignore[]
  /** The `package.json` that changesets name; absolute. */
  readonly packageFile?: string | undefined
  /** The name of the compose project, where the configuration sets it. */
  readonly composeProject?: string | undefined
  /**
   * Evaluates the configuration's generators.
   *
   * @throws {UsageError} when the configuration cannot be loaded, or one error that lists its problems
   */
  loadGenerators(this: void): Promise<readonly Generator[]>
}

const ownPackage = '@driftos/ports'

/**
 * Loads the registry and configuration that a command uses: those that `--registry` names, else those of the nearest
 * configuration in a parent directory, else `@driftos/ports` where the nearest `package.json` depends on it.
 *
 * @param named - the path of a registry, from `cwd`, or the name of an installed package
 * @throws {UsageError} when there is no registry, or a configuration or registry is invalid
 */
export async function loadProject(cwd: string, named?: string): Promise<Project> {
  if (named !== undefined) return loadNamed(named, cwd)
  const found = findConfig(cwd)
  if (found) return loadConfigured(found, await readConfig(found, cwd), cwd)
  const nearest = findManifest(cwd)
  if (nearest && dependencyFields.some((field) => Object.hasOwn(nearest.manifest[field] ?? {}, ownPackage))) {
    return load({ registry: ownPackage }, nearest.directory, cwd)
  }
  throw new UsageError(
    `No port registry here: no driftos-ports configuration in ${cwd} or above it, and the nearest package.json does not depend on ${ownPackage}. Run \`driftos-ports init\` to create a registry, or name one with --registry PATH|PACKAGE.`,
  )
}

async function loadNamed(name: string, cwd: string): Promise<Project> {
  if (!isPath(name, cwd)) return load({ registry: name }, findManifest(cwd)?.directory ?? cwd, cwd)
  const registry = resolve(cwd, name)
  const found = findConfig(dirname(registry))
  const config = found && (await readConfig(found, cwd))
  // The registry of a configuration is used with all of it.
  if (config && resolve(found.directory, config.registry) === registry) return loadConfigured(found, config, cwd)
  return load({ registry }, findManifest(dirname(registry))?.directory ?? dirname(registry), cwd, name)
}

async function loadConfigured(found: FoundConfig, config: Config, cwd: string): Promise<Project> {
  return {
    ...(await load(config, found.directory, cwd)),
    configFile: found.file,
    async loadGenerators() {
      const { generate = [] } = (config.generate as unknown) === true ? await runConfig(found, cwd) : config
      return generate.flat() as readonly Generator[]
    },
  }
}

/** Loads the registry of a configuration, without its generators. */
async function load(config: Config, root: string, cwd: string, title?: string): Promise<Project> {
  const { registry, ignore = [], composeProject } = config
  const registryFile = isPath(registry, root) ? resolve(root, registry) : undefined
  return {
    root,
    registryFile,
    packageFile: findPackageFile(config, root) ?? (registryFile && findManifest(dirname(registryFile))?.file),
    registry: registryFile
      ? await loadRegistryFile(registryFile, title ?? shorten(registryFile, cwd))
      : await loadRegistryPackage(registry, root),
    ignore,
    composeProject,
    loadGenerators: () => Promise.resolve([]),
  }
}

/** Reads a configuration; `generate` is true where it is evaluated when a command needs it. */
async function readConfig(found: FoundConfig, cwd: string): Promise<Config> {
  const { file, text, key } = found
  const title = titleOf(found, cwd)
  if (key) return parseConfig(key.value, title)
  if (extname(file) === '.json') return parseConfig(parseJson(text, title), title)
  const known = await remember(file, text, async () => {
    const { readStaticDefault } = await import('./source.js')
    const value = readStaticDefault(text, file, 'generate')
    return value === undefined ? undefined : parseConfig(value, title)
  })
  return known ?? runConfig(found, cwd)
}

async function runConfig(found: FoundConfig, cwd: string): Promise<Config> {
  const { importModule } = await import('./import-module.js')
  const title = titleOf(found, cwd)
  return parseConfig((await importModule(found.file, title))['default'], title)
}

function titleOf({ file, key }: FoundConfig, cwd: string): string {
  return key ? `"driftos-ports" of ${shorten(file, cwd)}` : shorten(file, cwd)
}

/** The package of a configuration. @throws {UsageError} when there is none */
function findPackageFile({ package: path }: Config, root: string): string | undefined {
  if (path === undefined) return undefined
  const file = basename(path) === 'package.json' ? resolve(root, path) : join(resolve(root, path), 'package.json')
  if (readIfFile(file) !== undefined) return file
  throw new UsageError(`package: expected the directory of a package, got ${JSON.stringify(path)}: no ${file}`)
}

/** Whether a text is the path of a registry rather than a package's name. */
function isPath(text: string, directory: string): boolean {
  return (
    /^\.{1,2}([/\\]|$)/.test(text) ||
    isAbsolute(text) ||
    readIfFile(resolve(directory, text)) !== undefined ||
    /\.(json|[cm]?[jt]s)$/.test(text)
  )
}

function shorten(file: string, cwd: string): string {
  return relative(cwd, file) || file
}
