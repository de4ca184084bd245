import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { RegistryDefinition } from '@driftos/ports/define'
import { registrySchema } from '@driftos/ports/schema'
import { UsageError } from '../command.js'
import { parseRegistry, RegistrySource } from './registry-source.js'
import { readManifest, type Manifest, type Workspace } from './workspace.js'

/** A registry of before, and the release that had it. */
export interface Baseline {
  /** What it is called, such as `@driftos/ports@1.0.0` or `origin/main (2eda862)`. */
  readonly title: string
  readonly registry: RegistryDefinition
  /** The version of the package at that time, where it is known. */
  readonly version: string | undefined
  /** The names of the changesets that were pending then: they are about older changes. */
  readonly changesets: ReadonlySet<string>
}

/**
 * The registry as it was: in a file, in a released version, or where this branch left another one.
 *
 * @param since - a ref, a version or a file; the last release unless given, and before the first one the
 * base branch
 * @throws {UsageError} when there is no such thing
 */
export async function readBaseline(since: string | undefined, cwd: string, workspace: Workspace): Promise<Baseline> {
  const { name } = await readManifest(workspace.root, workspace.manifestFile)
  if (since === undefined) return readCommit(await findDefault(name, workspace.root), workspace)
  const file = resolve(cwd, since)
  if (extname(since) && existsSync(file)) return readFromFile(file, since)
  return readCommit(/^\d+\.\d+\.\d+/.test(since) ? `${name}@${since}` : since, workspace)
}

async function readFromFile(file: string, title: string): Promise<Baseline> {
  const text = await readFile(file, 'utf8')
  const rest = { title, changesets: new Set<string>() }
  if (extname(file) !== '.json') {
    return { ...rest, registry: parseRegistry(new RegistrySource(text)), version: undefined }
  }
  const { data, error } = registrySchema.safeParse(parseJson(text, title))
  if (!data) throw new UsageError(`${title} is no registry: ${error.issues.map(({ message }) => message).join('; ')}`)
  return { ...rest, registry: data as RegistryDefinition, version: data.version }
}

async function readCommit(ref: string, { root, registryFile, manifestFile }: Workspace): Promise<Baseline> {
  const commit = await git(root, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`)
  if (commit === undefined) {
    throw new UsageError(`There is no file, version or ref ${JSON.stringify(ref)} here; git fetch --tags may bring it`)
  }
  // Where this branch left the other: what the other has got since is not this one's change.
  const left = (await git(root, 'merge-base', commit, 'HEAD')) ?? commit
  const text = await git(root, 'show', `${left}:./${registryFile}`)
  if (text === undefined) throw new UsageError(`${ref} has no ${registryFile}`)
  const manifest = await git(root, 'show', `${left}:./${manifestFile}`)
  const changesets = (await git(root, 'ls-tree', '--name-only', left, '.changeset/')) ?? ''
  return {
    title: ref.includes('@') ? ref : `${ref} (${left.slice(0, 7)})`,
    registry: parseRegistry(new RegistrySource(text)),
    version: manifest && (JSON.parse(manifest) as Manifest).version,
    changesets: new Set(changesets.split('\n').map((path) => path.replace('.changeset/', ''))),
  }
}

/** The last release that this branch has; before the first, the base branch, and without one the last commit. */
async function findDefault(name: string, root: string): Promise<string> {
  const tags = await git(root, 'tag', '--merged', 'HEAD', '--list', `${name}@*`, '--sort=-version:refname')
  if (tags === undefined) throw new UsageError(`${root} has no commit to compare with: name a file by --since`)
  const [last] = tags.split('\n')
  if (last) return last
  const base = await readBaseBranch(root)
  for (const ref of [`origin/${base}`, base]) {
    if ((await git(root, 'rev-parse', '--verify', '--quiet', ref)) !== undefined) return ref
  }
  return 'HEAD'
}

async function readBaseBranch(root: string): Promise<string> {
  const file = join(root, '.changeset/config.json')
  if (!existsSync(file)) return 'main'
  return (parseJson(await readFile(file, 'utf8'), file) as { baseBranch?: string }).baseBranch ?? 'main'
}

function parseJson(text: string, title: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${title} is not JSON: ${(error as Error).message}`)
  }
}

/** What git prints; undefined when it refuses. */
async function git(root: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 16 << 20 })
    return args[0] === 'show' ? stdout : stdout.trim()
  } catch {
    return undefined
  }
}
