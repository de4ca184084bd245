import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import parseChangeset from '@changesets/parse'
import semver from 'semver'
import { UsageError } from '../command.js'
import type { FileChange } from '../generate/sync.js'
import { findChangesetDirectory, readManifest, type Baseline, type EditableProject } from './baseline.js'
import { compare, greatest, isEnough, type Bump, type Change } from './diff.js'
import { own } from './fold.js'
import type { Tables } from '../project/source.js'
import { readIfPresent } from './write.js'

/** A released registry. */
export type Release = Pick<Baseline, 'tables' | 'version'>

/** The release note about one service. */
export interface Note {
  readonly bump: Exclude<Bump, 'none'>
  readonly text: string
  /** The ports in the text. */
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

/** Returns the changes of one service. */
export function compareService(name: string, released: Tables, now: Tables): Change[] {
  const part = ({ services, history, retired }: Tables): Tables => {
    const [service, tombstone] = [own(services, name), own(retired, name)]
    return {
      services: service ? { [name]: service } : {},
      ranges: {},
      history: history.filter((move) => move.service === name),
      retired: tombstone ? { [name]: tombstone } : {},
    }
  }
  return compare(part(released), part(now))
}

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
  // `changeset version` has made changesets into a version that is not published yet.
  const versioned = bumpBetween(version, present)
  const skipped = readSkipped(directory, packageName)
  const pending = readNames(directory).filter((file) => !skipped.has(file))
  const texts = pending.map((file) => readIfPresent(join(directory, file)) ?? '')
  const names = new Set([
    ...edited,
    ...Object.keys({ ...now.services, ...now.retired }),
    ...pending.flatMap((file) => subjectOf(file) ?? []),
  ])
  return [...names].flatMap((name) => {
    const note = describeService(name, released, now)
    const file = fileFor(name, skipped)
    const changeset = readIfPresent(join(directory, file))
    const isKnown = note && (isEnough(versioned, note.bump) || texts.some((text) => covers(text, name, note)))
    const wanted = note && `---\n'${packageName}': ${note.bump}\n---\n\n${note.text}\n`
    if ((isKnown && !edited.includes(name)) || changeset?.replaceAll('\r\n', '\n') === wanted) return []
    return [{ file: relative(project.root, join(directory, file)).replaceAll(sep, '/'), present: changeset, wanted }]
  })
}

/** Returns the services that have a pending changeset of this program, and whether it is about a new service. */
export function readPendingServices(project: EditableProject): Map<string, boolean> {
  const directory = findChangesetDirectory(project.root)
  const { name: packageName } = readManifest(project)
  const pending = new Map<string, boolean>()
  if (directory === undefined || packageName === undefined) return pending
  const skipped = readSkipped(directory, packageName)
  for (const file of readNames(directory)) {
    const name = skipped.has(file) ? undefined : subjectOf(file)
    if (name !== undefined)
      pending.set(name, / is registered on port /.test(readIfPresent(join(directory, file)) ?? ''))
  }
  return pending
}

/**
 * Returns the release that is prepared since a baseline: by changesets written since then, or by the version that they
 * were already made into.
 *
 * @throws {UsageError} for a changeset that cannot be read
 */
export function readRelease(project: EditableProject, { version, changesets }: Baseline): Bump {
  const manifest = readManifest(project)
  const directory = findChangesetDirectory(project.root)
  const files = directory === undefined ? [] : readNames(directory).filter((file) => !changesets.has(file))
  const bumps = files.map((file) => readBump(join(directory!, file), file, manifest.name))
  return greatest([...bumps, bumpBetween(version, manifest.version)])
}

/**
 * Returns the changesets that stay as they are: those of other packages, which may have their own registries, and those
 * that a pre-release already contains, whose files stay until the release.
 */
function readSkipped(directory: string, packageName: string): ReadonlySet<string> {
  const text = readIfPresent(join(directory, 'pre.json'))
  const { changesets = [] } = (text === undefined ? {} : JSON.parse(text)) as { changesets?: string[] }
  const others = readNames(directory).filter((file) => {
    const [, header = ''] = /^---\r?\n([^]*?)^---/m.exec(readIfPresent(join(directory, file)) ?? '') ?? []
    return !header.split(/\r?\n/).some((line) => /^(["']?)(.*)\1:/.exec(line)?.[2] === packageName)
  })
  return new Set([...changesets.map((name) => `${name}.md`), ...others])
}

function readNames(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.md') && name !== 'README.md' && !name.startsWith('.'))
}

function fileFor(name: string, skipped: ReadonlySet<string>, count = 1): string {
  const file = `port-${name}${count > 1 ? `-${count}` : ''}.md`
  return skipped.has(file) ? fileFor(name, skipped, count + 1) : file
}

function subjectOf(file: string): string | undefined {
  return /^port-([A-Za-z\d]+)(?:-\d+)?\.md$/.exec(file)?.[1]
}

function covers(text: string, name: string, { bump, ports }: Note): boolean {
  const present = (['major', 'minor', 'patch'] as const).filter((size) => text.includes(`: ${size}`))
  return (
    text.includes(`\`${name}\``) &&
    isEnough(greatest(present), bump) &&
    ports.every((port) => new RegExp(String.raw`\b${port}\b`).test(text))
  )
}

function readBump(path: string, file: string, packageName: string | undefined): Bump {
  try {
    const { releases } = parseChangeset(readIfPresent(path) ?? '')
    return releases.find(({ name }) => name === packageName)?.type ?? 'none'
  } catch (error) {
    throw new UsageError(`Cannot read .changeset/${file}: ${(error as Error).message}`)
  }
}

function bumpBetween(before: string | undefined, after: string | undefined): Bump {
  if (before === undefined || after === undefined || !semver.valid(before) || !semver.valid(after)) return 'none'
  if (!semver.gt(after, before)) return 'none'
  return greatest((['major', 'minor', 'patch'] as const).filter((bump) => semver.diff(before, after)?.endsWith(bump)))
}
