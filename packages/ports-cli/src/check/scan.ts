import { statSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import {
  createLocator,
  createTally,
  scan,
  type Dialect,
  type Match,
  type Position,
  type ScanOptions,
  type Tally,
} from '@driftos/port-scanner'
import type { RegistryDefinition } from '@driftos/ports/define'
import { groupBy } from '../group-by.js'
import { attribute } from './attribution.js'
import { findIgnoreComments, type IgnoreComment } from './ignore-comment.js'
import { createNameIndex } from './names.js'
import type { Occurrence } from './occurrence.js'
import { findBuilders, isOfCommandLine, nameByBuilders, ownerOf } from './owner.js'
import { createRepository } from './repository.js'

/** A comment that silences findings, and its file. */
export interface FileIgnore extends IgnoreComment {
  readonly file: string
  readonly location: string
}

/** A file with ports. */
export interface PortFile {
  /** Absolute path of the scanned directory. */
  readonly root: string
  /** From the root, with `/`. */
  readonly path: string
  /** From the working directory, with `/`. */
  readonly file: string
  /** Absolute path. */
  readonly location: string
  readonly dialect: Pick<Dialect, 'name' | 'kind'>
  readonly matches: readonly (Match & Position)[]
}

/** Every port in some directories, before a registry says whose it is. */
export interface Reading {
  readonly roots: readonly string[]
  readonly files: readonly PortFile[]
  readonly ignores: readonly FileIgnore[]
  readonly scanned: Tally
  /** The absolute paths of the changed files that the scan was limited to; undefined when it read every file. */
  readonly changed?: ReadonlySet<string>
}

/** Every port in some directories, with the services that they belong to. */
export interface Scan extends Omit<Reading, 'files'> {
  readonly occurrences: readonly Occurrence[]
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
  options?: ScanOptions,
): Promise<Scan> {
  return attributeAll(await readRoots(roots, cwd, options), registry)
}

/** Reads every port in directories; the parameters are those of {@link scanRoots}. */
export async function readRoots(roots: readonly string[], cwd: string, options: ScanOptions = {}): Promise<Reading> {
  const scanned = createTally()
  const files: PortFile[] = []
  const ignores: FileIgnore[] = []
  const seen = new Set<string>()
  const changed = options.staged || options.since !== undefined ? new Set<string>() : undefined
  const name = (location: string) => relative(cwd, location).split(sep).join('/')
  // A directory inside another given one belongs to the outer one.
  for (const start of roots.toSorted((one, other) => one.length - other.length)) {
    // A single file belongs to its directory.
    const isFile = statSync(start).isFile()
    const root = isFile ? dirname(start) : start
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
      files.push({ root, path, file, location, dialect, matches: locate(matches, text) })
      for (const comment of findIgnoreComments(text)) ignores.push({ ...comment, file, location })
    }
    for (const one of scanned.unreadable.splice(from))
      scanned.unreadable.push({ ...one, file: name(resolve(root, one.file)) })
  }
  return { roots, files, ignores, scanned, ...(changed && { changed }) }
}

function locate(matches: readonly Match[], text: string): PortFile['matches'] {
  const positionOf = createLocator(text)
  return matches.map((match) => Object.assign({}, match, positionOf(match.start)))
}

function withoutBlock<T extends Match>(match: T): T {
  return { ...match, evidence: match.evidence.filter(({ kind }) => kind !== 'block') }
}

/** Returns what was read, with the service of every port. */
export function attributeAll({ files, ...rest }: Reading, { services }: Pick<RegistryDefinition, 'services'>): Scan {
  const index = createNameIndex(services)
  const occurrences = [...groupBy(files, ({ root }) => root)].flatMap(([root, own]) => {
    const repository = createRepository(root, index)
    const builders = findBuilders(own)
    return own.flatMap(({ dialect, matches, ...file }) => {
      const around = nameByBuilders(repository.findPackage(file.path), index, builders)
      const { owner, depth } = ownerOf(file.path, dialect, around, index, builders.get(file.path))
      // The name that a program has in its settings may be copied; the name of its package is in the repository's structure.
      const isOfSpring = /(?:^|\/)(?:application|bootstrap)[\w.-]*\.(?:ya?ml|properties)$/.test(file.path)
      const isNamed = owner.names.some((each) => index.findByName(each).length > 0)
      const isCopied = ({ role }: Match) => isOfSpring && isNamed && role === 'listen'
      const isMomentary = isOfCommandLine(file.path, dialect, around)
      const toOccurrence = (match: PortFile['matches'][number]): Occurrence => ({
        ...match,
        ...file,
        role: isMomentary && match.role === 'listen' ? 'mention' : match.role,
        kind: dialect.kind,
        package: around,
        attribution: attribute(
          isCopied(match) ? withoutBlock(match) : match,
          index,
          owner,
          repository,
          dialect.kind,
          depth,
        ),
      })
      return matches.map(toOccurrence)
    })
  })
  return { ...rest, occurrences }
}
