import { relative, sep } from 'node:path'
import ignore, { type Ignore as Matcher } from 'ignore'
import type { Ignore } from '../project/config.js'
import type { Finding } from './check.js'

/** What a configuration does not want to be told. */
export interface IgnoreList {
  isIgnored(finding: Finding): boolean
  /** The entries that have ignored nothing so far. */
  findUnused(): readonly Ignore[]
}

/**
 * The `ignore` of a configuration.
 *
 * @param root - the folder of the configuration, from which the globs are
 */
export function createIgnoreList(entries: readonly Ignore[], root: string): IgnoreList {
  const matchers = new Map<Ignore, Matcher>(entries.map((entry) => [entry, ignore().add(entry.files)]))
  const used = new Set<Ignore>()
  return {
    isIgnored({ location, rule }) {
      const path = relative(root, location).split(sep).join('/')
      // What lies above the configuration's folder, or beside it, is not spoken of.
      if (!ignore.isPathValid(path)) return false
      const matching = entries.filter((entry) => (entry.rule ?? rule) === rule && matchers.get(entry)!.ignores(path))
      for (const entry of matching) used.add(entry)
      return matching.length > 0
    },
    findUnused: () => entries.filter((entry) => !used.has(entry)),
  }
}
