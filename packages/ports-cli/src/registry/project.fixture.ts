import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, onTestFinished } from 'vitest'
import { run } from '../cli.fixture.js'
import * as example from '../example.fixture.js'
import type { Tables } from '../project/source.js'

/** The source of a registry in the layout of that of this repository. */
export const exampleSource = readFileSync(new URL('../example.fixture.ts', import.meta.url), 'utf8')

/** The tables of that registry. */
export const exampleTables: Tables = { ...example }

/** Generators of the fixture: those of this package take seconds to load, and have their own tests. */
const config = (registry: string) => `export default {
  registry: './${registry}',
  generate: [
    { file: 'docs/PORTS.md', render: (registry) => JSON.stringify(registry, null, 2) },
    { file: '.env.example', render: ({ services }) => Object.values(services).map(({ variable, port }) => variable + '=' + port).join('\\n') },
  ],
}
`

/** Another repository with a registry, a generator or two and changesets, in a directory with a space, until the test ends. */
export async function makeProject(
  registry: Readonly<Record<string, string>>,
  more?: Readonly<Record<string, string>>,
): Promise<string> {
  return writeProject(onTestFinished, registry, more)
}

/** Makes a project like {@link makeProject}, for all tests of a file. */
export async function makeSharedProject(registry: Readonly<Record<string, string>>): Promise<string> {
  return writeProject(afterAll, registry)
}

async function writeProject(
  onEnd: (remove: () => Promise<void>) => void,
  registry: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = { '.changeset/config.json': '{ "baseBranch": "main" }\n' },
): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'driftos-test-'))
  onEnd(() => rm(parent, { recursive: true, force: true }))
  const root = join(parent, 'a project')
  const [file] = Object.keys(registry)
  const files = {
    'package.json': '{ "name": "acme", "version": "1.0.0" }\n',
    'driftos-ports.config.ts': config(file!),
    ...registry,
    ...more,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

/** Makes the project a git repository with one commit, which is a release where a version is given. */
export async function commit(root: string, version?: string): Promise<void> {
  await git(root, 'init', '--quiet', '--initial-branch', 'main')
  await git(root, 'add', '--all')
  await git(root, 'commit', '--quiet', '--allow-empty', '--message', 'test')
  if (version !== undefined) await git(root, 'tag', `acme@${version}`)
}

/** Runs git and returns its output. */
export async function git(root: string, ...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'core.autocrlf=false']
  const { stdout } = await promisify(execFile)('git', [...identity, ...args], { cwd: root })
  return stdout
}

/** Runs a command line in a project. */
export function cli(root: string, ...args: string[]) {
  return run(args, {}, false, root)
}
