import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RegistryDefinition } from '@driftos/ports/define'
import { findDrift } from '../generate/sync.js'
import { UsageError, type Command, type Io } from '../command.js'
import { greatest } from './change.js'
import { compare } from './rules.js'
import { formatPatch } from '../check/patch.js'
import type { Generator } from '../project/config.js'
import { loadProject } from '../project/project.js'
import { formatFreeReserved } from '../project/reserved.js'
import { findWorkspace, type Workspace } from './workspace.js'
import { renderChangeset } from './changeset.js'
import { parseRegistry, RegistrySource } from './registry-source.js'
import { restore, writeAllOrNothing, type FileChange } from './transaction.js'

/** One change of the registry. */
export interface Edit {
  /** What is attempted, for a refusal: `demo cannot move to 3010`. */
  readonly refusal: string
  /** What to add to a refusal over a retired port. */
  readonly remedy?: string
  /** The range in which the service is to be, whose free numbers a refusal names. */
  readonly group?: string | undefined
  /** The name of the changeset. */
  readonly slug: string
  /** What is done, for consumers. */
  readonly text: string
  /** What the command line does not say and has to; told only of an edit that could be done. */
  readonly lacks?: string | undefined
  /** What `--json` prints of it. */
  readonly facts: Readonly<Record<string, unknown>>
  apply(source: RegistrySource): void
}

/** The options that every edit has. */
export const editOptions = {
  reason: { type: 'string' },
  reuse: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Command['options']

/**
 * Carries out an edit of the registry: its source, everything generated from it and a changeset, all of
 * it or none.
 *
 * @param plan - what to do, given the registry as it is
 * @throws {UsageError} when the registry may not become that
 * @returns the exit code
 */
export async function runEdit(
  plan: (registry: Required<RegistryDefinition>) => Edit,
  values: Readonly<Record<string, string | boolean | undefined>>,
  io: Io,
): Promise<number> {
  const workspace = findWorkspace(io.cwd)
  for (const file of restore(workspace.root))
    io.writeError(`restored ${file}, which a killed edit had left half done\n`)
  const { edit, changes } = await prepare(plan, workspace)
  if (!values['dry-run']) writeAllOrNothing(changes, workspace.root, io.program)

  const files = changes.map(({ file }) => file)
  if (values['json']) io.write(`${JSON.stringify({ ...edit.facts, files }, null, 2)}\n`)
  else if (values['dry-run']) io.write(changes.map((change) => formatPatch(change, 'to be')).join(''))
  else
    io.write(
      `${edit.text}\n${changes.map(({ file, wanted }) => `${wanted === undefined ? 'removed' : 'wrote'} ${file}\n`).join('')}`,
    )
  return 0
}

async function prepare(
  plan: (registry: Required<RegistryDefinition>) => Edit,
  workspace: Workspace,
): Promise<{ readonly edit: Edit; readonly changes: readonly FileChange[] }> {
  const { root, registryFile } = workspace
  const present = await readFile(join(root, registryFile), 'utf8')
  const source = new RegistrySource(present)
  const before = parseRegistry(source)
  const edit = plan(before)
  edit.apply(source)
  const after = parseEdited(source, edit, before)

  if (edit.lacks) throw new UsageError(edit.lacks)
  const bump = greatest(compare(before, after).map((change) => change.bump))
  if (bump === 'none') throw new UsageError(`${edit.refusal}: that changes nothing`)
  const changes = [
    { file: registryFile, present, wanted: source.text },
    ...(await findGenerated(await (await loadProject(root)).loadGenerators(), after, root, edit)),
    ...(await renderChangeset(workspace, bump, edit.slug, edit.text)),
  ]
  return { edit, changes }
}

/** Returns the generated files that the edit changes. */
async function findGenerated(
  generators: readonly Generator[],
  after: RegistryDefinition,
  root: string,
  edit: Edit,
): Promise<FileChange[]> {
  try {
    return await findDrift(generators, after, root)
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${edit.refusal}: ${error.message}`) : error
  }
}

function parseEdited(
  source: RegistrySource,
  { refusal, remedy, group }: Edit,
  before: RegistryDefinition,
): RegistryDefinition {
  try {
    return parseRegistry(source)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const range = group === undefined ? undefined : before.ranges[group]
    const free = range && formatFreeReserved(range, before)
    const hints = [
      ...(remedy && /\bretired\b/.test(error.message) ? [remedy] : []),
      ...(free ? [`Free in the range of ${group}: ${free}.`] : []),
    ]
    throw new UsageError([`${refusal}:`, error.message.replaceAll(/^/gm, '- '), ...hints].join('\n'))
  }
}

/** The reason that an edit is given, on one line; without one, a text in its place and what is lacking. */
export function readReason(values: Readonly<Record<string, string | boolean | undefined>>): {
  readonly reason: string
  readonly lacks: string | undefined
} {
  const reason = oneLine(values['reason'])
  return reason
    ? { reason, lacks: undefined }
    : { reason: 'no reason', lacks: 'Say why, for the history and for consumers: --reason "why"' }
}

/** A value of the command line without line breaks, and without blanks around it. */
export function oneLine(value: string | boolean | undefined): string {
  return String(value ?? '')
    .trim()
    .replaceAll(/\s+/g, ' ')
}

/**
 * The number that a text means.
 *
 * @throws {UsageError} when it is no port
 */
export function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new UsageError(`${JSON.stringify(text)} is no port: ports are 1 to 65535`)
}

/**
 * A service of the registry, by its exact name.
 *
 * @throws {UsageError} when there is none
 */
export function findExact({ services, retired }: Required<RegistryDefinition>, name: string) {
  const service = Object.hasOwn(services, name) ? services[name] : undefined
  if (service) return service
  const gone = Object.hasOwn(retired, name) ? retired[name] : undefined
  throw new UsageError(
    gone
      ? `${name} is retired, it held port ${gone.port}: ${gone.reason}`
      : `No service is called ${JSON.stringify(name)}; there are ${Object.keys(services).join(', ')}`,
  )
}
