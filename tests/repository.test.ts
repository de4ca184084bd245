import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { history, PORTS } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import config from '../driftos-ports.config.js'
import { findPlace } from '../packages/stack/src/place.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const held = new Set<number>(Object.values(PORTS))
const retired = history.map(({ from }) => from).find((port) => !held.has(port))
const cli = 'packages/ports-cli/src/bin.ts'
const run = promisify(execFile)

describe('pnpm ports sync', () => {
  it('finds every generated file up to date', async () => {
    await expect(
      run(process.execPath, ['--import', 'tsx', '--conditions=@driftos/source', cli, 'sync', '--check'], { cwd: root }),
    ).resolves.toMatchObject({ stdout: '', stderr: '' })
  })
})

describe('the style sheets of the website and the demo', () => {
  it('have the same colours', async () => {
    const [website, demo] = await Promise.all(
      ['website', 'demo'].map(async (app) => colorsOf(await read(`apps/${app}/src/page/page.css`))),
    )
    const shared = [...website!.keys()].filter((name) => demo!.has(name))
    expect(shared).toContain('dark --accent')
    expect(shared.map((name) => [name, demo!.get(name)])).toEqual(shared.map((name) => [name, website!.get(name)]))
  })

  /** Returns the variables of a style sheet, in light and dark. */
  function colorsOf(css: string): Map<string, string> {
    const blocks = [...css.matchAll(/:root \{([^}]*)\}/g)].slice(0, 2)
    return new Map(
      blocks.flatMap(([, block], index) =>
        [...block!.matchAll(/(--[\w-]+): ([^;]+);/g)].map(
          ([, name, value]) => [`${index === 0 ? 'light' : 'dark'} ${name}`, value!] as const,
        ),
      ),
    )
  }
})

describe('the name of the compose project', () => {
  it('is the configured one for the compose file, the stack and the command line', async () => {
    const compose = parse(await read('deploy/docker/docker-compose.yml')) as { name: string }
    expect(compose.name).toBe(`\${COMPOSE_PROJECT_NAME:-${config.composeProject}}`)
    for (const offset of ['0', '100']) {
      const shell = { PATH: process.env['PATH'], CI: 'true', DRIFTOS_PORT_OFFSET: offset }
      const { env } = await findPlace(shell, false)
      const print = ['-e', 'console.log(process.env.COMPOSE_PROJECT_NAME)']
      const args = ['run', Object.keys(PORTS)[0]!, '--no-env-file', '--', process.execPath, ...print]
      const { stdout } = await run(
        process.execPath,
        ['--import', 'tsx', '--conditions=@driftos/source', cli, ...args],
        { cwd: root, env: shell },
      )
      expect(stdout.trim()).toBe(env['COMPOSE_PROJECT_NAME'])
      expect(stdout).toMatch(new RegExp(`^${config.composeProject}${offset === '0' ? '' : '-'}`))
    }
  })
})

describe('.env.example', () => {
  it('names every variable that a process reads', async () => {
    const example = await read('.env.example')
    const directories = ['apps', 'packages'].flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => join(root, parent, name, 'src')),
    )
    const sources = directories
      .filter((directory) => existsSync(directory) && !/port-scanner|testing/.test(directory))
      .flatMap((directory) => readdirSync(directory, { recursive: true }).map((file) => join(directory, String(file))))
      .filter((file) => /\.tsx?$/.test(file) && !/\.(test|fixture|test-d)\./.test(file))
    const names = new Map(
      sources.flatMap((file) => variablesIn(readFileSync(file, 'utf8')).map((name) => [name, file])),
    )
    expect(names.size).toBeGreaterThan(20)
    expect([...names].filter(([name]) => !new RegExp(`\\b${name}\\b`).test(example))).toEqual([])
  })
})

/** The variables that a source reads, in the forms that this repository uses. */
function variablesIn(source: string): string[] {
  const reads = /\benv\??\.?\[\s*'([A-Z]\w*)'|\bread\w*\(\s*'([A-Z][A-Z\d_]+)'|Variable = '([A-Z][A-Z\d_]+)'/g
  const lists = /\[((?:\s*'[A-Z][A-Z\d_]+',?)+)\s*\]\.map\((?:read\b|\(name\))/g
  const patterns = /\{([^{}]*)\}\s*(?::\s*Env\b|=\s*(?:\w+\.)?env\b)/g
  return [
    ...Array.from(source.matchAll(reads), (match) => match.slice(1).find(Boolean)!),
    ...Array.from(source.matchAll(lists), ([, list]) => list!.match(/[A-Z][A-Z\d_]+/g) ?? []).flat(),
    ...Array.from(source.matchAll(patterns), ([, list]) => list!.match(/\b[A-Z][A-Z\d_]+\b/g) ?? []).flat(),
  ]
}

describe('turbo.json', () => {
  it('refuses an app that depends on another app', async () => {
    const copy = await makeFolder(tmpdir())
    await writeFile(join(copy, 'package.json'), await read('package.json'))
    await writeFile(join(copy, 'pnpm-workspace.yaml'), 'packages: [apps/*]')
    await writeFile(join(copy, 'turbo.json'), await read('turbo.json'))
    for (const app of ['core', 'gateway']) {
      await mkdir(join(copy, 'apps', app, 'src'), { recursive: true })
      await cp(join(root, 'apps', app, 'turbo.json'), join(copy, 'apps', app, 'turbo.json'))
      const dependencies = app === 'core' ? { '@driftos/gateway': 'workspace:^' } : {}
      await writeFile(
        join(copy, 'apps', app, 'package.json'),
        JSON.stringify({ name: `@driftos/${app}`, dependencies }),
      )
    }
    await run('git', ['init', '-q'], { cwd: copy })
    await expect(bin('turbo', ['boundaries'], copy)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('consider adding one of the following tags'),
    })
  })
})

describe('pnpm typecheck', () => {
  it.each([
    ["getPort('unregistered')", `Argument of type '"unregistered"' is not assignable`],
    ['const port: RegisteredPort = 4000', "Type '4000' is not assignable"],
    [`const port: RegisteredPort = ${retired}`, `Type '${retired}' is not assignable`],
    ["const origin: LocalOrigin = 'http://localhost:4000'", `Type '"http://localhost:4000"' is not assignable`],
  ])('refuses %s in an app', async (line, error) => {
    const folder = await makeFolder(join(root, 'apps', 'core'))
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', include: ['wrong.ts'] }),
    )
    await writeFile(
      join(folder, 'wrong.ts'),
      `import { getPort, type LocalOrigin, type RegisteredPort } from '@driftos/ports'\nexport ${line.startsWith('const') ? line : `const used = ${line}`}\nexport const names = [getPort] as (LocalOrigin | RegisteredPort | typeof getPort)[]\n`,
    )
    await expect(bin('tsc', ['-p', folder, '--pretty', 'false'], root)).rejects.toMatchObject({
      stdout: expect.stringMatching(new RegExp(`wrong\\.ts\\(2,\\d+\\): error TS\\d+: ${escape(error)}`)),
    })
  })
})

describe('the version of pnpm', () => {
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    '.ci/run',
    '.github/workflows/ci.yml',
    '.github/workflows/release.yml',
    '.github/workflows/audit.yml',
  ])('is the same in %s as in package.json', async (file) => {
    const { packageManager } = JSON.parse(await read('package.json')) as { packageManager: string }
    const named = (await read(file)).match(/pnpm@[\d.]+\d/g)
    expect(new Set(named)).toEqual(new Set([packageManager]))
  })
})

describe('the version of Node', () => {
  it('is the same in the README as in every package', async () => {
    const { engines } = JSON.parse(await read('package.json')) as { engines: { node: string } }
    const published = JSON.parse(await read('packages/ports/package.json')) as { engines: { node: string } }
    expect(published.engines.node).toBe(engines.node)
    expect(await read('README.md')).toContain(`Node ${engines.node.replace('>=', '')} or newer`)
  })
})

function read(file: string): Promise<string> {
  return readFile(join(root, file), 'utf8')
}

function bin(name: string, args: string[], cwd: string) {
  return run(join(root, 'node_modules', '.bin', name), args, { cwd, shell: process.platform === 'win32' })
}

async function makeFolder(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, '.driftos-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function escape(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}
