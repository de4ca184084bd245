import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { PORTS } from './example.fixture.js'
import { withExample } from './registry-source.fixture.js'

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const real = await readFile(new URL('registry.ts', import.meta.url), 'utf8')
const source = withExample(real)

const registries = {
  real,
  right: source,
  clash: source.replace(/(?<=^ {2}demo: +\{ port: )\d+/m, String(PORTS.website)),
  twin: source.replace(/^ {2}demo: /m, '  core: '),
  group: source.replace("group: 'monitoring'", "group: 'monitored'"),
  variable: source.replace("variable: 'DEMO_PORT'", "variable: 'DEMO'"),
  field: source.replace("summary: 'Public site'", "sumary: 'Public site'"),
}

/** The output of the compiler for all of them, in lines that begin with `<name>/registry.ts(`. */
let output: string

beforeAll(async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'driftos-registry-'))
  const files = Object.keys(registries).map((name) => `${name}/registry.ts`)
  for (const [name, text] of Object.entries(registries)) {
    await mkdir(join(cwd, name))
    await writeFile(join(cwd, name, 'registry.ts'), text)
  }
  const args = [tsc, '--noEmit', '--strict', '--target', 'es2022', '--types', '', '--pretty', 'false', ...files]
  output = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
  await rm(cwd, { recursive: true, force: true })
})

describe('registry.ts', () => {
  it('compiles by itself', () => {
    expect(output).toMatch(/: error TS/)
    expect(output).not.toMatch(/^(real|right)\//m)
  })

  it('does not compile with two services on one port, and the error names both', () => {
    const lastLine = source.trimEnd().split('\n').length
    expect(output).toMatch(
      new RegExp(
        `^clash/registry\\.ts\\(${lastLine},\\d+\\): error TS2344: .*\\n.*"port ${PORTS.website} is the port of both (demo and website|website and demo)"`,
        'm',
      ),
    )
  })

  it('does not compile with a name twice', () => {
    expect(output).toMatch(/^twin\/registry\.ts\(\d+,3\): error TS1117: /m)
  })

  it.each(['group', 'variable', 'field'])('does not compile with a %s that cannot be', (name) => {
    const line = registries[name as keyof typeof registries]
      .split('\n')
      .findIndex((text, index) => text !== source.split('\n')[index])
    expect(output).toMatch(new RegExp(`^${name}/registry\\.ts\\(${line + 1},\\d+\\): error TS\\d+: `, 'm'))
  })
})
