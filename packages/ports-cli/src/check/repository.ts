import { basename, join } from 'node:path'
import { readRegularFile } from '@driftos/port-scanner'
import type { NameIndex } from './names.js'

/** A directory with a manifest. */
export interface Package {
  /** From the root, with `/`; empty for the root. */
  readonly directory: string
  /** Its manifest's name without a scope, and its directory's name. */
  readonly names: readonly string[]
  /** Packages that it depends on. */
  readonly dependencies: ReadonlySet<string>
  /** Its manifest's whole name. */
  readonly fullName: string | undefined
}

/** What attribution needs of the directories around a file. */
export interface Repository {
  /** Returns the nearest package around a file; the root is a package even without a manifest. */
  findPackage(path: string): Package
  /** The service of a repository that contains only one, or undefined. */
  readonly onlyService: string | undefined
}

/** At most this much of a manifest is read, in bytes. */
const maxManifestBytes = 200_000

const manifests = new Set(['package.json', 'pyproject.toml', 'go.mod', 'Cargo.toml', 'Dockerfile'])

/**
 * Reads the packages of a repository on demand.
 *
 * @param root - the directory that paths start from
 * @param files - the paths that a scan yielded; more directories are read on demand
 */
export function createRepository(root: string, index: NameIndex): Repository & { seal(paths: Iterable<string>): void } {
  const known = new Map<string, Package | undefined>()
  let onlyService: string | undefined
  const readAt = (directory: string) => {
    if (!known.has(directory)) known.set(directory, readPackage(root, directory))
    return known.get(directory)
  }
  return {
    findPackage(path) {
      for (let directory = parentOf(path); directory !== ''; directory = parentOf(directory)) {
        const found = readAt(directory)
        if (found) return found
      }
      return readAt('')!
    },
    get onlyService() {
      return onlyService
    },
    /** Decides whether the repository contains one service, once the paths of its files are known. */
    seal(paths) {
      const services = new Set(readAt('')!.names.flatMap((name) => index.findByName(name)))
      if (services.size !== 1) return
      const directories = new Set([...paths].map(parentOf))
      for (const directory of directories) {
        if (directory === '' || !readAt(directory)) continue
        const others = readAt(directory)!.names.flatMap((name) => index.findByName(name))
        if (others.some((service) => !services.has(service))) return
      }
      onlyService = [...services][0]
    },
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function readPackage(root: string, directory: string): Package | undefined {
  const folder = join(root, directory)
  const texts = new Map<string, string>()
  for (const manifest of manifests) {
    try {
      texts.set(manifest, readRegularFile(join(folder, manifest), maxManifestBytes))
    } catch {
      // Most directories have no manifest.
    }
  }
  if (texts.size === 0 && directory !== '') return undefined
  const { name, dependencies } = parseManifest(texts.get('package.json'))
  const full =
    name ??
    /^name\s*=\s*["']([^"'\n]{1,200})["']/m.exec(texts.get('pyproject.toml') ?? texts.get('Cargo.toml') ?? '')?.[1] ??
    /^module\s+(\S{1,200})$/m.exec(texts.get('go.mod') ?? '')?.[1]
  const names = [...(full === undefined ? [] : [full.replace(/^.*\//, '')]), basename(folder)]
  return { directory, names, dependencies, fullName: full }
}

function parseManifest(text: string | undefined): { name?: string; dependencies: ReadonlySet<string> } {
  try {
    const manifest = JSON.parse(text ?? '{}') as Readonly<Record<string, unknown>>
    const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
    const dependencies = new Set(fields.flatMap((field) => Object.keys((manifest[field] ?? {}) as object)))
    const { name } = manifest
    return typeof name === 'string' ? { name, dependencies } : { dependencies }
  } catch {
    return { dependencies: new Set() }
  }
}
