import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { UsageError } from './command.js'

/** Where a registry is kept. */
export interface Workspace {
  /** The repository's root. */
  readonly root: string
  /** The registry's source, from the root, with `/`. */
  readonly registryFile: string
  /** The manifest of the package that publishes the registry, from the root, with `/`. */
  readonly manifestFile: string
}

/**
 * The repository that a folder belongs to, and the registry in it.
 *
 * @throws {UsageError} outside of one
 */
export function findWorkspace(cwd: string): Workspace {
  const root = findRoot(cwd)
  const workspace = {
    root,
    registryFile: 'packages/ports/src/registry.ts',
    manifestFile: 'packages/ports/package.json',
  }
  if (existsSync(join(root, workspace.registryFile))) return workspace
  throw new UsageError(`${root} keeps no registry: it has no ${workspace.registryFile}`)
}

/**
 * The nearest folder upward that is a repository's root.
 *
 * @throws {UsageError} when none is
 */
export function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder
    if (dirname(folder) === folder) throw new UsageError(`No folder from ${start} upward holds a pnpm-workspace.yaml`)
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
