import { basename, join, resolve } from 'node:path'
import { readRegularFile } from '@driftos/port-scanner'

/** Gives what the package is called that encloses a file: its manifest's name, else the scanned folder's. */
export type FindPackageName = (path: string) => string | undefined

/** At most so much of a manifest is read for its name, in bytes. */
const maxManifestBytes = 100_000

/**
 * Looks for the nearest manifest above a file, no further than the root.
 *
 * @param root - the folder that the paths begin at
 */
export function createFindPackageName(root: string): FindPackageName {
  const known = new Map<string, string | undefined>()
  return find

  function find(path: string): string | undefined {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (!known.has(folder)) {
      const above = folder === '' ? basename(resolve(root)) : find(folder)
      known.set(folder, readName(join(root, folder)) ?? above)
    }
    return known.get(folder)
  }
}

function readName(folder: string): string | undefined {
  return (
    readJsonName(join(folder, 'package.json')) ??
    readMatch(join(folder, 'pyproject.toml'), /^name\s*=\s*["']([^"']{1,200})["']/m) ??
    readMatch(join(folder, 'go.mod'), /^module\s+(?:\S*\/)?([\w.-]{1,200})$/m)
  )
}

function readJsonName(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readRegularFile(file, maxManifestBytes)) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

function readMatch(file: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(readRegularFile(file, maxManifestBytes))?.[1]
  } catch {
    return undefined
  }
}
