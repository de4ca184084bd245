import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { UsageError } from '../command.js'

/** Where a registry is kept. */
export interface Workspace {
  /** The repository's root. */
  readonly root: string
  /** The registry's source, from the root, with `/`. */
  readonly registryFile: string
  /** The manifest of the package that publishes the registry, from the root, with `/`. */
  readonly manifestFile: string
}

const registryFile = 'packages/ports/src/registry.ts'

/**
 * The repository that a folder belongs to, and the registry in it: the nearest workspace upward.
 *
 * @throws {UsageError} outside of one, and in one that keeps its registry in another form
 */
export function findWorkspace(cwd: string): Workspace {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const isWorkspace = existsSync(join(folder, 'pnpm-workspace.yaml'))
    if (isWorkspace && existsSync(join(folder, registryFile)))
      return { root: folder, registryFile, manifestFile: 'packages/ports/package.json' }
    if (isWorkspace || dirname(folder) === folder) {
      throw new UsageError(
        `${isWorkspace ? folder : `No folder from ${cwd} upward`} keeps ${isWorkspace ? 'no ' : ''}${registryFile}, the registry that this command works on. A registry in another file is edited by hand; driftos-ports list says whether it holds.`,
      )
    }
  }
}

/** What is read of a package's manifest. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The packages of the workspace. */
export async function listPackages(root: string): Promise<Manifest[]> {
  const { packages = [] } = (parse(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? {}) as {
    packages?: string[]
  }
  const folders = packages.flatMap((pattern) => {
    const parent = pattern.replace(/\/\*$/, '')
    if (parent === pattern) return [pattern]
    return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : []
  })
  const manifests = folders.map((folder) => `${folder}/package.json`).filter((file) => existsSync(join(root, file)))
  return Promise.all(manifests.map((file) => readManifest(root, file)))
}

/** A manifest, by its path from the root. */
export async function readManifest(root: string, file: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, file), 'utf8')) as Manifest
}
