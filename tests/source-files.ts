import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ignore from 'ignore'

/** The directory of this checkout or source archive. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Returns every file of this repository that is not git-ignored, relative to the root and with `/`.
 *
 * Reads `.gitignore` itself, so that it works in a source archive and without git.
 */
export function listSourceFiles(): string[] {
  const ignored = ignore().add(readFileSync(join(root, '.gitignore'), 'utf8'))
  const list = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder + entry.name
      if (entry.name === '.git' || ignored.ignores(entry.isDirectory() ? `${path}/` : path)) return []
      if (entry.isDirectory()) return list(`${path}/`)
      return entry.isFile() ? [path] : []
    })
  return list('')
}

/** Returns the documents that people write, without changelogs and the inputs of tests. */
export function listDocuments(): string[] {
  return listSourceFiles().filter((file) => file.endsWith('.md') && !/CHANGELOG|\.changeset|fixture|corpus/.test(file))
}
