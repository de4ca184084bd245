import { readdirSync, readFileSync } from 'node:fs'
import { takeMarks, type Label } from './label.js'

/** The readers are tuned by what they miss in the one half; the other says whether that was learnt or learnt by heart. */
export const halves = ['tuned', 'held-out'] as const

/** A half of the corpus. */
export type Half = (typeof halves)[number]

/** A made-up repository. */
export interface Repository {
  readonly name: string
  readonly files: readonly LabelledFile[]
}

/** One of its files, with what a person says of its numbers. */
export interface LabelledFile {
  readonly path: string
  readonly text: string
  readonly labels: readonly Label[]
}

const folder = new URL('../corpus/', import.meta.url)

/** Every repository of a half, in the order of their names. */
export function readHalf(half: Half): Repository[] {
  const archives = readdirSync(new URL(half, folder)).filter((name) => name.endsWith('.txtar'))
  return archives.toSorted().map((archive) => ({
    name: archive.replace('.txtar', ''),
    files: readArchive(readFileSync(new URL(`${half}/${archive}`, folder), 'utf8')),
  }))
}

/**
 * The files of an archive in Go's txtar form: each begins below a line `-- its path --`.
 *
 * @throws {Error} for a mark that is none, a file that is there twice, or one outside its repository
 */
export function readArchive(archive: string): LabelledFile[] {
  const [, ...parts] = archive.split(/^-- (.+) --\n/m)
  const files: LabelledFile[] = []
  for (let index = 0; index < parts.length; index += 2) {
    const path = parts[index]!
    if (files.some((file) => file.path === path)) throw new Error(`${path} is there twice`)
    if (/^\/|(?:^|\/)\.\.(?:\/|$)/.test(path)) throw new Error(`${path} lies outside its repository`)
    files.push({ path, ...readFile(path, parts[index + 1]!) })
  }
  return files
}

function readFile(path: string, marked: string) {
  try {
    return takeMarks(marked)
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error })
  }
}
