import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join, posix, resolve } from 'node:path'
import semver from 'semver'
import { UsageError } from '../command.js'
import { configFiles, parseJson, pathFrom, type Manifest } from '../project/find-config.js'
import type { Project } from '../project/project.js'
import { git } from './git.js'
import { readLiteralTables, readTables, type Tables } from '../project/source.js'
import { readIfPresent } from './write.js'

/** An earlier registry. */
export interface Baseline {
  /** Where it is from, such as `@driftos/ports@1.0.0` or `main (2eda862)`. */
  readonly title: string
  readonly tables: Tables
  /** Whether later changes need changesets: not in a package that was never released. */
  readonly isGated: boolean
  /** The version of the package at that time, if known. */
  readonly version: string | undefined
  /** The names of the changesets at that time. They are about older changes. */
  readonly changesets: ReadonlySet<string>
}

/** A project whose registry is a file. */
export type EditableProject = Project & { readonly registryFile: string }

/**
 * Returns the registry of the last release: the version tag `<package>@<version>` that is the highest by semver and part
 * of this branch.
 *
 * Before the first release that is the registry where this branch left the base branch.
 *
 * @param since - a git reference, a version or a file instead of the last release
 * @throws {UsageError} when it cannot be found for certain, as in a shallow clone
 */
export async function readBaseline(
  project: EditableProject,
  since: string | undefined,
  cwd: string,
): Promise<Baseline> {
  if (since === undefined) return (await readLastRelease(project)) ?? readBeforeRelease(project)
  const file = resolve(cwd, since)
  if (extname(since) !== '' && existsSync(file)) return readFile(file, since)
  const { name } = readManifest(project)
  const refs = semver.valid(since) ? [`${name}@${since}`, `v${semver.clean(since)}`] : [since]
  const baseline = await readFirst(project, refs)
  if (baseline) return baseline
  throw new UsageError(
    `Cannot find ${JSON.stringify(since)}: expected a file, a released version or a git reference. Run \`git fetch --tags\`, or name another one.`,
  )
}

/** Returns the last release; undefined when git has none for certain. */
export async function readReleased(project: EditableProject): Promise<Baseline | undefined> {
  try {
    return await readLastRelease(project)
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

/** Returns the tables of the last commit, if there is one with a registry that can be read. */
export async function readCommitted(project: EditableProject): Promise<Tables | undefined> {
  const text = await readAt(project, 'HEAD', pathFrom(project.root, project.registryFile))
  return text === undefined ? undefined : readLiteralTables(text, project.registryFile)
}

/** Returns the name and version of the package that publishes the registry. */
export function readManifest({ packageFile }: Project): Manifest {
  const text = packageFile && readIfPresent(packageFile)
  return text === undefined ? {} : (parseJson(text, packageFile!) as Manifest)
}

/** Returns the nearest `.changeset` directory, of this directory or of one above it in the same repository. */
export function findChangesetDirectory(directory: string): string | undefined {
  const found = join(directory, '.changeset')
  if (existsSync(found)) return found
  const parent = dirname(directory)
  return parent === directory || existsSync(join(directory, '.git')) ? undefined : findChangesetDirectory(parent)
}

/** Returns undefined in a package that was never released. */
async function readLastRelease(project: EditableProject): Promise<Baseline | undefined> {
  const { root, packageFile } = project
  const isShallow = await git(root, 'rev-parse', '--is-shallow-repository')
  if (isShallow === undefined) throw unknown('this directory is not in a git repository', 'Name a file with --since.')
  if (isShallow === 'true') {
    throw unknown(
      'this is a shallow clone',
      'Fetch the whole history (`git fetch --unshallow --tags`; in GitHub Actions `fetch-depth: 0` for actions/checkout), or name the release with --since.',
    )
  }
  const { name = '', version } = readManifest(project)
  const top = resolve(root, (await git(root, 'rev-parse', '--show-cdup')) ?? '')
  const isAtTop = packageFile !== undefined && dirname(packageFile) === top
  const tags = (await git(root, 'tag', '--merged', 'HEAD'))?.split(/\r?\n/) ?? []
  const versions = [`${name}@`, ...(isAtTop ? ['v'] : [])].flatMap((prefix) =>
    tags
      .filter((tag) => tag.startsWith(prefix) && semver.valid(tag.slice(prefix.length)))
      .map((tag) => ({ tag, version: tag.slice(prefix.length) })),
  )
  const [last] = versions.toSorted((one, other) => semver.rcompare(one.version, other.version))
  const released = last && (await readFirst(project, [last.tag], 'refs/tags/'))
  if (released) return released
  const isFirst =
    readDocumented(project).every((release) => release === version) &&
    !(await git(root, 'config', '--get-regexp', String.raw`^remote\..*\.tagopt$`, '--no-tags'))
  if (isFirst) return undefined
  throw unknown(
    `the changelog of ${name} has releases, and git has no tag \`${name}@<version>\``,
    'Run `git fetch --tags`, or name the commit of the release with --since.',
  )
}

/** Returns the versions in the changelog of the package. */
function readDocumented({ packageFile }: Project): (string | undefined)[] {
  const changelog = packageFile && readIfPresent(join(dirname(packageFile), 'CHANGELOG.md'))
  return Array.from((changelog ?? '').matchAll(/^#{1,3} \[?v?(\d+\.\d+\.\d+[\w.+-]*)/gm), ([, version]) => version)
}

/** Before the first release: the registry where this branch left the base branch, else of the last commit. */
async function readBeforeRelease(project: EditableProject): Promise<Baseline> {
  const directory = findChangesetDirectory(project.root)
  const config = directory && readIfPresent(join(directory, 'config.json'))
  const { baseBranch = 'main' } = (config ? parseJson(config, '.changeset/config.json') : {}) as { baseBranch?: string }
  const baseline = await readFirst(project, [`origin/${baseBranch}`, baseBranch, 'HEAD'])
  if (baseline) return { ...baseline, isGated: readDocumented(project).length > 0 }
  throw unknown('git has no commit', 'Name a file with --since.')
}

function readFile(file: string, title: string): Baseline {
  const text = readFileSync(file, 'utf8')
  const tables = readTables(text, file)
  const version = extname(file) === '.json' ? (parseJson(text, title) as Manifest).version : undefined
  return { title, tables, isGated: true, version, changesets: new Set() }
}

async function readFirst(
  project: EditableProject,
  [ref, ...others]: readonly string[],
  prefix = '',
): Promise<Baseline | undefined> {
  if (ref === undefined) return undefined
  const { root } = project
  const name = `${prefix}${ref}^{commit}`
  const commit = await git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', name)
  if (commit === undefined) return readFirst(project, others, prefix)
  // Later commits of another branch are not changes of this one.
  const left = (await git(root, 'merge-base', commit, 'HEAD')) ?? commit
  const registry = await findRegistryAt(project, left)
  if (!registry) {
    throw new UsageError(
      `Cannot find the registry at ${ref}: expected ${pathFrom(root, project.registryFile)}. Name its file with --since FILE.`,
    )
  }
  const manifest = project.packageFile && (await readAt(project, left, pathFrom(root, project.packageFile)))
  const directory = pathFrom(root, findChangesetDirectory(root) ?? join(root, '.changeset'))
  const changesets = (await git(root, 'ls-tree', '--name-only', left, `${directory}/`)) ?? ''
  return {
    title: /@|^v\d/.test(ref) ? ref : `${ref} (${left.slice(0, 7)})`,
    tables: readTables(registry.text, registry.file),
    isGated: true,
    version: manifest ? (parseJson(manifest, `package.json at ${ref}`) as Manifest).version : undefined,
    changesets: new Set(changesets.split(/\r?\n/).map((path) => posix.basename(path))),
  }
}

/** Finds the registry in a commit: where it is now, or where the configuration of that commit has it. */
async function findRegistryAt(project: EditableProject, commit: string) {
  const configured = [...configFiles, 'package.json'].map(async (file) => {
    const text = (await readAt(project, commit, file)) ?? ''
    return /\bregistry["']?\s*:\s*["'`]([^"'`]+)["'`]/.exec(text)?.[1]
  })
  for (const file of [pathFrom(project.root, project.registryFile), ...(await Promise.all(configured))]) {
    const text = file && (await readAt(project, commit, posix.normalize(file)))
    if (text !== undefined && text !== '') return { file: file!, text }
  }
  return undefined
}

function readAt({ root }: EditableProject, commit: string, path: string): Promise<string | undefined> {
  return git(root, 'cat-file', 'blob', `${commit}:./${path}`)
}

function unknown(why: string, remedy: string): UsageError {
  return new UsageError(`Cannot find the last release: ${why}. ${remedy}`)
}
