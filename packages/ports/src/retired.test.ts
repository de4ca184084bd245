import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PortRecord } from './lookup.js'
import { PORTS } from './example.fixture.js'
import { withExample } from './registry-source.fixture.js'

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const uses = `import { getHost, getListenPort, getOrigin, getPort, PORTS, type RetiredName, type RetiredPort, type ServiceName } from './index.js'
export const gone: RetiredName = 'demo'
export const left: RetiredPort = ${PORTS.demo}
export const port = <Name extends ServiceName>(name: Name): number => getPort(name) + getListenPort(name)
getPort('demo')
getListenPort('demo')
getHost('demo')
getOrigin('demo')
PORTS.demo
getPort('unknown')
`

/** A package whose demo is retired. */
let folder: string
let output: string
let built: {
  readonly getPort: (service: string) => number
  readonly getOrigin: (service: string) => string
  readonly findService: (port: number) => PortRecord | undefined
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-retired-'))
  const source = fileURLToPath(new URL('.', import.meta.url))
  await cp(source, folder, {
    recursive: true,
    filter: (path) => !/\.(test|test-d|fixture)\.ts$|schema\.ts$|probe(\.ts)?$/.test(path),
  })
  const registry = withExample(await readFile(join(folder, 'registry.ts'), 'utf8'))
  const tombstone = `export const retired = { demo: { port: ${PORTS.demo}, reason: 'the website shows it' } `
  await writeFile(
    join(folder, 'registry.ts'),
    registry.replace(/^ {2}demo: .*\n/m, '').replace('export const retired = {', tombstone),
  )
  await writeFile(join(folder, 'uses.ts'), uses)
  const args = [tsc, '--noEmit', '--strict', '--target', 'es2023', '--types', '', '--pretty', 'false', 'uses.ts']
  output = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
  await build({
    entryPoints: [join(folder, 'index.ts')],
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'index.mjs'),
  })
  built = (await import(/* @vite-ignore */ join(folder, 'index.mjs'))) as typeof built
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a retired service', () => {
  it('does not compile in any getter, and the error has the reason', () => {
    const refusals = [...output.matchAll(/^uses\.ts\((\d+),\d+\): error TS\d+: (.*)/gm)].map(([, line, text]) => [
      Number(line),
      text,
    ])
    expect(refusals.map(([line]) => line)).toEqual([5, 6, 7, 8, 9, 10])
    for (const [, text] of refusals.slice(0, 4)) {
      expect(text).toContain(`"retired (port ${PORTS.demo}): the website shows it"`)
    }
    expect(refusals[5]![1]).toBe(`Argument of type '"unknown"' is not assignable to parameter of type 'ServiceName'.`)
  })

  it.each(['getPort', 'getOrigin'] as const)('is refused by %s at run time, with the reason', (getter) => {
    expect(() => built[getter]('demo')).toThrow(
      expect.objectContaining({
        name: 'PortConfigError',
        code: 'INVALID_PORT',
        message: `service="demo" is retired (port ${PORTS.demo}): the website shows it`,
      }),
    )
  })

  it('keeps the usual error for a name that was never registered', () => {
    for (const name of ['unknown', 'constructor'])
      expect(() => built.getPort(name)).toThrow(`service="${name}" is not registered: see PORTS`)
  })

  it('leaves a retired port, for which findService returns the last owner without a present port', () => {
    expect(built.findService(PORTS.demo)).toEqual({ port: PORTS.demo, status: 'retired', service: 'demo' })
  })
})
