import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

it('@driftos/ports-cli is published as its build, its README, licence, changelog and manifest, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  // `prepack` would replace `dist` while other tests use it.
  const args = [
    '--yes',
    '--prefer-offline',
    packageManager,
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]
  const cwd = join(root, 'packages/ports-cli')
  const { stdout } = await promisify(execFile)('npx', args, { cwd, shell: process.platform === 'win32' })
  const { files } = JSON.parse(stdout) as { files: { path: string }[] }

  const paths = files.map(({ path }) => path)
  // How the build divides the program into chunks is its own matter.
  const names = new Set(
    paths
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
    const text = await readFile(join(cwd, file), 'utf8')
    for (const [, path] of text.matchAll(/(?:from|import\() ?'(\.[^']+)\.js'/g)) {
      declarations.add(posix.join(posix.dirname(file), `${path}.d.ts`))
    }
  }
  expect(paths.filter((path) => path.endsWith('.d.ts')).toSorted()).toEqual([...declarations].toSorted())
}, 60_000)
