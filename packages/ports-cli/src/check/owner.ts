import { basename, dirname, posix } from 'node:path'
import type { Dialect, Match } from '@driftos/port-scanner'
import { isGenericName, type NameIndex } from './names.js'
import { programOfImage, stemOfFile, type Package } from './repository.js'

interface File {
  /** From the root, with `/`. */
  readonly path: string
  readonly matches: readonly Match[]
}

/** Returns the names of the containers that compose files build, by the path of their Dockerfile from the root and by its directory. */
export function findBuilders(files: readonly File[]): ReadonlyMap<string, readonly string[]> {
  const builders = new Map<string, string[]>()
  for (const { path, matches } of files) {
    for (const { dockerfile, evidence } of matches) {
      if (dockerfile === undefined) continue
      const built = posix.join(dirname(path), dockerfile)
      const names = evidence.filter(({ kind }) => kind === 'block').map(({ text }) => text)
      for (const key of [built, dirname(built)]) builders.set(key, [...(builders.get(key) ?? []), ...names])
    }
  }
  return builders
}

/**
 * Returns a package that is called like no service with the name of the only one whose container is built from it.
 *
 * @param builders - containers by the directory that they are built from
 */
export function nameByBuilders(
  around: Package,
  index: NameIndex,
  builders: ReadonlyMap<string, readonly string[]>,
): Package {
  const { directory, names } = around
  if (directory === '' || names.some((name) => index.findByName(name).length > 0)) return around
  const named = (builders.get(directory) ?? []).filter((name) => index.findByName(name).length > 0)
  const services = new Set(named.map((name) => index.findByName(name).join()))
  return services.size === 1 ? { ...around, names: [named[0]!, ...names] } : around
}

/**
 * Returns the package that a program's own port in a file belongs to, without names where it is another program's.
 *
 * @param builders - containers that are built from the file
 */
export function ownerOf(
  path: string,
  dialect: Pick<Dialect, 'name' | 'kind'>,
  around: Package,
  index: NameIndex,
  builders: readonly string[] = [],
): { readonly owner: Package; readonly depth: number } {
  // `docker/Dockerfile.web` is that of the service `web`, unless compose builds another one from it.
  const isNamed = (name: string) => index.findByName(name).length > 0
  const image = [builders, [stemOfFile(basename(path))]]
    .map((names) => names.filter(isNamed))
    .find(({ length }) => length)
  if (dialect.name === 'dockerfile' && image) return { owner: { ...around, names: image }, depth: 0 }
  const below = pathBelow(path, around)
  // A program in `scripts` is not the package's own.
  const isHelper = dialect.kind === 'code' && /^\/?(?:scripts?|tools?)\//.test(below)
  // A file or a directory that is called like another service is not the package's either.
  const own = new Set(around.names.flatMap(index.findByName))
  const isOther = below
    .split('/')
    .map(stemOfFile)
    .some((segment) => !isGenericName(segment) && index.findByName(segment).some((service) => !own.has(service)))
  // `docker/Dockerfile.jobs` is of a program that is not registered, and `mail/Dockerfile.gpu` of the package.
  const isBeside = around.directory !== '' && below.lastIndexOf('/') === 0
  const isOtherImage = dialect.name === 'dockerfile' && programOfImage(path) !== undefined && !isBeside
  const isOfAnother = isHelper || isOtherImage || (isOther && own.size > 0)
  return {
    owner: isOfAnother ? { ...around, names: [] } : around,
    depth: below.split('/').filter(Boolean).length - 1,
  }
}

/** Returns whether a file is of a command line, which listens for a moment only, such as for a login. */
export function isOfCommandLine(path: string, { kind }: Pick<Dialect, 'kind'>, around: Package): boolean {
  return kind === 'code' && /^\/?(?:\w+\/)?cli\//.test(pathBelow(path, around))
}

/** Returns a path from a package on; Java's settings are three directories below theirs. */
function pathBelow(path: string, { directory }: Package): string {
  return path.slice(directory.length).replace(/src\/main\/(?:resources|fabric8|jkube|kubernetes)\//, '')
}
