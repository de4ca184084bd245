import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

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

/** The package that another one gets by a name, as Node looks for it; undefined where it is not installed. */
function findInstalled(from: string, name: string): Package | undefined {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return readPackage(realpathSync(candidate))
  }
  return undefined
}

/** All that a package depends on at run time, however indirectly, without the workspace's own. */
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

/** Every package of the workspace that runs: what is published, and what the processes are made of. */
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
  it('has a line for every dependency at run time, with who uses it and how many packages it brings along', async () => {
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
    const said = table.map((line) =>
      line
        .split('|')
        .slice(0, 4)
        .map((cell) => cell.trim()),
    )
    expect(said.map(([, ...cells]) => `| ${cells.join(' | ')} |`).toSorted()).toEqual(wanted.toSorted())
    for (const line of table) expect(line).toMatch(/^(\| [^|]*[^| ] ){5}\|$/)
  })
})

describe('what is published', () => {
  it('runs nothing at install, nor does anything that it brings along', () => {
    const atInstall = /^(pre|post)?(install|prepare)$|^prepublish$/
    const all = published.flatMap((each) => [
      each,
      ...closureOf(each, ['dependencies', 'optionalDependencies']).values(),
    ])
    expect(all.length).toBeGreaterThan(published.length)
    // `prepare` and `prepublish` of what comes from the registry run at its publication, not at its installation.
    const scripts = all.flatMap(({ folder, manifest: { name, scripts: own = {} } }) =>
      Object.keys(own)
        .filter((script) => atInstall.test(script) && (name.startsWith('@driftos/') || script.endsWith('install')))
        .concat(existsSync(join(folder, 'binding.gyp')) ? ['node-gyp rebuild'] : [])
        .map((script) => `${name}: ${script}`),
    )
    expect(scripts).toEqual([])
  })
})
