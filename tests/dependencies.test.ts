import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minVersion, satisfies } from 'semver'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

interface Package {
  readonly folder: string
  readonly manifest: Manifest
}

function readPackage(folder: string): Package {
  return { folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest }
}

/** Returns the package that Node resolves by this name from a directory; undefined when it is not installed. */
function findInstalled(from: string, name: string): Package | undefined {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return readPackage(realpathSync(candidate))
  }
  return undefined
}

/** Returns the direct and indirect runtime dependencies of a package, without the packages of this workspace. */
function closureOf(start: Package, kinds: readonly ('dependencies' | 'optionalDependencies')[]): Map<string, Package> {
  const found = new Map<string, Package>()
  const look = ({ folder, manifest }: Package) => {
    for (const name of kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))) {
      const next = findInstalled(folder, name)
      const id = `${name}@${next?.manifest.version}`
      if (!next || found.has(id)) continue
      if (!name.startsWith('@driftos/')) found.set(id, next)
      look(next)
    }
  }
  look(start)
  return found
}

/** Returns the published packages and those that the processes consist of, without build and test packages. */
async function listRunning(): Promise<Package[]> {
  const folders = (
    await Promise.all(
      ['apps', 'packages'].map(async (parent) =>
        (await readdir(join(root, parent))).map((name) => join(root, parent, name)),
      ),
    )
  ).flat()
  const packages = folders.filter((folder) => existsSync(join(folder, 'package.json'))).map(readPackage)
  return packages.filter(({ manifest }) => !/^@driftos\/(config|testing)$/.test(manifest.name))
}

const running = await listRunning()
const published = running.filter(({ manifest }) => !manifest.private)

describe('docs/SECURITY-MODEL.md', () => {
  it('lists every runtime dependency with its users and its number of transitive packages', async () => {
    const users = new Map<string, { folder: string; users: string[] }>()
    for (const { folder, manifest } of running) {
      const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      for (const name of names.filter((one) => !one.startsWith('@driftos/'))) {
        const known = users.get(name) ?? { folder, users: [] }
        users.set(name, { ...known, users: [...known.users, manifest.name.replace('@driftos/', '')] })
      }
    }
    const wanted = [...users].map(([name, { folder, users: by }]) => {
      const start = findInstalled(folder, name)!
      return `| ${name} | ${by.join(', ')} | ${closureOf(start, ['dependencies']).size} |`
    })
    const text = await readFile(join(root, 'docs/SECURITY-MODEL.md'), 'utf8')
    const table = text.slice(text.indexOf('| dependency |')).split('\n\n', 1)[0]!.split('\n').slice(2)
    const rows = table.map((line) =>
      line
        .split('|')
        .slice(0, 4)
        .map((cell) => cell.trim()),
    )
    expect(rows.map(([, ...cells]) => `| ${cells.join(' | ')} |`).toSorted()).toEqual(wanted.toSorted())
    for (const line of table) expect(line).toMatch(/^(\| [^|]*[^| ] ){5}\|$/)
  })
})

describe('published packages and their dependencies', () => {
  it('run no script at install', () => {
    const atInstall = /^(pre|post)?(install|prepare)$|^prepublish$/
    const all = published.flatMap((each) => [
      each,
      ...closureOf(each, ['dependencies', 'optionalDependencies']).values(),
    ])
    expect(all.length).toBeGreaterThan(published.length)
    // `prepare` and `prepublish` of a package from the registry ran when it was published.
    const scripts = all.flatMap(({ folder, manifest: { name, scripts: own = {} } }) =>
      Object.keys(own)
        .filter((script) => atInstall.test(script) && (name.startsWith('@driftos/') || script.endsWith('install')))
        .concat(existsSync(join(folder, 'binding.gyp')) ? ['node-gyp rebuild'] : [])
        .map((script) => `${name}: ${script}`),
    )
    expect(scripts).toEqual([])
  })
})

interface Lock {
  readonly packages: Readonly<Record<string, { readonly engines?: { readonly node?: string } }>>
}

const lock = parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')) as Lock

describe('pnpm-lock.yaml', () => {
  it('has only versions that run on the lowest supported Node', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }
    const lowest = minVersion(engines.node)!.version
    const refusing = Object.entries(lock.packages)
      .filter(([, { engines: { node = '*' } = {} }]) => !satisfies(lowest, node))
      .map(
        ([id, { engines: wanted }]) => `${id} needs Node ${wanted?.node}: set a version for ${lowest} in "overrides"`,
      )
    expect(Object.keys(lock.packages).length).toBeGreaterThan(0)
    expect(refusing).toEqual([])
  })

  it('has the optional packages of every platform', async () => {
    const names = new Set(Object.keys(lock.packages).map((id) => id.slice(0, id.lastIndexOf('@'))))
    const store = join(root, 'node_modules', '.pnpm')
    const manifests = (await listInstalled(store)).map((folder) => readPackage(folder).manifest)
    const withOptional = manifests.filter(({ optionalDependencies }) => optionalDependencies)
    expect(withOptional.length).toBeGreaterThan(0)
    const missing = withOptional.flatMap(({ name, version, optionalDependencies }) =>
      Object.keys(optionalDependencies!)
        .filter((optional) => !names.has(optional))
        .map((optional) => `${name}@${version} lacks ${optional}: run pnpm install --fix-lockfile`),
    )
    expect(missing).toEqual([])
  })
})

/** Returns the directory of every installed package of pnpm's virtual store. */
async function listInstalled(store: string): Promise<string[]> {
  const folders = await Promise.all(
    (await readdir(store)).map(async (entry) => {
      const modules = join(store, entry, 'node_modules')
      const entries = existsSync(modules) ? await readdir(modules, { withFileTypes: true }) : []
      const scoped = entries.filter(({ name }) => name.startsWith('@'))
      const nested = await Promise.all(scoped.map(({ name }) => readdir(join(modules, name), { withFileTypes: true })))
      return [...entries, ...nested.flat()]
        .filter((each) => each.isDirectory())
        .map((each) => join(each.parentPath, each.name))
    }),
  )
  return folders.flat().filter((folder) => existsSync(join(folder, 'package.json')))
}
