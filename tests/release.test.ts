import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findService, PORTS, ranges, services, type ServiceName } from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type RegistryServer } from './registry-server.js'
import { root } from './source-files.js'
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.js'

const run = promisify(execFile)
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const hasPython = Boolean(process.env['CI']) || spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('skipped: python3 is missing; ports.json is read by sed only')

const library = '@driftos/ports'
const cli = '@driftos/ports-cli'
const names = Object.keys(services) as ServiceName[]
const moved = names.findLast((name) => firstReservedFor(name) !== undefined)!
const variable = services[moved].variable
const from = PORTS[moved]
const to = firstReservedFor(moved)!
const others = names.filter((name) => name !== moved)
const retired = others.find((name) => (services[name].status as string) === 'legacy') ?? others[0]!
const reason = 'another service does it'

let folder: string
let registry: RegistryServer
let workspace: WorkspaceCopy
let consumer: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-release-'))
  registry = await startRegistry(join(folder, 'registry'))
  workspace = await copyWorkspace(join(folder, 'workspace'), { 'npm_config_@driftos:registry': registry.origin })
  await workspace.write('.npmrc', registry.npmrc)
  await workspace.git('config', 'core.excludesFile', join(folder, 'ignored'))
  await writeFile(join(folder, 'ignored'), '.npmrc\n')
  await beginWithVersion1()
  consumer = join(folder, 'consumer')
  await mkdir(consumer)
  await writeFile(join(consumer, '.npmrc'), registry.npmrc)
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
}, 300_000)

afterAll(async () => {
  await registry?.stop()
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

// One sequence: each test continues from the state that the previous one left.
describe.sequential('a release', { timeout: 300_000 }, () => {
  it('publishes and tags 1.0.0', async () => {
    expect(await workspace.pnpm('release')).toMatchObject({ code: 0 })
    expect(await published()).toEqual({ [library]: ['1.0.0'], [cli]: ['1.0.0'] })
    const { output } = await workspace.git('tag')
    expect(output.trim().split('\n')).toEqual([`${cli}@1.0.0`, `${library}@1.0.0`].toSorted())
  })

  it('gives a consumer on ^1 a version that installs, compiles and runs', async () => {
    await install(`${library}@^1`, `${cli}@^1`)
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })

  it('is required by a move and by a retirement, each of which writes one changeset', async () => {
    expect(await workspace.ports('move', moved, `${to}`, '--reason', 'the old one clashed')).toMatchObject({ code: 0 })
    expect(await workspace.ports('retire', retired, '--reason', reason)).toMatchObject({ code: 0 })
    expect(await workspace.ports('diff', '--check')).toMatchObject({ code: 0 })
    const { output } = await workspace.ports('diff', '--json')
    expect(JSON.parse(output)).toEqual({
      since: `${library}@1.0.0`,
      bump: 'major',
      release: 'major',
      changes: [
        { kind: 'service retired', bump: 'major', subject: retired, before: services[retired].port },
        { kind: 'port changed', bump: 'major', subject: moved, before: from, after: to },
      ],
    })
    const { output: status } = await workspace.git('status', '--porcelain', '--', '.changeset')
    const written = [moved, retired].map((name) => `?? .changeset/port-${name}.md`)
    expect(status.trim().split('\n')).toEqual(written.toSorted())
  })

  it('shows the retired service and its former port', async () => {
    for (const shown of [retired, `${services[retired].port}`]) {
      const { code, output } = await workspace.ports('show', shown)
      expect({ code, output }).toMatchObject({ code: 0 })
      for (const part of [retired, `${services[retired].port}`, reason]) expect(output).toContain(part)
    }
  })

  it('is refused when a changeset declares a moved port as a patch', async () => {
    const files = await changesets()
    const texts = await Promise.all(files.map((name) => workspace.read(`.changeset/${name}`)))
    const asPatch = texts.map((text) => text.replaceAll(': major', ': patch'))
    await Promise.all(files.map((name, index) => workspace.write(`.changeset/${name}`, asPatch[index]!)))
    for (const script of ['version-packages', 'release']) {
      const { code, output } = await workspace.pnpm(script)
      expect({ script, code, output }).toMatchObject({
        code: 1,
        output: expect.stringMatching(/major.*patch/) as string,
      })
    }
    expect(await published()).toEqual({ [library]: ['1.0.0'], [cli]: ['1.0.0'] })
    await Promise.all(files.map((name, index) => workspace.write(`.changeset/${name}`, texts[index]!)))
  })

  it('becomes 2.0.0, with the move in the changelog', async () => {
    expect(await workspace.pnpm('version-packages')).toMatchObject({ code: 0 })
    const changelog = await workspace.read('packages/ports/CHANGELOG.md')
    for (const part of [`\`${moved}\``, `from port ${from} to ${to}`, 'the old one clashed'])
      expect(changelog).toContain(part)
    expect(JSON.parse(await workspace.read('packages/ports/package.json'))).toMatchObject({ version: '2.0.0' })
    expect(await changesets()).toEqual([])
    await commit('release: 2.0.0')
    expect(await workspace.ports('diff', '--check')).toMatchObject({ code: 0 })
  })

  it('completes when run again after a failure half-way', async () => {
    registry.dieAtPublishOf(cli, library)
    expect((await workspace.pnpm('release')).code).not.toBe(0)
    await registry.revive()
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0'] })

    const again = await workspace.pnpm('release')
    expect(again.code, again.output).toBe(0)
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0', '1.0.1'] })
    // The CLI only takes the new registry: a patch.
    const { output } = await workspace.git('tag', '--list', '*@2.0.0', '*@1.0.1')
    expect(output.trim().split('\n')).toEqual([`${cli}@1.0.1`, `${library}@2.0.0`].toSorted())
  })

  it('refuses to publish the same version again', async () => {
    const { code, output } = await workspace.pnpm('--dir', 'packages/ports', 'publish', '--no-git-checks')
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/409|already|over/) as string })
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0', '1.0.1'] })
  })

  it('does not change a consumer on ^1', async () => {
    await run('npm', ['update', ...npmOptions], { cwd: consumer, shell: process.platform === 'win32' })
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })

  it('breaks an upgraded consumer on the lines that relied on what changed, and only there', async () => {
    await install(`${library}@^2`, `${cli}@^1`)
    expect(await compile()).toEqual([
      `index.ts:3 Type '${to}' is not assignable to type '${from}'.`,
      expect.stringMatching(new RegExp(`^index.ts:5 .*retired.*${services[retired].port}.*${reason}`)),
    ])
    expect(await runConsumer()).toMatch(
      new RegExp(`^${to} ${to} PortConfigError: .*${retired}.*retired.*${services[retired].port}.*${reason}`),
    )
  })

  it('is read by other languages from its JSON and its variables', async () => {
    const json = join(consumer, 'node_modules', library, 'dist/ports.json')
    const python = `import json, sys; print(json.load(open(sys.argv[1]))["services"]["${moved}"]["port"])`
    if (hasPython) expect(await outputOf('python3', ['-c', python, json])).toBe(`${to}`)

    const shell = `sed -n '/^    "${moved}": {/,/^    }/s/^ *"port": \\([0-9]*\\),$/\\1/p' "$1"`
    expect(await outputOf('sh', ['-c', shell, 'sh', json])).toBe(`${to}`)

    const bin = join(consumer, 'node_modules/.bin/driftos-ports')
    await writeFile(join(consumer, '.env'), `${await outputOf(bin, ['env', '--format', 'dotenv'])}\n`)
    await writeFile(
      join(consumer, 'compose.yml'),
      `services:\n  web:\n    ports: ["127.0.0.1:\${${variable}:-1}:80"]\n`,
    )
    // As Compose does: the file's variables, then the shell's own rules for \${NAME:-default}.
    const interpolate = `set -a; . ./.env; eval "cat <<END\n$(cat compose.yml)\nEND"`
    expect(await outputOf('sh', ['-c', interpolate])).toBe(`services:\n  web:\n    ports: ["127.0.0.1:${to}:80"]`)
  })

  it('can be downgraded by a consumer', async () => {
    await install(`${library}@1.0.0`, `${cli}@1.0.0`)
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })
})

const publishedFolders = readdirSync(join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .filter((name) => !('private' in JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))))

describe('pnpm pack', { timeout: 300_000 }, () => {
  it.each(publishedFolders)('builds %s, so that the tarball has the current sources and no old files', async (name) => {
    const { summary } = services[moved]
    const registryFile = 'packages/ports/src/registry.ts'
    const marker = `a summary edited after the last build of ${name}`
    const source = await workspace.read(registryFile)
    await workspace.write(registryFile, source.replace(summary, marker))
    await mkdir(join(workspace.root, name, 'dist'), { recursive: true })
    await workspace.write(`${name}/dist/chunk-OLD.js`, 'export {}\n')
    const target = await mkdtemp(join(folder, 'packed-'))

    const { code, output } = await workspace.pnpm('--dir', name, 'pack', '--pack-destination', target)
    await workspace.write(registryFile, source)
    expect(code, output).toBe(0)
    const [tarball] = await readdir(target)
    await run('tar', ['-xzf', tarball!], { cwd: target })
    const dist = join(target, 'package/dist')
    const files = await readdir(dist)
    const texts = await Promise.all(
      files.filter((file) => /\.c?js(on)?$/.test(file)).map((file) => readFile(join(dist, file), 'utf8')),
    )
    expect(texts.some((text) => text.includes(marker))).toBe(true)
    expect(files).not.toContain('chunk-OLD.js')
  })
})

/** Resets both packages to a state before their first release, without changesets. */
async function beginWithVersion1(): Promise<void> {
  for (const file of ['packages/ports/package.json', 'packages/ports-cli/package.json']) {
    await workspace.write(file, (await workspace.read(file)).replace(/"version": ".*"/, '"version": "1.0.0"'))
  }
  for (const name of await changesets()) await rm(join(workspace.root, '.changeset', name))
  await commit('feat: add the registry')
}

async function commit(title: string): Promise<void> {
  await workspace.git('add', '--all')
  expect(await workspace.git('commit', '--quiet', '--message', title)).toMatchObject({ code: 0 })
}

async function changesets(): Promise<string[]> {
  return (await readdir(join(workspace.root, '.changeset'))).filter((name) => name.endsWith('.md'))
}

async function published(): Promise<Record<string, string[]>> {
  return { [library]: await registry.versionsOf(library), [cli]: await registry.versionsOf(cli) }
}

const npmOptions = ['--prefer-online', '--no-audit', '--no-fund', '--ignore-scripts']

async function install(...packages: string[]): Promise<void> {
  await run('npm', ['install', ...npmOptions, ...packages], { cwd: consumer, shell: process.platform === 'win32' })
}

/** Returns the type errors of a program that relies on the port to be moved and uses the service to be retired. */
async function compile(): Promise<string[]> {
  const text = `import { getPort, PORTS } from '@driftos/ports'
const env = {}
const port: ${from} = PORTS.${moved}
const ask = (): number =>
  getPort('${retired}', env)
try {
  console.log(port, getPort('${moved}', env), ask())
} catch (error) {
  console.log(port, getPort('${moved}', env), String(error))
}
`
  await writeFile(join(consumer, 'index.ts'), text)
  const options = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--pretty', 'false']
  const types = ['--typeRoots', join(workspace.root, 'node_modules/@types')]
  const { stdout } = await run(process.execPath, [tsc, ...options, ...types, 'index.ts'], { cwd: consumer }).catch(
    (error: { stdout: string }) => error,
  )
  return stdout.split('\n').flatMap((line) => {
    const match = /^(index\.ts)\((\d+),\d+\): error TS\d+: (.*)/.exec(line)
    return match ? [`${match[1]}:${match[2]} ${match[3]}`] : line.includes('error TS') ? [line] : []
  })
}

function runConsumer(): Promise<string> {
  return outputOf(process.execPath, ['index.js'])
}

async function outputOf(program: string, args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd: consumer, shell: false })
  return stdout.trim()
}

/** Returns the first reserved number in the range of a service. */
function firstReservedFor(name: ServiceName): number | undefined {
  const { group } = services[name] as { group?: keyof typeof ranges }
  const range = Object.entries(ranges).find(([key]) => key === group)?.[1]
  if (range === undefined || !('reserved' in range)) return undefined
  const { first, last } = range.reserved
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).find(
    (port) => findService(port)?.status === 'reserved',
  )
}
