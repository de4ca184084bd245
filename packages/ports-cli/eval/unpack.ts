import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Repository } from './corpus.js'

/**
 * Writes a repository's files, without their marks, into a directory of its name.
 *
 * @returns that directory
 */
export async function unpack({ name, files }: Repository, into: string): Promise<string> {
  const root = join(into, name)
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}
