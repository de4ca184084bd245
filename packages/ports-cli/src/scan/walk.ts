import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** What is found below a folder. */
export interface Walk {
  /** Every file, from the root, with `/`. */
  readonly files: string[]
  /** Folders and files that could not be read. */
  readonly unreadable: string[]
}

/** Never a project's own text. */
const neverRead = new Set(['node_modules', '.git', '.hg', '.svn', '.jj'])

/** The rules of one `.gitignore`, for what lies below its folder. */
interface Rules {
  /** From the root, with a `/` at its end; empty for the root and what is above. */
  readonly folder: string
  /** From a folder above the root to the root. */
  readonly below: string
  readonly matcher: Ignore
}

/**
 * Every file below a folder that git would not ignore, in the order of their names. Links are not
 * followed, so that no file is read twice and no walk is endless.
 *
 * @param root - a folder, or a single file, which is then all that is found
 */
export function walk(root: string): Walk {
  const found: Walk = { files: [], unreadable: [] }
  if (statSync(root).isFile()) found.files.push('')
  else walkFolder(root, '', rulesAbove(root), found)
  return found
}

function walkFolder(root: string, folder: string, rules: readonly Rules[], found: Walk): void {
  let entries: Dirent[]
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch {
    found.unreadable.push(folder)
    return
  }
  const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
    ? [...rules, ...readRules(join(root, folder, '.gitignore'), folder)]
    : rules
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const path = folder + entry.name
    if (entry.isDirectory()) {
      if (!neverRead.has(entry.name) && !isIgnored(`${path}/`, own)) walkFolder(root, `${path}/`, own, found)
    } else if (entry.isFile() && !isIgnored(path, own)) found.files.push(path)
  }
}

/** The nearest rule that speaks of a path decides, as git has it. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  for (let index = rules.length - 1; index >= 0; index--) {
    const { folder, below, matcher } = rules[index]!
    const { ignored, unignored } = matcher.test(below + path.slice(folder.length))
    if (ignored) return true
    if (unignored) return false
  }
  return false
}

function readRules(file: string, folder: string, below = ''): Rules[] {
  try {
    return [{ folder, below, matcher: ignore().add(readFileSync(file, 'utf8')) }]
  } catch {
    return []
  }
}

/** What the folders above the root say of it, up to the repository's own. */
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
