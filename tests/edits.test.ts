import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { history, ranges, retired, services, type ServiceName } from '@driftos/ports'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { run, type Output } from '../packages/ports-cli/src/cli.fixture.js'
import { freePorts } from '../packages/ports-cli/src/project/reserved.js'
import { listSourceFiles, root } from './source-files.js'
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.js'

/** The part of a `tsconfig.json` that this test uses. */
interface Config {
  readonly compilerOptions?: object
  readonly include?: readonly string[]
}

const names = Object.keys(services) as ServiceName[]
/** Legal names: words of texts, settings and languages, and names whose default variable has another meaning. */
const added = ['api', 'server', 'proxy', 'database', 'billing', 'worker', 'port', 'default', 'invoiceDesk2']

/** The commands of CONTRIBUTING.md that change the registry. */
const documented = Array.from(
  readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').matchAll(/^pnpm ports ((?:move|add|retire) .*?) *(?:#.*)?$/gm),
  ([, line]) => line!,
)

let workspace: WorkspaceCopy

beforeAll(async () => {
  workspace = await copyWorkspace(await mkdtemp(join(tmpdir(), 'driftos edits ')), {})
  await workspace.git('add', '--all')
  await workspace.git('commit', '--quiet', '--message', 'test')
})

afterEach(async () => {
  await workspace.git('reset', '--hard', '--quiet')
  await workspace.git('clean', '-d', '--force', '--quiet')
})

afterAll(() => rm(workspace.root, { recursive: true, force: true, maxRetries: 3 }))

describe('this repository', () => {
  it('documents an example of every edit', () => {
    expect(documented.map((line) => line.split(' ')[0])).toEqual(['move', 'add', 'retire'])
  })

  it.each(names)('needs no edit by hand after `move %s`', async (name) => {
    await edit('move', name, `${freePort(name)}`)
    expect(await findProblems()).toEqual([])
  })

  it.each(names)('needs no edit of a generated file after `retire %s`', async (name) => {
    await edit('retire', name)
    expect(await findProblems()).toEqual([])
  })

  it('needs no edit by hand after services with any legal names are added', async () => {
    for (const name of added) await add(name)
    expect(await findProblems()).toEqual([])
  })

  it.each(documented)('needs no edit of a generated file after `%s` of CONTRIBUTING.md', async (line) => {
    const [name] = names
    const command = line.replace('<service>', name!).replace('<port>', `${freePort(name!)}`)
    const args = command.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ''))
    expect(await cli(...args)).toMatchObject({ code: 0, stderr: '' })
    expect(await findProblems()).toEqual([])
  })

  it('needs no edit by hand after two services swap their ports', async () => {
    const one = names.find((name) => names.some((other) => services[other].port === nextPort(name)))!
    const other = names.find((name) => services[name].port === nextPort(one))!
    await edit('move', one, `${services[other].port}`, other, `${services[one].port}`)
    expect(await findProblems()).toEqual([])
  })
})

describe('the types of this repository', { timeout: 600_000 }, () => {
  it('have no error once every service has another port and more are added', async () => {
    await edit('move', ...names.flatMap((name) => [name, `${nextPort(name)}`]))
    for (const name of added) await add(name)
    expect(await findTypeErrors()).toEqual([])
  })

  it.each([0, 1])(
    'have errors only in files that `retire` lists (services %i, and every second one after it)',
    async (first) => {
      const listed = new Set<string>()
      for (const name of names.filter((_, index) => index % 2 === first)) {
        const { stdout } = await edit('retire', name, '--json')
        const { usages } = JSON.parse(stdout) as { usages: { file: string }[] }
        for (const { file } of usages) listed.add(file)
      }
      const errors = await findTypeErrors()
      expect(errors.filter((error) => !listed.has(error.split('(')[0]!))).toEqual([])
      expect(errors.filter((error) => /^(?:packages\/(?:ports|ports-cli|port-scanner)|deploy)\//.test(error))).toEqual(
        [],
      )
    },
  )
})

async function edit(command: string, ...args: string[]): Promise<Output> {
  const output = await cli(command, ...args, '--reason', 'a test')
  expect(output).toMatchObject({ code: 0, stderr: '' })
  return output
}

/** Adds a service to the range with a free port that has the most of them. */
async function add(name: string): Promise<void> {
  const [largest] = Object.entries(ranges).toSorted(
    ([, one], [, other]) => other.last - other.first - (one.last - one.first),
  )
  const args = ['--group', largest![0], '--summary', `A service with the name ${name}`]
  expect(await cli('add', name, ...args)).toMatchObject({ code: 0, stderr: '' })
}

/** Returns what `sync --check` and `check` print about this repository, and their exit codes other than 0. */
async function findProblems(): Promise<string[]> {
  const sync = await cli('sync', '--check')
  const check = await cli('check', '--format', 'tsc')
  return [sync, check].flatMap(({ code, stdout, stderr }) => {
    const text = `${stdout}${stderr}${code === 0 ? '' : `exit code ${code}`}`
    return text.split('\n').filter(Boolean)
  })
}

/** Runs the CLI in this process, which is ready sooner than a new one. */
function cli(...args: string[]): Promise<Output> {
  return run(args, {}, false, workspace.root)
}

function groupOf(name: ServiceName): keyof typeof ranges | undefined {
  return 'group' in services[name] ? services[name].group : undefined
}

/** Returns a free port in the range of a service, or the next one outside of all ranges. */
function freePort(name: ServiceName): number {
  const own = groupOf(name)
  const span = own ? ranges[own] : { first: services[name].port, last: 32_767 }
  const isOutside = (port: number) => Object.values(ranges).every(({ first, last }) => port < first || port > last)
  for (const port of freePorts(span, { services, ranges, history, retired })) {
    if (own || isOutside(port)) return port
  }
  throw new Error(`Expected a free port for ${name}: make its range larger.`)
}

/** Returns the port of the next service of the same range, or a free port for the only one. */
function nextPort(name: ServiceName): number {
  const own = groupOf(name)
  const others = own ? names.filter((other) => groupOf(other) === own) : [name]
  const next = others[(others.indexOf(name) + 1) % others.length]!
  return next === name ? freePort(name) : services[next].port
}

/** Returns the type errors of all packages. One run checks all packages with the same options, which is faster. */
async function findTypeErrors(): Promise<string[]> {
  const groups = new Map<string, { readonly directory: string; readonly include: string[] }>()
  for (const file of listSourceFiles().filter((path) => path.endsWith('/tsconfig.json'))) {
    const { compilerOptions, include = [] } = JSON.parse(await workspace.read(file)) as Config
    const key = JSON.stringify(compilerOptions)
    const directory = dirname(file)
    const group = groups.get(key) ?? { directory, include: [] }
    // The tests in `packaging` import builds, which the copy does not have.
    const own = include.filter((path) => path !== 'packaging')
    group.include.push(...own.map((path) => relative(group.directory, join(directory, path))))
    if (own.length > 0) groups.set(key, group)
  }
  const errors: string[] = []
  for (const { directory, include } of groups.values()) {
    const config = `${directory}/tsconfig.all.json`
    await workspace.write(config, JSON.stringify({ extends: './tsconfig.json', include }))
    const tsc = ['node_modules/typescript/bin/tsc', '-p', config, '--pretty', 'false']
    const { stdout } = await promisify(execFile)(process.execPath, tsc, { cwd: workspace.root }).catch(
      (error: { stdout: string }) => error,
    )
    errors.push(...stdout.split('\n').filter((line) => /\): error TS/.test(line)))
  }
  return errors
}
