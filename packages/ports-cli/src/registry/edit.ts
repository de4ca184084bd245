import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildRegistry, findRegistryProblems } from '@driftos/ports/define'
import { formatPatch } from '../generate/patch.js'
import { UsageError, type Input, type Io, type Option } from '../command.js'
import { findDrift, writeChanges, type FileChange } from '../generate/sync.js'
import { pathFrom } from '../project/find-config.js'
import type { Project } from '../project/project.js'
import { formatFreeReserved } from '../project/reserved.js'
import { findChangesetDirectory, readCommitted, readManifest, readReleased, type EditableProject } from './baseline.js'
import { describeService, findChangesets, readPendingServices, type Release } from './changeset.js'
import { own, undoEdits } from './fold.js'
import { editTables } from './source-edit.js'
import { readLiteralTables, readTables, type Tables } from '../project/source.js'
import { readIfPresent } from './write.js'

/** One edit of a registry. */
export interface Edit {
  /** The edit as a text, such as `move demo to 3010`. */
  readonly attempt: string
  readonly services: readonly string[]
  readonly isAddition?: boolean
  /** Whether a run that was killed already made the edit. */
  readonly isDone: boolean
  apply(released: Tables): Tables
  /** What to print when nothing is left to release, such as `demo is on port 3005, as released.` */
  readonly summary: string
  /** What `--json` prints besides the files. */
  readonly facts: Readonly<Record<string, unknown>>
  /** The error when there is nothing to edit and nothing to complete. */
  readonly refusal?: UsageError | undefined
  readonly epilogue?: string
}

/** The options of every edit. */
export const editOptions = {
  reason: { value: 'TEXT', help: 'why; the history and the changelog contain it' },
  'dry-run': { help: 'write nothing, and print what would change' },
  json: { help: 'print JSON' },
} as const satisfies Readonly<Record<string, Option>>

/** The option of edits that assign a port. */
export const reuseOption = {
  reuse: { help: 'take a retired port; the reason becomes its note' },
} as const satisfies Readonly<Record<string, Option>>

/**
 * Carries out an edit: the registry, then the changesets, then the generated files. The registry is the commit point: after
 * a crash the same command, or `sync`, writes the rest.
 *
 * @param plan - returns the edit of the present tables
 * @returns the exit code
 * @throws {UsageError} when the registry refuses the edit; then nothing is written
 */
export async function runEdit(
  plan: (now: Tables, project: EditableProject) => Edit | Promise<Edit>,
  values: Input['values'],
  io: Io,
  project: Project,
): Promise<number> {
  const editable = assertEditable(project)
  const { registryFile, root } = editable
  const present = readFileSync(registryFile, 'utf8')
  const now = readTables(present, registryFile)
  const edit = await plan(now, editable)
  const released = await findReleased(editable, now, edit)
  const edited = edit.apply(released.tables)
  validate(edited, now, edit)
  const wanted = editTables(present, registryFile, edited)
  // In the order of the source, as every later command reads it.
  const after = readTables(wanted, registryFile)
  const changes = [
    ...(wanted === present ? [] : [{ file: pathFrom(root, registryFile), present, wanted }]),
    ...findChangesets(editable, released, after, edit.services),
    ...(await findGenerated(editable, after, edit)),
  ]
  if (changes.length === 0 && edit.refusal) throw edit.refusal
  if (!values['dry-run']) {
    await writeChanges(changes, root, (file) => {
      const isCommitted = join(root, file) !== registryFile
      if (isCommitted && readIfPresent(registryFile) !== wanted)
        throw new UsageError('Another command edits the registry. Run this one again.')
    })
  }

  const note = noteOn(editable)
  if (values['json']) {
    const files = changes.map(({ file }) => file)
    io.write(`${JSON.stringify({ ...edit.facts, files, ...(note && { note }) }, null, 2)}\n`)
  } else if (values['dry-run']) {
    io.write(changes.map((change) => formatPatch(change, 'to be')).join('') || 'Nothing to do.\n')
  } else {
    const texts = edit.services.flatMap((name) => describeService(name, released.tables, after)?.text ?? [])
    const files = changes.map(({ file, wanted: text }) => `${text === undefined ? 'removed' : 'wrote'} ${file}`)
    const lines = [...(texts.length > 0 ? texts : [edit.summary]), ...files, ...(note ? [note] : [])]
    io.write(`${lines.join('\n')}\n${edit.epilogue ?? ''}`)
  }
  return 0
}

/** Returns the changesets that an interrupted edit has still to write or to remove; `sync` completes them. */
export async function findMissingChangesets(project: Project): Promise<FileChange[]> {
  if (project.registryFile === undefined) return []
  const editable = assertEditable(project)
  // Only a registry of literals is edited by this program.
  const now = readLiteralTables(readFileSync(editable.registryFile, 'utf8'), editable.registryFile)
  return now ? findChangesets(editable, await findReleased(editable, now), now) : []
}

/**
 * Returns a project whose registry can be edited.
 *
 * @throws {UsageError} when the registry is an installed package
 */
export function assertEditable(project: Project): EditableProject {
  if (project.registryFile !== undefined) return project as EditableProject
  throw new UsageError(
    'This registry is an installed package: expected a file. Edit it in its own repository, or name a file with --registry.',
  )
}

/**
 * Returns the reason of the command line.
 *
 * @throws {UsageError} when there is none
 */
export function readReason(values: Input['values']): string {
  const reason = String(values['reason'] ?? '').trim()
  if (reason !== '') return reason
  throw new UsageError('Missing reason: expected --reason TEXT. The history and the changelog contain it.')
}

/**
 * Returns the port that a text means.
 *
 * @throws {UsageError} when it is none
 */
export function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new UsageError(`Invalid port ${JSON.stringify(text)}: expected a whole number from 1 to 65535.`)
}

/** Returns the last release; without one in git, the present tables without the edits that are not released. */
async function findReleased(project: EditableProject, now: Tables, edit?: Edit): Promise<Release> {
  const released = await readReleased(project)
  if (released) return released
  const edited = readPendingServices(project)
  for (const name of edit?.isDone ? edit.services : []) edited.set(name, edited.get(name) ?? edit?.isAddition ?? false)
  const before = undoEdits(now, edited)
  // The last commit may still have the whole service, its note on a reused port included.
  const committed = edited.size > 0 ? await readCommitted(project) : undefined
  const services = Object.entries(before.services).map(([name, service]) => {
    const earlier = committed && edited.has(name) ? own(committed.services, name) : undefined
    return [name, earlier?.port === service.port ? earlier : service] as const
  })
  return { tables: { ...before, services: Object.fromEntries(services) }, version: undefined }
}

function validate(after: Tables, now: Tables, { attempt, services }: Edit): void {
  const problems = findRegistryProblems(after).map(({ message }) => `- ${message}`)
  if (problems.length === 0) return
  const groups = new Set(services.flatMap((name) => own(after.services, name)?.group ?? []))
  const free = [...groups].flatMap((group) => {
    const range = own(now.ranges, group)
    const ports = range && formatFreeReserved(range, now)
    return ports ? [`Free in ${group}: ${ports}.`] : []
  })
  const reuse = problems.some((problem) => / reuses port /.test(problem))
    ? ['To take the retired port, add --reuse; the reason becomes its note.']
    : []
  throw new UsageError([`Cannot ${attempt}:`, ...problems, ...reuse, ...free].join('\n'))
}

async function findGenerated(project: EditableProject, after: Tables, { attempt }: Edit): Promise<FileChange[]> {
  try {
    return await findDrift(await project.loadGenerators(), buildRegistry(after), project.root)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`Cannot ${attempt}: ${error.message}`) : error
  }
}

function noteOn(project: EditableProject): string | undefined {
  if (findChangesetDirectory(project.root) === undefined)
    return 'No changeset: this repository has no .changeset directory.'
  return readManifest(project).name === undefined
    ? 'No changeset: no package.json with a name above the registry.'
    : undefined
}
