import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { readRegularFile } from './read-regular-file.js'
import { reasonOf, type Unreadable } from './tally.js'

/** The files below a folder. */
export interface Walk {
  /** Every file, from the root, with `/`. */
  readonly files: string[]
  /** Folders and files that could not be read. */
  readonly unreadable: Unreadable[]
}

/** Never a project's own text. */
const neverRead = new Set(['node_modules', '.git', '.hg', '.svn', '.jj'])

/** How much of a file of rules is read, in bytes: many rules make each name slow. */
const maxRulesBytes = 100_000

/** The rules of one file that git reads them from, for what lies below its folder. */
interface Rules {
  /** From the root, with a `/` at its end; empty for the root and its parents. */
  readonly folder: string
  /** From a folder above the root to the root. */
  readonly below: string
  readonly matcher: Ignore
  /** Results by name, for rules that match names in any directory. */
  readonly byName: Map<string, Verdict> | undefined
}

/** Whether rules put a path out, or take it back in. */
type Verdict = ReturnType<Ignore['test']>

/**
 * Every file below a folder that git would not ignore, in the order of their names. Links are not
 * followed, so that no file is read twice and no walk is endless; what is neither file nor folder, such as a
 * socket, is no file.
 *
 * @param root - a folder, or a single file, which is then all that is found
 */
export function walk(root: string): Walk {
  const found: Walk = { files: [], unreadable: [] }
  if (statSync(root).isFile()) found.files.push('')
  else walkFolder(root.endsWith('/') ? root : `${root}/`, '', rulesAbove(root), found)
  return found
}

function walkFolder(root: string, folder: string, rules: readonly Rules[], found: Walk): void {
  let entries: Dirent[]
  try {
    entries = readdirSync(root + folder, { withFileTypes: true })
  } catch (error) {
    found.unreadable.push({ file: folder, reason: reasonOf(error) })
    return
  }
  const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
    ? [...rules, ...readRules(`${root}${folder}.gitignore`, folder)]
    : rules
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const { name } = entry
    if (entry.isDirectory()) {
      if (!neverRead.has(name) && !isIgnored(folder, `${name}/`, own)) walkFolder(root, `${folder}${name}/`, own, found)
    } else if (entry.isFile() && !isIgnored(folder, name, own)) found.files.push(folder + name)
  }
}

/** The nearest rule about a path decides, as in git. Its folder is known not to be ignored. */
function isIgnored(folder: string, name: string, rules: readonly Rules[]): boolean {
  for (let index = rules.length - 1; index >= 0; index--) {
    const { ignored, unignored } = judge(folder, name, rules[index]!)
    if (ignored) return true
    if (unignored) {
      if (name.endsWith('/')) takeBack(folder, name, rules.slice(0, index))
      return false
    }
  }
  return false
}

/** Re-includes a directory in the outer rules when an inner rule re-includes it: a matcher excludes everything below what it excludes. */
function takeBack(folder: string, name: string, rules: readonly Rules[]): void {
  for (const each of rules) {
    if (!each.byName && judge(folder, name, each).ignored)
      each.matcher.add(`!/${pathFrom(each, folder, name).replaceAll(/[\\*?[\] ]/g, String.raw`\$&`)}`)
  }
}

function pathFrom({ folder: own, below }: Rules, folder: string, name: string): string {
  return below + folder.slice(own.length) + name
}

function judge(folder: string, name: string, rules: Rules): Verdict {
  const { matcher, byName } = rules
  if (!byName) return matcher.test(pathFrom(rules, folder, name))
  let verdict = byName.get(name)
  if (!verdict) byName.set(name, (verdict = matcher.test(name)))
  return verdict
}

function readRules(file: string, folder: string, below = ''): Rules[] {
  try {
    const text = readRegularFile(file, maxRulesBytes)
    const byName = isOfNames(text) ? new Map<string, Verdict>() : undefined
    return [{ folder, below, matcher: ignore().add(text), byName }]
  } catch {
    return []
  }
}

/** Whether rules have no `/` but at their ends: such hold at any depth. */
function isOfNames(text: string): boolean {
  return text.split('\n').every((rule) => rule.startsWith('#') || !rule.trimEnd().slice(0, -1).includes('/'))
}

/** The rules of the folders above the root, up to the repository's. */
function rulesAbove(root: string): Rules[] {
  const rules: Rules[] = []
  let below = ''
  for (let folder = resolve(root); !existsSync(join(folder, '.git'));) {
    const parent = dirname(folder)
    if (parent === folder) return []
    below = `${basename(folder)}/${below}`
    folder = parent
    rules.unshift(...readRules(join(folder, '.gitignore'), '', below))
  }
  return rules
}
