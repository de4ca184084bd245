import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** The variable with the root of the checkout that the other variables belong to. */
export const checkoutVariable = 'DRIFTOS_CHECKOUT'

/** A working copy of a repository: a clone, a git worktree, or a copy without git. */
export interface Checkout {
  /** The real path of its root directory. */
  readonly root: string
  /** A short hash of `root`, the same in every process of the checkout. */
  readonly instance: string
  /** Which checkouts belong together: those with the same name. */
  readonly project: string
  /** The branch that is checked out; undefined for a detached HEAD or without git. */
  readonly branch?: string
  /** The commit of a detached HEAD, shortened. */
  readonly commit?: string
}

/** Options for finding a checkout. */
export interface CheckoutOptions {
  /** The name that the checkouts of one project share; the `name` in the root's package.json, else the root's own name, unless given. */
  readonly project?: string
}

const configFiles = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `driftos-ports.config.${extension}`)

/**
 * Returns the checkout that a directory is in: the nearest parent with `.git`, else with `driftos-ports.config.*`, else with a
 * package.json that has workspaces.
 *
 * @param cwd - the directory, such as `process.cwd()`
 * @returns undefined where there is no such parent, and for a directory that does not exist
 */
export function findCheckout(cwd: string, options: CheckoutOptions = {}): Checkout | undefined {
  const start = realPath(cwd)
  if (start === undefined) return undefined
  const parents = parentsOf(start)
  const git = parents.find(hasGit)
  const other = parents.find(hasConfiguration) ?? parents.find(hasWorkspaces)
  // Some keep their home directory in git: a project in it is not a part of that repository.
  const isHome =
    git !== undefined && (git === realPath(process.getBuiltinModule('node:os').homedir()) || git === dirname(git))
  const root = isHome ? (other ?? git) : (git ?? other)
  return root === undefined ? undefined : describeCheckout(root, options)
}

/**
 * Returns the checkout whose root is a directory that the caller has found.
 *
 * @throws {Error} when the directory does not exist
 */
export function describeCheckout(root: string, { project }: CheckoutOptions = {}): Checkout {
  const real = realpathSync.native(root)
  return {
    root: real,
    instance: instanceOf(real),
    project: project ?? packageNameOf(real) ?? basename(real),
    ...readHead(real),
  }
}

/**
 * Returns the short hash that names a checkout.
 *
 * @param root - the real path of the checkout's root
 * @param platform - `process.platform` unless given: Windows and macOS take paths that differ in case alone for one
 */
export function instanceOf(root: string, platform: NodeJS.Platform = process.platform): string {
  const isCaseBlind = platform === 'win32' || platform === 'darwin'
  const path = platform === 'win32' ? root.replace(/^[\\/]{2}\?[\\/](?:UNC[\\/])?/i, '').replaceAll('\\', '/') : root
  const key = isCaseBlind ? path.normalize('NFC').toLowerCase() : path
  // Loaded at the first use, since it costs every command that needs no hash.
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(key.replace(/(?<=.)\/+$/, ''))
    .digest('hex')
    .slice(0, 12)
}

/** Returns the path without links, in its true case; undefined for one that does not exist. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(resolve(path))
  } catch {
    return undefined
  }
}

function parentsOf(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...parentsOf(parent)]
}

/** Whether a directory is the root of a git repository or of a worktree, whose `.git` is a file. */
function hasGit(directory: string): boolean {
  const git = join(directory, '.git')
  try {
    return statSync(git).isFile() ? readText(git).startsWith('gitdir:') : existsSync(join(git, 'HEAD'))
  } catch {
    return false
  }
}

function hasConfiguration(directory: string): boolean {
  return (
    configFiles.some((file) => existsSync(join(directory, file))) ||
    readManifest(directory)?.['driftos-ports'] !== undefined
  )
}

function hasWorkspaces(directory: string): boolean {
  const manifest = readManifest(directory)
  return (
    manifest !== undefined &&
    (manifest['workspaces'] !== undefined || existsSync(join(directory, 'pnpm-workspace.yaml')))
  )
}

function packageNameOf(directory: string): string | undefined {
  const name = readManifest(directory)?.['name']
  return typeof name === 'string' && name ? name : undefined
}

function readManifest(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readText(join(directory, 'package.json')))
    return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function readHead(root: string): Pick<Checkout, 'branch' | 'commit'> {
  try {
    const git = join(root, '.git')
    const directory = statSync(git).isFile()
      ? resolve(
          root,
          readText(git)
            .replace(/^gitdir:/, '')
            .trim(),
        )
      : git
    const head = readText(join(directory, 'HEAD')).trim()
    const [, branch] = /^ref: refs\/heads\/(.+)$/.exec(head) ?? []
    // With reftable, git writes a name that no branch has.
    if (branch && branch !== '.invalid') return { branch }
    return /^[\da-f]{40,64}$/.test(head) ? { commit: head.slice(0, 7) } : {}
  } catch {
    return {}
  }
}

/** A file's text without a byte order mark. */
function readText(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
}
