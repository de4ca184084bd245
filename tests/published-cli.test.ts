import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pack } from './pack.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const shell = process.platform === 'win32'

/** A directory whose `node_modules` has the packed packages, as npm installs them. */
let folder: string
/** The files of the packed CLI. */
let packed: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos published '))
  packed = (await pack('ports-cli', folder)).files
  await pack('ports', folder)
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await run('npm', ['install', ...options, ...tarballs.map((file) => `./${file}`)], { cwd: folder, shell })
})

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

it('@driftos/ports-cli is published as its build, its README, licence, changelog and manifest, and nothing else', async () => {
  // How the build divides the program into chunks is its own matter.
  const names = new Set(
    packed
      .filter((path) => !path.endsWith('.d.ts'))
      .map((path) => path.replace(/^dist\/[\w-]+-[\da-f]{8}\.(c?js)$/, 'dist/<chunk>.$1')),
  )
  expect([...names].toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/<chunk>.cjs',
    'dist/<chunk>.js',
    'dist/bin.cjs',
    'dist/index.js',
    'dist/lint.js',
    'package.json',
  ])

  // Each declaration file is one that a public entry needs.
  const declarations = new Set(['dist/index.d.ts', 'dist/check/lint.d.ts'])
  for (const file of declarations) {
    const text = await readFile(join(root, 'packages/ports-cli', file), 'utf8')
    for (const [, path] of text.matchAll(/(?:from|import\() ?'(\.[^']+)\.js'/g)) {
      declarations.add(posix.join(posix.dirname(file), `${path}.d.ts`))
    }
  }
  expect(packed.filter((path) => path.endsWith('.d.ts')).toSorted()).toEqual([...declarations].toSorted())
})

const common = { scheme: 'http', group: 'apps', status: 'active' }
const tables = {
  services: {
    shop: { port: 4001, containerName: 'shop', variable: 'SHOP_PORT', ...common, summary: 'Shop' },
    search: { port: 4002, containerName: 'search', variable: 'SEARCH_PORT', ...common, summary: 'Search' },
  },
  ranges: { apps: { first: 4000, last: 4009, summary: 'Apps' } },
  history: [],
}
const json = JSON.stringify(tables, null, 2)
const plain = `export const services = ${JSON.stringify(tables.services, null, 2)} as const

export const ranges = ${JSON.stringify(tables.ranges)} as const

export const history = [] as const
`

/** Another repository: a registry with its configuration, and files that use the ports. */
const repositories = {
  'a call of defineRegistry': {
    'ports.ts': `import { defineRegistry } from '@driftos/ports/define'\n\nexport default defineRegistry(${json})\n`,
  },
  'a JSON file': { 'config/ports.json': `${json}\n` },
  'exported tables with CRLF and a byte order mark': { 'src/ports.ts': `\uFEFF${plain.replaceAll('\n', '\r\n')}` },
} as const

describe.each(Object.entries(repositories))('in a repository with %s', (_, registry) => {
  it('edits, releases and checks the registry', async () => {
    const [[file, text]] = Object.entries(registry) as [[string, string]]
    const cli = await makeRepository({
      ...registry,
      'driftos-ports.config.mjs': `import { envExample } from '@driftos/ports-cli'\nexport default { registry: './${file}', generate: [envExample()] }\n`,
      'compose.yml': 'services:\n  shop:\n    ports: ["127.0.0.1:4001:80"]\n',
    })
    await cli.expectCode(1, 'sync', '--check')
    await cli.expectCode(0, 'sync')
    await cli.expectCode(0, 'check')
    await cli.release('1.0.0')

    await cli.expectCode(0, 'add', 'billing', '--group', 'apps', '--summary', 'a "b" \'c\' `d` ${e} \\f')
    await cli.expectCode(2, 'move', 'shop', '4005')
    await cli.expectCode(0, 'move', 'shop', '4005', '--reason', 'a test')
    await cli.expectCode(1, 'check')
    await cli.expectCode(0, 'check', '--fix')
    await cli.expectCode(0, 'retire', 'search', '--reason', 'not used')
    for (const command of ['check', 'sync', 'diff'])
      await cli.expectCode(0, command, ...(command === 'check' ? [] : ['--check']))
    expect(JSON.parse(await cli.expectCode(0, 'diff', '--json'))).toMatchObject({
      since: 'acme@1.0.0',
      bump: 'major',
      release: 'major',
      changes: [{ subject: 'search' }, { subject: 'shop', before: 4001, after: 4005 }, { subject: 'billing' }],
    })
    expect(JSON.parse(await cli.expectCode(0, 'list', '--json'))).toMatchObject({
      services: [
        { service: 'billing', port: 4000, summary: 'a "b" \'c\' `d` ${e} \\f' },
        { service: 'shop', port: 4005 },
      ],
    })
    expect(await cli.read('compose.yml')).toContain('"127.0.0.1:4005:80"')
    expect(await cli.read('.env.example')).toContain('SHOP_PORT=4005')
    expect(await cli.changesets()).toEqual(['port-billing.md', 'port-search.md', 'port-shop.md'])
    for (const part of ['\uFEFF', '\r\n']) expect((await cli.read(file)).includes(part)).toBe(text.includes(part))

    await cli.expectCode(0, 'move', 'shop', '4001', '--reason', 'back')
    expect(await cli.changesets()).toEqual(['port-billing.md', 'port-search.md'])
  })
})

describe('in a repository without a registry', () => {
  it('proposes one that needs no edit before its services can be moved', async () => {
    const cli = await makeRepository({ 'compose.yml': 'services:\n  shop:\n    ports: ["127.0.0.1:4001:80"]\n' })
    await cli.expectCode(2, 'list')
    await cli.expectCode(0, 'init', '--write')
    await cli.expectCode(0, 'sync')
    await cli.expectCode(0, 'check')
    await cli.expectCode(0, 'move', 'shop', '4005', '--reason', 'a test')
    await cli.expectCode(0, 'check', '--fix')
    await cli.expectCode(2, 'diff', '--check')
    await cli.release('1.0.0')
    await cli.expectCode(0, 'diff', '--check')
    await cli.expectCode(0, 'sync', '--check')
    expect(await cli.read('compose.yml')).toContain('"127.0.0.1:4005:80"')
  })
})

/** Makes a git repository below the installed packages, and returns what runs the CLI in it. */
async function makeRepository(files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(folder, 'a repository '))
  const all = { 'package.json': '{ "name": "acme", "version": "1.0.0" }', '.changeset/config.json': '{}', ...files }
  for (const [file, text] of Object.entries(all)) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), text)
  }
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'core.autocrlf=false']
  const git = (...args: string[]) => run('git', [...identity, ...args], { cwd: directory })
  await git('init', '--quiet', '--initial-branch', 'main')
  const bin = join(folder, 'node_modules/@driftos/ports-cli/dist/bin.cjs')
  return {
    read: (file: string) => readFile(join(directory, file), 'utf8'),
    async changesets() {
      const names = await readdir(join(directory, '.changeset'))
      return names.filter((name) => name.endsWith('.md')).toSorted()
    },
    async release(version: string) {
      await git('add', '--all')
      await git('commit', '--quiet', '--message', 'test')
      await git('tag', `acme@${version}`)
    },
    /** Runs a command line, asserts its exit code, and returns its standard output. */
    async expectCode(code: number, ...args: string[]): Promise<string> {
      const result = await run(process.execPath, [bin, ...args], { cwd: directory }).then(
        (output) => ({ ...output, code: 0 }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      )
      expect({ args, code: result.code }, result.stdout + result.stderr).toEqual({ args, code })
      return result.stdout
    },
  }
}
