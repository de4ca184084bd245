import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { UsageError } from '../usage-error.js'

/** The names of a configuration file, `driftos-ports.config.ts` first: `init` writes that one. */
export const configFiles = ['ts', 'js', 'mjs', 'json'].map((extension) => `driftos-ports.config.${extension}`)

const manifestKey = 'driftos-ports'

/** A configuration that was found. */
export interface FoundConfig {
  readonly directory: string
  readonly file: string
  readonly text: string
  /** The value, where it is a key of a `package.json`. */
  readonly key?: { readonly value: unknown }
}

/** The fields of a `package.json` that contain its dependencies. */
export const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const

/** The fields of a `package.json` that are read. */
export interface Manifest extends Readonly<Partial<Record<(typeof dependencyFields)[number], object>>> {
  readonly name?: string
  readonly version?: string
}

/**
 * Finds the nearest configuration in a directory and its parents.
 *
 * @throws {UsageError} when one directory has two configurations, or a `package.json` is not JSON
 */
export function findConfig(start: string): FoundConfig | undefined {
  for (const directory of ancestors(start)) {
    const found = configFiles.flatMap((name): FoundConfig[] => {
      const file = join(directory, name)
      const text = readIfFile(file)
      return text === undefined ? [] : [{ directory, file, text }]
    })
    const file = join(directory, 'package.json')
    const text = readIfFile(file)
    if (text?.includes(`"${manifestKey}"`)) {
      const content = parseJson(text, file) as Readonly<Record<string, unknown>>
      if (Object.hasOwn(content, manifestKey))
        found.push({ directory, file, text, key: { value: content[manifestKey] } })
    }
    if (found.length > 1) {
      const places = found.map((one) => (one.key ? `"${manifestKey}" in ${one.file}` : one.file))
      throw new UsageError(
        `${directory} has ${found.length} configurations: ${places.join(' and ')}. Keep one of them.`,
      )
    }
    if (found[0]) return found[0]
  }
  return undefined
}

/**
 * Finds the nearest `package.json` in a directory and its parents.
 *
 * @throws {UsageError} when it is not JSON
 */
export function findManifest(start: string): { directory: string; file: string; manifest: Manifest } | undefined {
  for (const directory of ancestors(start)) {
    const file = join(directory, 'package.json')
    const text = readIfFile(file)
    if (text !== undefined) return { directory, file, manifest: parseJson(text, file) as Manifest }
  }
  return undefined
}

/**
 * Parses JSON.
 *
 * @throws {UsageError} with the file's name
 */
export function parseJson(text: string, title: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UsageError(`${title} is not JSON: ${(error as Error).message}`)
  }
}

/** Returns a file's text; undefined where there is no readable regular file. A pipe would block the program. */
export function readIfFile(file: string): string | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile()
      ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
      : undefined
  } catch {
    return undefined
  }
}

/** Returns a path from a directory, with `/`. */
export function pathFrom(directory: string, path: string): string {
  return relative(directory, path).replaceAll(sep, '/')
}

/** Returns a directory and its parents, the nearest first. */
export function ancestors(directory: string): string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...ancestors(parent)]
}
