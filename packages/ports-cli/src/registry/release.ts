import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import parseChangeset from '@changesets/parse'
import semver from 'semver'
import { UsageError } from '../command.js'
import { readManifest, type Workspace } from './workspace.js'
import type { Baseline } from './baseline.js'
import { greatest, type Bump } from './change.js'

/**
 * The release that is under way since a baseline: what the changesets written since then say, or what the
 * version says that they have been made into.
 *
 * @throws {UsageError} for a changeset that cannot be read
 */
export async function readRelease({ version, changesets }: Baseline, workspace: Workspace): Promise<Bump> {
  const { root, manifestFile } = workspace
  const manifest = await readManifest(root, manifestFile)
  const folder = join(root, '.changeset')
  const names = existsSync(folder) ? readdirSync(folder) : []
  const pending = names.filter((name) => name.endsWith('.md') && name !== 'README.md' && !changesets.has(name))
  const bumps = await Promise.all(pending.map((name) => readBump(join(folder, name), name, manifest.name)))
  return greatest([...bumps, version === undefined ? 'none' : bumpBetween(version, manifest.version)])
}

async function readBump(file: string, name: string, registry: string): Promise<Bump> {
  try {
    const { releases } = parseChangeset(await readFile(file, 'utf8'))
    return releases.find((release) => release.name === registry)?.type ?? 'none'
  } catch (error) {
    throw new UsageError(`.changeset/${name} is no changeset: ${(error as Error).message}`)
  }
}

function bumpBetween(before: string, after: string): Bump {
  if (!semver.gt(after, before)) return 'none'
  return greatest((['major', 'minor', 'patch'] as const).filter((bump) => semver.diff(before, after)?.endsWith(bump)))
}
