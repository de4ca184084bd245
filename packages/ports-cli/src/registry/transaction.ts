import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from '../command.js'

// What is under way stands in `.driftos/edit`: every new content, and a journal with the old ones. The
// folder is made under another name and renamed, so that it is there whole or not at all, and once. Then
// each new content is renamed into its place, and last the folder away: the edit is done. Whoever finds
// the folder and no living owner puts the old contents back.

/** A file before and after; undefined where there is none. */
export interface FileChange {
  readonly file: string
  readonly present: string | undefined
  readonly wanted: string | undefined
}

interface Entry extends FileChange {
  /** Where it is: links followed. */
  readonly path: string
  /** Its permissions, where it is there already. */
  readonly mode: number | undefined
}

interface Journal {
  readonly id: string
  /** The process that is at it. */
  readonly pid: number
  readonly entries: readonly Entry[]
}

/**
 * Writes all of these files or none: not one when it fails or is refused, and when the process is killed
 * another one, which outlives it, puts back what was.
 *
 * @param program - how to start this program, for that other process
 * @throws {UsageError} when a file is not what it was read as, when another edit is under way, or when
 * one cannot be written; then every file is as it was
 */
export function writeAllOrNothing(changes: readonly FileChange[], root: string, program: readonly string[]): void {
  restore(root)
  const journal: Journal = {
    id: randomUUID(),
    pid: process.pid,
    entries: changes.map((change) => entryOf(change, root)),
  }
  const edit = begin(journal, root)
  const guard = startGuard(journal.id, root, program)
  try {
    for (const { file, path, present } of journal.entries) {
      if (readIfPresent(path) !== present) throw new UsageError(`${file} has changed meanwhile: run this again`)
    }
    for (const [index, { path, wanted }] of journal.entries.entries()) {
      mkdirSync(dirname(path), { recursive: true })
      if (wanted === undefined) rmSync(path)
      else renameSync(join(edit, String(index)), path)
    }
    end(edit)
  } catch (error) {
    putBack(journal, edit)
    if (error instanceof UsageError) throw error
    throw new UsageError(`Nothing was written: ${(error as Error).message}`)
  } finally {
    guard.stdin.end()
  }
}

/**
 * Puts back what an edit that did not come to its end has left half done.
 *
 * @param id - the edit that is meant; without one, whichever has no living process
 * @throws {UsageError} when an edit is under way
 * @returns the files that are as they were before it
 */
export function restore(root: string, id?: string): string[] {
  removeLeftovers(root)
  const edit = join(root, folder, 'edit')
  const journalFile = join(edit, 'journal.json')
  const text = readIfPresent(journalFile)
  if (text === undefined) return []
  const journal = JSON.parse(text) as Journal
  if (id === undefined && isOwned(journalFile, journal.pid)) {
    throw new UsageError(`Another edit of the registry is under way (pid ${journal.pid}): wait for it`)
  }
  if (id !== undefined && id !== journal.id) return []
  try {
    return putBack(journal, edit)
  } catch (error) {
    // The guard of that edit may have come first, and has then put everything back.
    if (existsSync(edit)) throw error
    return []
  }
}

const folder = '.driftos'

function begin(journal: Journal, root: string): string {
  const edit = join(root, folder, 'edit')
  const draft = `${edit}-${journal.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    for (const [index, { wanted, mode }] of journal.entries.entries()) {
      if (wanted !== undefined) stage(join(draft, String(index)), wanted, mode)
    }
    writeFileSync(join(draft, 'journal.json'), JSON.stringify(journal))
    renameSync(draft, edit)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    const message = existsSync(edit) ? 'another edit of the registry is under way' : (error as Error).message
    throw new UsageError(`Nothing was written: ${message}`)
  }
  return edit
}

/** Makes it so that nothing is under way: what is in its place stays. */
function end(edit: string): void {
  const done = `${edit}-${process.pid}`
  renameSync(edit, done)
  rmSync(done, { recursive: true, force: true })
}

function putBack({ entries }: Journal, edit: string): string[] {
  const restored = entries.filter(({ path, present, wanted, mode }, index) => {
    // Whatever else stands there now is somebody's work of later.
    if (readIfPresent(path) !== wanted) return false
    if (present === undefined) rmSync(path)
    else {
      const staged = join(edit, `old-${index}`)
      stage(staged, present, mode)
      renameSync(staged, path)
    }
    return true
  })
  end(edit)
  return restored.map(({ file }) => file)
}

/** Removes the folders in which processes that are no more prepared an edit, or put one away. */
function removeLeftovers(root: string): void {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []
  for (const name of names) {
    const pid = /^edit-(\d+)$/.exec(name)?.[1]
    const path = join(root, folder, name)
    if (pid && !isOwned(path, Number(pid))) rmSync(path, { recursive: true, force: true })
  }
}

/** Starts the process that restores once this one has ended, by whatever end. */
function startGuard(id: string, root: string, [command = '', ...args]: readonly string[]) {
  const guard = spawn(command, [...args, 'restore', root, '--edit', id], {
    // In a group of its own: what kills the group leaves it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    // A folder that stays: Node's loader for modules waits for ever in one that is removed under it.
    cwd: dirname(process.execPath),
    windowsHide: true,
  })
  // Without it the next run restores. It reads nothing but the end.
  guard.on('error', () => {})
  guard.stdin.on('error', () => {})
  guard.unref()
  return guard
}

/** Whether the process that made a file is alive: after the system has started anew, its number is another's. */
function isOwned(path: string, pid: number): boolean {
  const startedAt = Date.now() - uptime() * 1000
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > startedAt && isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function entryOf(change: FileChange, root: string): Entry {
  const path = join(root, change.file)
  return existsSync(path)
    ? { ...change, path: realpathSync(path), mode: statSync(path).mode }
    : { ...change, path, mode: undefined }
}

function stage(path: string, content: string, mode: number | undefined): void {
  writeFileSync(path, content)
  if (mode !== undefined) chmodSync(path, mode)
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
