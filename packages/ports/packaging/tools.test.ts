import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build as esbuild } from 'esbuild'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import { build as vite } from 'vite'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import webpack from 'webpack'
import { services, type ServiceName } from '../src/index.js'
import { isPortOpen } from '../src/probe.js'
import { makeFolder, pack, packageRoot, run } from './built-package.js'

const require = createRequire(import.meta.url)
const [name] = Object.keys(services) as [ServiceName]
const { port, variable } = services[name]

const folder = await makeFolder()

beforeAll(async () => {
  const { tarball } = await pack(folder.path)
  await writeFile(join(folder.path, 'package.json'), '{ "private": true, "jest": { "cacheDirectory": "cache" } }')
  const options = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=peer']
  await run('npm', ['install', ...options, tarball], { cwd: folder.path, shell: process.platform === 'win32' })
})

afterAll(folder.remove)

interface Job {
  entry: string
  /** The one file that the bundler writes. */
  file: string
  directory: string
}

/** The bundlers with their default settings, except what is needed to get one file of a program for Node. */
const bundlers: Record<string, (job: Job) => Promise<unknown>> = {
  esbuild: ({ entry, file }) => esbuild({ entryPoints: [entry], outfile: file, bundle: true, format: 'esm' }),
  rolldown: async ({ entry, file }) => (await rolldown({ input: entry })).write({ file }),
  rollup: async ({ entry, file }) => (await rollup({ input: entry, plugins: [nodeResolve()] })).write({ file }),
  vite: ({ entry, directory }) =>
    vite({
      root: folder.path,
      configFile: false,
      logLevel: 'warn',
      build: {
        lib: { entry, formats: ['es'], fileName: () => 'bundle.mjs' },
        outDir: directory,
      },
    }),
  webpack: ({ entry, directory }) =>
    new Promise((resolve, reject) => {
      const output = { path: directory, filename: 'bundle.mjs' }
      webpack({ context: folder.path, mode: 'production', entry, output }, (error, stats) => {
        if (error) reject(error)
        else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(stats.toString()))
        else resolve(stats)
      })
    }),
}

const source = `
  import { PORTS, getPort, PortConfigError } from '@driftos/ports'
  import { defineRegistry } from '@driftos/ports/define'
  const shop = { port: 4000, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'Shop' }
  const own = defineRegistry({ services: { shop }, ranges: {}, history: [] })
  const errors = [() => getPort('${name}', { ${variable}: 'x' }), () => own.getPort('shop', { SHOP_PORT: '0' })]
    .map((call) => { try { call() } catch (error) { return error instanceof PortConfigError && error.code } })
  console.log(JSON.stringify([PORTS.${name}, getPort('${name}', { ${variable}: '4101' }), own.getPort('shop', {}), errors]))
`

describe.each(Object.entries(bundlers))('%s', (bundler, bundle) => {
  it('bundles the main entry and defineRegistry into a program that works', async () => {
    const directory = join(folder.path, bundler)
    const file = join(directory, 'bundle.mjs')
    await mkdir(directory)
    const entry = join(folder.path, `${bundler}.js`)
    await writeFile(entry, source)
    await bundle({ entry, file, directory })
    const { stdout } = await run(process.execPath, [file])
    expect(JSON.parse(stdout)).toEqual([port, 4101, 4000, ['INVALID_PORT', 'INVALID_PORT']])
  })
})

const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }

it('Jest with its default settings requires every entry that needs no other package', async () => {
  const entries = ['', '/define', '/probe', '/checkout'].map((entry) => `@driftos/ports${entry}`)
  const test = `
    const { PortConfigError, getPort } = require('@driftos/ports')
    test.each(${JSON.stringify(entries)})('%s', (entry) => expect(Object.keys(require(entry))).not.toEqual([]))
    test('one class of errors', () => {
      expect(() => getPort('${name}', { ${variable}: 'x' })).toThrow(PortConfigError)
      const { defineRegistry } = require('@driftos/ports/define')
      expect(() => defineRegistry({ services: {}, ranges: {}, history: [] }).getPort('x')).toThrow(PortConfigError)
    })
  `
  await writeFile(join(folder.path, 'ports.test.cjs'), test)
  const jest = join(dirname(require.resolve('jest/package.json')), 'bin/jest.js')
  const { stderr } = await run(process.execPath, [jest, '--ci', 'ports.test.cjs'], { cwd: folder.path, env })
  expect(stderr).toContain('Tests:       5 passed, 5 total')
})

it('vitest with its default settings imports the main entry and defineRegistry', async () => {
  const test = `
    import { expect, test } from 'vitest'
    import { getPort, PortConfigError } from '@driftos/ports'
    import { defineRegistry } from '@driftos/ports/define'
    test('one class of errors', () => {
      expect(() => getPort('${name}', { ${variable}: 'x' })).toThrow(PortConfigError)
      expect(() => defineRegistry({ services: {}, ranges: {}, history: [] }).getPort('x')).toThrow(PortConfigError)
    })
  `
  await writeFile(join(folder.path, 'ports.spec.mjs'), test)
  const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs')
  const { stdout } = await run(process.execPath, [vitest, 'run', '--root', folder.path, 'ports.spec.mjs'], { env })
  expect(stdout).toMatch(/Tests\s+1 passed/)
})

it('Vite that is started by hand in two checkouts serves each on separate ports', async () => {
  const program = join(packageRoot, 'node_modules/vite/bin/vite.js')
  const config = `
    import { ports } from '@driftos/ports/vite'
    import { defineRegistry } from '@driftos/ports/define'
    const shop = { port: ${await getFreePort()}, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'Shop' }
    const registry = defineRegistry({ services: { shop }, ranges: {}, history: [] })
    export default { plugins: [ports('shop', { registry })], define: { origin: JSON.stringify(process.env.SHOP_URL) } }
  `
  const origins = []
  for (const directory of ['first', 'second']) {
    const checkout = join(folder.path, directory)
    await mkdir(checkout)
    await writeFile(join(checkout, 'package.json'), '{ "name": "acme", "type": "module" }')
    await writeFile(join(checkout, 'index.html'), `<title>${directory}</title>`)
    await writeFile(join(checkout, 'vite.config.js'), config)
    const state = { XDG_STATE_HOME: join(folder.path, 'state'), LOCALAPPDATA: join(folder.path, 'state') }
    const child = spawn(process.execPath, [program], {
      cwd: checkout,
      env: { ...env, ...state, CI: '' },
      stdio: 'pipe',
    })
    onTestFinished(() => void child.kill())
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
    await expect.poll(() => output).toMatch(/http:\/\/localhost:\d+/)
    const [origin] = /http:\/\/localhost:\d+/.exec(output)!
    expect(await (await fetch(origin)).text()).toContain(`<title>${directory}</title>`)
    if (directory === 'second') expect(output).toContain(`${join(folder.path, 'first')} has slot 0`)
    origins.push(origin)
  }
  expect(new Set(origins).size).toBe(2)
})

/** Finds a free port below those that systems assign to clients. */
async function getFreePort(): Promise<number> {
  for (;;) {
    const free = 10_000 + Math.floor(Math.random() * 20_000)
    if (!(await isPortOpen(free))) return free
  }
}
