import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Unreadable } from './tally.js'
import { walk } from './walk.js'

/** Which of a directory's files are read. */
export interface FileSelection {
  /** Only files with staged changes. */
  readonly staged?: boolean
  /** Only files that differ from this commit, and untracked ones. */
  readonly since?: string
}

/** The files of a directory. */
export interface FileList {
  /** From the directory, with `/`; the empty text for a root that is itself a file. */
  readonly files: readonly string[]
  readonly unreadable: readonly Unreadable[]
}

/** git could not answer: no repository, or an unknown commit. */
export class GitError extends Error {}

/**
 * Lists the files that a check reads: in a git repository the tracked files, ignored or not, and those that are untracked and
 * not ignored; elsewhere every file that no `.gitignore` excludes.
 *
 * @throws {GitError} when `staged` or `since` cannot be answered
 */
export function listFiles(root: string, { staged, since }: FileSelection = {}): FileList {
  if (statSync(root).isFile()) return { files: [''], unreadable: [] }
  if (staged) return ofGit(root, ['diff', '--cached', '--name-only', '--relative', '--diff-filter=ACMRT', '-z'])
  if (since !== undefined) {
    if (since.startsWith('-')) throw new GitError(`Unknown commit ${JSON.stringify(since)}`)
    const changed = ofGit(root, ['diff', '--name-only', '--relative', '--diff-filter=ACMRT', '-z', since, '--'])
    const untracked = ofGit(root, ['ls-files', '-z', '--others', '--exclude-standard'])
    return { files: [...new Set([...changed.files, ...untracked.files])].toSorted(), unreadable: [] }
  }
  const listed = runGit(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'])
  // A directory that is itself ignored was asked for by its path.
  if (!listed.isFound || listed.files.length === 0) return walk(root)
  const unreadable: Unreadable[] = []
  const files = listed.files.flatMap((file) => {
    // git names a repository inside the repository by its directory.
    if (!file.endsWith('/')) return [file]
    const inner = walk(`${root}/${file}`)
    unreadable.push(...inner.unreadable.map((one) => ({ ...one, file: file + one.file })))
    return inner.files.map((path) => file + path)
  })
  return { files: files.toSorted(), unreadable }
}

function ofGit(root: string, args: readonly string[]): FileList {
  const { isFound, files, reason } = runGit(root, args)
  if (!isFound) {
    // Outside a repository git only prints how to compare two files.
    const isRepository = runGit(root, ['rev-parse', '--git-dir']).isFound
    throw new GitError(isRepository ? reason : `${root} is not in a git repository`)
  }
  return { files, unreadable: [] }
}

function runGit(root: string, args: readonly string[]): { isFound: boolean; files: string[]; reason: string } {
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'core.quotePath=false', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  })
  const files = status === 0 ? stdout.split('\0').filter((file) => file !== '') : []
  return { isFound: status === 0, files, reason: error?.message ?? stderr?.trim() ?? '' }
}
