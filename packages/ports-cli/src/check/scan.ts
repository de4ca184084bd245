import { statSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { createLocator, createTally, scan, type ScanOptions, type Tally } from '@driftos/port-scanner'
import type { RegistryDefinition } from '@driftos/ports/define'
import { attribute } from './attribution.js'
import { findIgnoreComments, type IgnoreComment } from './ignore-comment.js'
import { createNameIndex, isGenericName } from './names.js'
import type { Occurrence } from './occurrence.js'
import { createRepository, programOfImage, stemOfFile } from './repository.js'

/** A comment that silences findings, and its file. */
export interface FileIgnore extends IgnoreComment {
  readonly file: string
  readonly location: string
}

/** Every port in some directories, with the services that they belong to. */
export interface Scan {
  readonly roots: readonly string[]
  readonly occurrences: readonly Occurrence[]
  readonly ignores: readonly FileIgnore[]
  readonly scanned: Tally
  /** The absolute paths of the changed files that the scan was limited to; undefined when it read every file. */
  readonly changed?: ReadonlySet<string>
}

/**
 * Reads directories and attributes every port in them.
 *
 * @param roots - directories or single files, as absolute paths
 * @param cwd - the directory that paths in the output start from
 * @throws {GitError} when git cannot answer `staged` or `since`
 */
export async function scanRoots(
  roots: readonly string[],
  cwd: string,
  registry: Pick<RegistryDefinition, 'services'>,
  options: ScanOptions = {},
): Promise<Scan> {
  const scanned = createTally()
  const index = createNameIndex(registry.services)
  const occurrences: Occurrence[] = []
  const ignores: FileIgnore[] = []
  const seen = new Set<string>()
  const changed = options.staged || options.since !== undefined ? new Set<string>() : undefined
  const name = (location: string) => relative(cwd, location).split(sep).join('/')
  // A directory inside another given one belongs to the outer one.
  for (const start of roots.toSorted((one, other) => one.length - other.length)) {
    // A single file belongs to its directory.
    const isFile = statSync(start).isFile()
    const root = isFile ? dirname(start) : start
    const repository = createRepository(root, index)
    const from = scanned.unreadable.length
    const onList = (paths: readonly string[]) => {
      for (const path of paths) changed?.add(resolve(start, path))
    }
    for await (const { path: scannedPath, dialect, text, matches } of scan(start, scanned, { ...options, onList })) {
      const path = isFile ? basename(start) : scannedPath
      const location = resolve(root, path)
      if (seen.has(location)) continue
      seen.add(location)
      const file = name(location)
      const around = repository.findPackage(path)
      // Java's settings are three directories below their package.
      const below = path.slice(around.directory.length).replace('src/main/resources/', '')
      // A program in `scripts` is not the package's own.
      const isHelper = dialect.kind === 'code' && /^\/?(?:scripts?|tools?)\//.test(below)
      // A command line listens for a moment, such as for a login.
      const isCommandLine = dialect.kind === 'code' && /^\/?(?:\w+\/)?cli\//.test(below)
      // A file or a directory that is called like another service is not the package's either.
      const own = new Set(around.names.flatMap(index.findByName))
      const nearer = below.split('/').map(stemOfFile)
      const isOther = nearer.some(
        (segment) => !isGenericName(segment) && index.findByName(segment).some((service) => !own.has(service)),
      )
      // `docker/Dockerfile.web` is that of the service `web`.
      const image = nearer.at(-1)!
      const isImage = dialect.name === 'dockerfile' && index.findByName(image).length > 0
      // `docker/Dockerfile.jobs` is of a program that is not registered, and `mail/Dockerfile.gpu` of the package.
      const isBeside = around.directory !== '' && below.lastIndexOf('/') === 0
      const isOtherImage = dialect.name === 'dockerfile' && programOfImage(path) !== undefined && !isBeside
      const named = isHelper || isOtherImage || (isOther && own.size > 0) ? { ...around, names: [] } : around
      const owner = isImage ? { ...around, names: [image] } : named
      const depth = isImage ? 0 : below.split('/').filter(Boolean).length - 1
      const locate = createLocator(text)
      for (const match of matches) {
        const place = { root, path, file, location, kind: dialect.kind, package: around }
        const attribution = attribute(match, index, owner, repository, dialect.kind, depth)
        const { fixedName } = match.publication ?? {}
        const nameAt = fixedName && createLocator(text)(fixedName.start)
        const role = isCommandLine && match.role === 'listen' ? 'mention' : match.role
        occurrences.push({ ...match, role, ...place, ...locate(match.start), attribution, nameAt })
      }
      for (const comment of findIgnoreComments(text)) ignores.push({ ...comment, file, location })
    }
    for (const one of scanned.unreadable.splice(from))
      scanned.unreadable.push({ ...one, file: name(resolve(root, one.file)) })
  }
  return { roots, occurrences, ignores, scanned, ...(changed && { changed }) }
}
