import ignore, { type Ignore as Matcher } from 'ignore'
import type { Ignore } from '../project/config.js'
import { pathFrom } from '../project/find-config.js'
import type { Finding } from './finding.js'

/** The findings that a configuration ignores. */
export interface IgnoreList {
  isIgnored(finding: Finding): boolean
  /** Returns the entries that have ignored nothing so far. */
  findUnused(): readonly Ignore[]
}

/**
 * Returns the `ignore` entries of a configuration as a list that counts the findings it ignores.
 *
 * @param root - the directory of the configuration, where the globs start
 */
export function createIgnoreList(entries: readonly Ignore[], root: string): IgnoreList {
  const matchers = new Map<Ignore, Matcher>(entries.map((entry) => [entry, ignore().add(entry.files)]))
  const used = new Set<Ignore>()
  return {
    isIgnored({ location, rule }) {
      const path = pathFrom(root, location)
      // The globs match only below the configuration's directory.
      if (!ignore.isPathValid(path)) return false
      const matching = entries.filter((entry) => (entry.rule ?? rule) === rule && matchers.get(entry)!.ignores(path))
      for (const entry of matching) used.add(entry)
      return matching.length > 0
    },
    findUnused: () => entries.filter((entry) => !used.has(entry)),
  }
}
