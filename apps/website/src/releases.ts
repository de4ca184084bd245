import { readFileSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { history, type Move } from '@driftos/ports'

/** A move, and the release of `@driftos/ports` that brought it. */
export interface ReleasedMove extends Move {
  /** Undefined for a move that is not released yet. */
  readonly version?: string
  /** The day of the release (ISO 8601), where the changelog has it. */
  readonly date?: string
}

/** Returns the moves of the registry with their releases, from the changelog of the package. */
export function readReleasedMoves(): ReleasedMove[] {
  const manifest = module.createRequire(import.meta.url).resolve('@driftos/ports/package.json')
  return findReleases(history, readFileSync(join(dirname(manifest), 'CHANGELOG.md'), 'utf8'))
}

/**
 * Returns each move with its release: the first whose section of the changelog has the service and both numbers. A move that no
 * section has came with the first release, when the changelog has one.
 */
export function findReleases(moves: readonly Move[], changelog: string): ReleasedMove[] {
  const releases = changelog.split(/^## /m).slice(1).toReversed()
  return moves.map((move) => {
    const names = [move.service, move.from, move.to].map((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`))
    const release = releases.find((section) => names.every((name) => name.test(section))) ?? releases[0] ?? ''
    return Object.assign({}, move, readHeading(release))
  })
}

/** Returns the version and the day in the first line of a section. */
function readHeading(section: string): Pick<ReleasedMove, 'version' | 'date'> {
  const [, version, date] = /^v?(\d+\.\d+\.\d+\S*)(?:[^\n\d]+(\d{4}-\d{2}-\d{2}))?/.exec(section) ?? []
  return { ...(version && { version }), ...(date && { date }) }
}
