import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { listFiles, readRegularFile } from '@driftos/port-scanner'
import type { NameIndex } from './names.js'

/** A directory with a manifest. */
export interface Package {
  /** From the root, with `/`; empty for the root. */
  readonly directory: string
  /** Its manifest's name without a scope, and its directory's name. */
  readonly names: readonly string[]
  /** Packages that it depends on. */
  readonly dependencies: ReadonlySet<string>
  /** Whether it is built as a container, where its port is no other program's. */
  readonly isImage: boolean
  /** Whether its directory has no manifest, and is the root. */
  readonly isBare?: boolean
  /** Its manifest's whole name. */
  readonly fullName: string | undefined
}

/** What attribution needs of the directories around a file. */
export interface Repository {
  /** Returns the nearest package around a file; the root is a package even without a manifest. */
  findPackage(path: string): Package
  /** The service of a repository that contains only one, or undefined. */
  readonly onlyService: string | undefined
}

/** At most this much of a manifest is read, in bytes. */
const maxManifestBytes = 200_000

const namedManifest = /^(?:package\.json|project\.json|pyproject\.toml|go\.mod|Cargo\.toml|Dockerfile|Containerfile)$/
/** Manifests without a name: their package may also be a part of the package around it. */
const unnamedManifest =
  /^(?:pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|build\.sbt|composer\.json|Gemfile|mix\.exs|requirements\.txt|setup\.py|Package\.swift|pubspec\.yaml|deno\.jsonc?|project\.clj|deps\.edn|shard\.yml|gleam\.toml|[\w.-]+\.(?:(?:cs|fs|vb)proj|cabal))$/
/** Of these, manifests that may contain a name all the same. */
const titledManifest = /^(?:pom\.xml|settings\.gradle(?:\.kts)?|composer\.json)$/
/** A program of Go is called like its directory. */
const goProgram = /(?:^|\/)cmd\/[^/]+\/main\.go$/

/**
 * Reads the packages of a repository on demand.
 *
 * @param root - the directory that paths start from
 */
export function createRepository(root: string, index: NameIndex): Repository {
  const known = new Map<string, Package | undefined>()
  let onlyService: { readonly name: string | undefined } | undefined
  return {
    findPackage(path) {
      return readAround(path)
    },
    get onlyService() {
      onlyService ??= { name: findOnlyService() }
      return onlyService.name
    },
  }

  function readAt(directory: string): Package | undefined {
    if (!known.has(directory)) known.set(directory, readPackage(root, directory, readAround))
    return known.get(directory)
  }

  function readAround(directory: string): Package {
    for (let around = parentOf(directory); around !== ''; around = parentOf(around)) {
      const found = readAt(around)
      if (found) return found
    }
    return readAt('')!
  }

  /** The root is called like one service, and no directory below is the package of another one. */
  function findOnlyService(): string | undefined {
    const own = new Set(servicesOf(readAt('')))
    if (own.size !== 1 || readAt('')?.isBare) return undefined
    const directories = new Set(
      listFiles(root)
        .files.filter((file) => file.includes('/') && isManifest(file))
        .map(parentOf),
    )
    const isOther = (service: string) => !own.has(service)
    return [...directories].some((directory) => servicesOf(readAt(directory)).some(isOther)) ? undefined : [...own][0]
  }

  function servicesOf(each: Package | undefined): string[] {
    return each?.names.flatMap((name) => index.findByName(name)) ?? []
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Purposes in the names of Dockerfiles, which are no programs. */
const purposeOfImage =
  /^(?:base|build|builder|ci|debug|dev|development|dist|local|prod|production|release|staging|test|alpine|debian|slim|ubuntu|amd64|arm64|multi-?arch|docker|app|main)$/i

/** Returns the name of a Dockerfile without a purpose: `web` for `Dockerfile.dev.web` and `Dockerfile.web.debug`. */
function stemOfImage(file: string): string | undefined {
  const [, after, before] = /^(?:docker|container)file[.-](.+)$|^(.+)[.-](?:docker|container)file$/i.exec(file) ?? []
  const words = (after ?? before)?.split('.') ?? []
  const named = words.filter((word) => !purposeOfImage.test(word))
  return words.length === 0 ? undefined : (named.length === 0 ? words : named).join('.')
}

/** Returns the program whose image a Dockerfile makes, by its name; undefined for `Dockerfile` and `Dockerfile.dev`. */
export function programOfImage(path: string): string | undefined {
  const stem = stemOfImage(basename(path))
  return stem === undefined || purposeOfImage.test(stem) ? undefined : stem
}

/** Returns the name in a segment of a path: `web` for `Dockerfile.web`, `web.Dockerfile` and `web.conf`. */
export function stemOfFile(segment: string): string {
  return stemOfImage(segment) ?? segment.replace(/\.\w+$/, '')
}

function isManifest(file: string): boolean {
  return namedManifest.test(basename(file)) || unnamedManifest.test(basename(file)) || goProgram.test(file)
}

/** Returns the names of the regular files in a directory. */
function filesIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  } catch {
    return []
  }
}

function isImage(folder: string): boolean {
  return filesIn(folder).some((file) => /^(?:dev\.)?dockerfile|\.dockerfile$|^containerfile/i.test(file))
}

function readPackage(root: string, directory: string, readAround: (path: string) => Package): Package | undefined {
  const folder = join(root, directory)
  const files = filesIn(folder).filter((file) => isManifest(`${directory}/${file}`))
  if (files.length === 0 && directory !== '') return undefined
  const texts = new Map<string, string>()
  for (const file of files.filter((each) => namedManifest.test(each) || titledManifest.test(each))) {
    try {
      texts.set(file, readRegularFile(join(folder, file), maxManifestBytes))
    } catch {
      // A manifest without read permission gives no name.
    }
  }
  // `mail/src/main/docker` contains the image of `mail`.
  const isOfParent =
    /(?:^|\/)\.?docker$/.test(directory) && files.every((file) => /^(?:Docker|Container)file$/.test(file))
  if (directory !== '' && (isOfParent || files.every((file) => !namedManifest.test(file)))) {
    const around = readAround(directory)
    return { ...around, directory, names: [basename(folder), ...around.names], isImage: isImage(folder) }
  }
  const { name, dependencies } = parseManifest(
    texts.get('package.json') ?? texts.get('project.json') ?? texts.get('composer.json'),
  )
  const full =
    name ??
    /^name\s*=\s*["']([^"'\n]{1,200})["']/m.exec(texts.get('pyproject.toml') ?? texts.get('Cargo.toml') ?? '')?.[1] ??
    /^module\s+(\S{1,200})$/m.exec(texts.get('go.mod') ?? '')?.[1] ??
    /<artifactId>([^<>\s]{1,200})</.exec((texts.get('pom.xml') ?? '').replace(/<parent>[^]*?<\/parent>/, ''))?.[1] ??
    /^rootProject\.name\s*=\s*["']([^"'\n]{1,200})["']/m.exec(
      texts.get('settings.gradle') ?? texts.get('settings.gradle.kts') ?? '',
    )?.[1]
  const short = full?.replace(/^.*\//, '')
  const names = [short, basename(folder), full?.startsWith('@') ? full : undefined].filter((each) => each !== undefined)
  return { directory, names, dependencies, isImage: isImage(folder), isBare: files.length === 0, fullName: full }
}

function parseManifest(text: string | undefined): { name?: string; dependencies: ReadonlySet<string> } {
  try {
    const manifest = JSON.parse(text ?? '{}') as Readonly<Record<string, unknown>>
    const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
    const dependencies = new Set(fields.flatMap((field) => Object.keys(manifest[field] ?? {})))
    const { name } = manifest
    return typeof name === 'string' ? { name, dependencies } : { dependencies }
  } catch {
    return { dependencies: new Set() }
  }
}
