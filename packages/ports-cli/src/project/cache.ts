import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ancestors } from './find-config.js'

/** The file of the build that contains this module. Its name has a hash of its content and of the files that it loads. */
// oxlint-disable-next-line no-underscore-dangle -- Node.js gives it this name
declare const __filename: string | undefined

interface Entry {
  readonly build: string
  readonly text: string
  readonly value: unknown
}

/**
 * Returns what an earlier run computed from the same text of a file; else computes it and keeps it in
 * `node_modules/.cache/driftos-ports` above the file. Without a writable `node_modules` nothing is kept.
 *
 * @param compute - depends only on the text; undefined is not cached
 */
export async function remember<Value>(
  file: string,
  text: string,
  compute: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  // Without a hash, the program runs from its source, which is not cached.
  const build = typeof __filename === 'string' ? /-[\da-f]{8,}(?=\.cjs$)/.exec(__filename)?.[0] : undefined
  const entryFile = build === undefined ? undefined : findEntryFile(file)
  if (build === undefined || entryFile === undefined) return compute()
  const entry = read(entryFile)
  if (entry?.build === build && entry.text === text) return entry.value as Value
  const value = await compute()
  if (value !== undefined) write(entryFile, { build, text, value })
  return value
}

function findEntryFile(file: string): string | undefined {
  const root = ancestors(dirname(file)).find((directory) => existsSync(join(directory, 'node_modules')))
  return root && join(root, 'node_modules/.cache/driftos-ports', `${encodeURIComponent(relative(root, file))}.json`)
}

function read(file: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entry
  } catch {
    return undefined
  }
}

function write(file: string, entry: Entry): void {
  const temporary = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, JSON.stringify(entry))
    renameSync(temporary, file)
  } catch {
    // A cache that cannot be written costs time and changes no result.
  }
}
