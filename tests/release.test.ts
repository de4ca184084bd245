import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findService, PORTS, ranges, services } from '@driftos/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type RegistryServer } from './registry-server.js'
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.js'

const run = promisify(execFile)
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const library = '@driftos/ports'
const cli = '@driftos/ports-cli'
const from = PORTS.demo
const to = firstReserved()
const retired = 'legacyEmbedding'

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
}, 60_000)

// One story: each part begins where the one before it ended.
describe.sequential('a release', { timeout: 300_000 }, () => {
  it('of 1.0.0 is published, and tagged', async () => {
    expect(await workspace.pnpm('release')).toMatchObject({ code: 0 })
    expect(await published()).toEqual({ [library]: ['1.0.0'], [cli]: ['1.0.0'] })
    const { output } = await workspace.git('tag')
    expect(output.trim().split('\n')).toEqual([`${cli}@1.0.0`, `${library}@1.0.0`].toSorted())
  })

  it('is what a consumer on ^1 installs, compiles with and runs', async () => {
    await install(`${library}@^1`, `${cli}@^1`)
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })

  it('is demanded by a move and a retirement, as one changeset each', async () => {
    expect(await workspace.ports('move', 'demo', `${to}`, '--reason', 'the old one clashed')).toMatchObject({ code: 0 })
    expect(await workspace.ports('retire', retired, '--reason', 'embed does it')).toMatchObject({ code: 0 })
    expect(await workspace.ports('diff', '--check')).toMatchObject({ code: 0 })
    const { output } = await workspace.ports('diff', '--json')
    expect(JSON.parse(output)).toEqual({
      since: `${library}@1.0.0`,
      bump: 'major',
      release: 'major',
      changes: [
        { kind: 'service retired', bump: 'major', subject: retired, before: services[retired].port },
        { kind: 'port changed', bump: 'major', subject: 'demo', before: from, after: to },
      ],
    })
    const { output: status } = await workspace.git('status', '--porcelain', '--', '.changeset')
    expect(status).toBe(`?? .changeset/move-demo-${to}.md\n?? .changeset/retire-${retired}.md\n`)
  })

  it('names the retired service, and the port that it held', async () => {
    const told = `${services[retired].port} was ${retired}'s until it was retired: embed does it.\n`
    expect(await workspace.ports('show', `${services[retired].port}`)).toEqual({ code: 0, output: told })
    expect(await workspace.ports('show', retired)).toEqual({ code: 0, output: told })
  })

  it('is stopped by a changeset that calls a moved port a patch', async () => {
    const names = await changesets()
    const texts = await Promise.all(names.map((name) => workspace.read(`.changeset/${name}`)))
    const asPatch = texts.map((text) => text.replaceAll(': major', ': patch'))
    await Promise.all(names.map((name, index) => workspace.write(`.changeset/${name}`, asPatch[index]!)))
    const demand = `The registry demands a major release of ${library}, and the changesets make it patch.`
    for (const script of ['version-packages', 'release']) {
      const { code, output } = await workspace.pnpm(script)
      expect({ script, code, output }).toMatchObject({ code: 1, output: expect.stringContaining(demand) as string })
    }
    expect(await published()).toEqual({ [library]: ['1.0.0'], [cli]: ['1.0.0'] })
    await Promise.all(names.map((name, index) => workspace.write(`.changeset/${name}`, texts[index]!)))
  })

  it('becomes 2.0.0, with the move in the changelogs of the packages and of the apps', async () => {
    expect(await workspace.pnpm('version-packages')).toMatchObject({ code: 0 })
    for (const name of ['packages/ports', 'packages/ports-cli', 'apps/demo', 'apps/gateway']) {
      const changelog = await workspace.read(`${name}/CHANGELOG.md`)
      expect(changelog).toContain(
        `\`demo\` moved from ${from} to ${to}: the old one clashed; set DEMO_PORT=${from} to stay.`,
      )
    }
    expect(JSON.parse(await workspace.read('packages/ports/package.json'))).toMatchObject({ version: '2.0.0' })
    expect(await changesets()).toEqual([])
    await commit('release: 2.0.0')
    expect(await workspace.ports('diff', '--check')).toMatchObject({ code: 0 })
  })

  it('that dies half-way is completed by running it again', async () => {
    registry.dieAtPublishOf(cli, library)
    expect((await workspace.pnpm('release')).code).not.toBe(0)
    await registry.revive()
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0'] })

    const again = await workspace.pnpm('release')
    expect(again.code, again.output).toBe(0)
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0', '2.0.0'] })
    const { output } = await workspace.git('tag', '--list', '*@2.0.0')
    expect(output.trim().split('\n')).toEqual([`${cli}@2.0.0`, `${library}@2.0.0`].toSorted())
  })

  it('is never published again under the same version', async () => {
    const { code, output } = await workspace.pnpm('--dir', 'packages/ports', 'publish', '--no-git-checks')
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/409|already|over/) as string })
    expect(await published()).toEqual({ [library]: ['1.0.0', '2.0.0'], [cli]: ['1.0.0', '2.0.0'] })
  })

  it('leaves a consumer on ^1 as it was', async () => {
    await run('npm', ['update', ...npmOptions], { cwd: consumer, shell: process.platform === 'win32' })
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })

  it('breaks an upgraded consumer on the lines that relied on what changed, and only there', async () => {
    await install(`${library}@^2`, `${cli}@^2`)
    expect(await compile()).toEqual([
      `index.ts:3 Type '${to}' is not assignable to type '${from}'.`,
      expect.stringMatching(
        new RegExp(`^index.ts:5 .*"retired, it held port ${services[retired].port}: embed does it"`),
      ),
    ])
    expect(await runConsumer()).toBe(
      `${to} ${to} PortConfigError: service="${retired}" is retired, it held port ${services[retired].port}: embed does it`,
    )
  })

  it('is read by other languages from its JSON and its variables', async () => {
    const json = join(consumer, 'node_modules', library, 'dist/ports.json')
    const python = `import json, sys; print(json.load(open(sys.argv[1]))["services"]["demo"]["port"])`
    expect(await outputOf('python3', ['-c', python, json])).toBe(`${to}`)

    const shell = `sed -n '/^    "demo": {/,/^    }/s/^ *"port": \\([0-9]*\\),$/\\1/p' "$1"`
    expect(await outputOf('sh', ['-c', shell, 'sh', json])).toBe(`${to}`)

    const bin = join(consumer, 'node_modules/.bin/driftos-ports')
    await writeFile(join(consumer, '.env'), `${await outputOf(bin, ['env', '--format', 'dotenv'])}\n`)
    await writeFile(join(consumer, 'compose.yml'), `services:\n  demo:\n    ports: ["127.0.0.1:\${DEMO_PORT:-1}:80"]\n`)
    // As Compose does: the file's variables, then the shell's own rules for \${NAME:-default}.
    const interpolate = `set -a; . ./.env; eval "cat <<END\n$(cat compose.yml)\nEND"`
    expect(await outputOf('sh', ['-c', interpolate])).toBe(`services:\n  demo:\n    ports: ["127.0.0.1:${to}:80"]`)
  })

  it('can be gone back from', async () => {
    await install(`${library}@1.0.0`, `${cli}@1.0.0`)
    expect(await compile()).toEqual([])
    expect(await runConsumer()).toBe(`${from} ${from} ${services[retired].port}`)
  })
})

/** Sets both packages back to before their first release, with nothing pending. */
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

/** What does not compile of a program that relies on the port of demo and asks for a service that will be retired. */
async function compile(): Promise<string[]> {
  const text = `import { getPort, PORTS } from '@driftos/ports'
const env = {}
const demo: ${from} = PORTS.demo
const ask = (): number =>
  getPort('${retired}', env)
try {
  console.log(demo, getPort('demo', env), ask())
} catch (error) {
  console.log(demo, getPort('demo', env), String(error))
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

function firstReserved(): number {
  const { first, last } = ranges.services.reserved
  for (let port = first; port <= last; port++) if (findService(port)?.status === 'reserved') return port
  throw new Error('the range of the services has no reserved number left: give the story another service to move')
}
