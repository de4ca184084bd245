import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import parseChangeset from '@changesets/parse'
import semver from 'semver'
import { UsageError } from '../command.js'
import type { FileChange } from '../generate/sync.js'
import { pathFrom } from '../project/find-config.js'
import { findChangesetDirectory, readManifest, type Baseline, type EditableProject } from './baseline.js'
import { compare, greatest, isEnough, type Bump, type Change } from './diff.js'
import { own } from './fold.js'
import type { Tables } from '../project/source.js'
import { readIfPresent } from './write.js'

/** A released registry. */
export type Release = Pick<Baseline, 'tables' | 'version'>

/** The release note about one service. */
interface Note {
  readonly bump: Exclude<Bump, 'none'>
  readonly text: string
  readonly ports: readonly number[]
}

/**
 * Describes the change of a service since a release, for users of the package: it was added, moved or retired.
 *
 * @returns undefined when it did not change
 */
export function describeService(name: string, released: Tables, now: Tables): Note | undefined {
  const [was, is, removed] = [own(released.services, name), own(now.services, name), own(now.retired, name)]
  if (was && !is && removed) {
    const text = `\`${name}\`, on port ${removed.port}, is retired: ${removed.reason}. Code that uses it does not compile, and throws at run time.`
    return { bump: 'major', text, ports: [removed.port] }
  }
  if (!was && is) {
    const text = `\`${name}\` is registered on port ${is.port} (${is.variable}): ${is.summary}.`
    return { bump: 'minor', text, ports: [is.port] }
  }
  if (!was || !is || was.port === is.port) return undefined
  const { reason } = now.history.findLast((move) => move.service === name && move.to === is.port) ?? {}
  const others = compareService(name, released, now).filter(
    ({ kind, bump }) => bump === 'major' && kind !== 'port changed',
  )
  const text = [
    `\`${name}\` moved from port ${was.port} to ${is.port}${reason === undefined ? '' : `: ${reason}`}. Set ${is.variable}=${was.port} to stay.`,
    ...others.map(({ kind, before, after }) => `- ${kind}: ${before ?? 'none'} -> ${after ?? 'none'}`),
  ]
  return { bump: 'major', text: text.join('\n'), ports: [was.port, is.port] }
}

/** Returns the changes of one service. A range may have the same name. */
export function compareService(name: string, released: Tables, now: Tables): Change[] {
  return compare({ ...released, ranges: {} }, { ...now, ranges: {} }).filter(({ subject }) => subject === name)
}

type Changeset = ReturnType<typeof readChangesets>[number]

/**
 * Returns the changesets that are to be written or removed, so that each service that was added, moved or retired since
 * the release has one. Another changeset that has the name and the ports of the service is enough, whatever its words.
 *
 * @param edited - the services of the present command, whose changesets are always written again
 */
export function findChangesets(
  project: EditableProject,
  { tables: released, version }: Release,
  now: Tables,
  edited: readonly string[] = [],
): FileChange[] {
  const directory = findChangesetDirectory(project.root)
  const { name: packageName, version: present } = readManifest(project)
  if (directory === undefined || packageName === undefined) return []
  const all = readChangesets(project)
  const pending = all.filter(({ isPending }) => isPending)
  // `changeset version` has made changesets into a version that is not published yet.
  const versioned = bumpBetween(version, present)
  const described = pending.flatMap(({ service }) => service ?? [])
  const names = new Set([...edited, ...Object.keys({ ...now.services, ...now.retired }), ...described])
  return [...names].flatMap((name) => {
    const note = describeService(name, released, now)
    const file = fileFor(name, all)
    const text = all.find((changeset) => changeset.file === file)?.text
    const isKnown =
      note && (isEnough(versioned, note.bump) || pending.some((changeset) => covers(changeset, name, note)))
    const wanted = note && `---\n'${packageName}': ${note.bump}\n---\n\n${note.text}\n`
    if ((isKnown && !edited.includes(name)) || text?.replaceAll('\r\n', '\n') === wanted) return []
    return [{ file: pathFrom(project.root, join(directory, file)), present: text, wanted }]
  })
}

/** Returns the services that have a pending changeset of this program, and whether it is about a new service. */
export function readPendingServices(project: EditableProject): Map<string, boolean> {
  const pending = readChangesets(project).filter(({ isPending }) => isPending)
  return new Map(
    pending.flatMap(({ service, text }) => (service ? [[service, text.includes(' is registered on port ')]] : [])),
  )
}

/**
 * Returns the release that is prepared since a baseline: by changesets written since then, or by the version that they
 * were already made into.
 *
 * @throws {UsageError} for a changeset that cannot be read
 */
export function readRelease(project: EditableProject, { version, changesets }: Baseline): Bump {
  const later = readChangesets(project).filter(({ file }) => !changesets.has(file))
  const invalid = later.find(({ problem }) => problem !== undefined)
  if (invalid) throw new UsageError(`Cannot read .changeset/${invalid.file}: ${invalid.problem}`)
  return greatest([...later.map(({ bump = 'none' }) => bump), bumpBetween(version, readManifest(project).version)])
}

/**
 * Reads every changeset, those of other packages too, which may have registries of their own. One is pending when it is about
 * the package of the registry and no pre-release contains it. The file of any other stays as it is.
 */
function readChangesets(project: EditableProject) {
  const directory = findChangesetDirectory(project.root)
  const { name } = readManifest(project)
  if (directory === undefined || name === undefined) return []
  const preRelease = readIfPresent(join(directory, 'pre.json'))
  const { changesets: contained = [] } = JSON.parse(preRelease ?? '{}') as { changesets?: string[] }
  const files = readdirSync(directory).filter((file) => /^[^.].*\.md$/.test(file) && file !== 'README.md')
  return files.map((file) => {
    const text = readIfPresent(join(directory, file)) ?? ''
    // The service that it is about, where this program wrote it.
    const service = /^port-([A-Za-z\d]+)(?:-\d+)?\.md$/.exec(file)?.[1]
    try {
      const bump = parseChangeset(text).releases.find((release) => release.name === name)?.type
      const isPending = bump !== undefined && !contained.includes(basename(file, '.md'))
      return { file, text, service, bump, problem: undefined, isPending }
    } catch (error) {
      return { file, text, service, bump: undefined, problem: (error as Error).message, isPending: false }
    }
  })
}

/** Returns the first name for the changeset of a service that no changeset has which stays as it is. */
function fileFor(name: string, changesets: readonly Changeset[], count = 1): string {
  const file = `port-${name}${count > 1 ? `-${count}` : ''}.md`
  const isTaken = changesets.some((changeset) => changeset.file === file && !changeset.isPending)
  return isTaken ? fileFor(name, changesets, count + 1) : file
}

function covers({ text, bump = 'none' }: Changeset, name: string, note: Note): boolean {
  const hasPort = (port: number) => new RegExp(String.raw`\b${port}\b`).test(text)
  return text.includes(`\`${name}\``) && isEnough(bump, note.bump) && note.ports.every(hasPort)
}

function bumpBetween(before: string | undefined, after: string | undefined): Bump {
  const [was, is] = [semver.parse(before), semver.parse(after)]
  if (!was || !is || semver.lte(is, was)) return 'none'
  return (['major', 'minor', 'patch'] as const).find((bump) => semver.diff(was, is)?.endsWith(bump)) ?? 'none'
}
