import { execFile } from 'node:child_process'
import { cp, realpath, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAll } from '../repository.fixture.js'
import { cli, commit, makeProject } from './project.fixture.js'

/** The program in one file, which starts several times faster than its sources; in this package, for its dependencies. */
const directory = fileURLToPath(new URL(`../../node_modules/.kill-test-${process.pid}/`, import.meta.url))
const bin = `${directory}bin.cjs`
const hook = fileURLToPath(new URL('kill-at-write.fixture.cjs', import.meta.url))

/** A registry that loads fast; a service each for the two sides of a swap. */
const shop = { containerName: 'shop', variable: 'SHOP_PORT', scheme: 'tcp', status: 'active', summary: 'The shop' }
const pay = { ...shop, containerName: 'pay', variable: 'PAY_PORT', summary: 'Payments' }
const registry = { services: { shop: { port: 7001, ...shop }, pay: { port: 7002, ...pay } }, ranges: {}, history: [] }
const source = JSON.stringify(registry, null, 2)
const kills: number[] = []

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('../bin.ts', import.meta.url))],
    outfile: bin,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['@driftos/source', 'module'],
    external: ['jiti', 'oxc-parser'],
    define: { 'import.meta.url': 'undefined' },
  })
}, 60_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

describe('a process killed before any of its changes of a file', { timeout: 900_000 }, () => {
  it.each([
    ['move', 'shop', '7002', 'pay', '7001', '--reason', 'a swap'],
    ['add', 'billing', '--port', '7003', '--summary', 'Invoices'],
    ['retire', 'shop', '--reason', 'not used'],
  ])('%s leaves whole files, and the same command completes it', async (...args) => {
    const root = await realpath(await makeProject({ 'ports.json': source }))
    await cli(root, 'sync')
    await commit(root, '1.0.0')
    const before = await readAll(root)
    await cp(root, `${root} done`, { recursive: true })
    expect(await cli(`${root} done`, ...args)).toMatchObject({ code: 0 })
    const after = withoutGit(await readAll(`${root} done`))
    const registries = new Set<string>()
    let at = 0
    for (let isKilled = true; isKilled;) {
      at++
      await rm(root, { recursive: true })
      await cp(`${root} done`, root, { recursive: true })
      await restore(root, before)
      isKilled = await runUntilKilled(root, at, args)
      const files = withoutGit(await readAll(root))
      for (const [file, text] of Object.entries(files)) {
        if (file.endsWith('.driftos-ports.tmp')) continue
        expect([before[file], after[file]], `${file}, killed at ${at}`).toContain(text)
      }
      registries.add(files['ports.json']!)
      const completing =
        at % 2 ? args : registries.size > 1 && files['ports.json'] === after['ports.json'] ? ['sync'] : args
      expect(await cli(root, ...completing), `killed at ${at}`).toMatchObject({ code: 0 })
      expect(withoutGit(await readAll(root)), `killed at ${at}`).toEqual(after)
    }
    kills.push(at - 1)
    expect(at).toBeGreaterThan(15)
    expect(registries.size).toBe(2)
  })

  it('was killed at least 60 times', () => {
    expect(kills.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(60)
  })
})

async function restore(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const file of Object.keys(withoutGit(await readAll(root)))) if (!(file in files)) await rm(`${root}/${file}`)
  for (const [file, text] of Object.entries(withoutGit(files))) await writeFile(`${root}/${file}`, text)
}

function withoutGit(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('.git/')))
}

function runUntilKilled(root: string, at: number, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KILL_AT: `${at}`, KILL_ROOT: root }
    execFile(process.execPath, ['--require', hook, bin, ...args], { cwd: root, env }, (error, _, stderr) => {
      if (error && error.signal !== 'SIGKILL') reject(new Error(stderr))
      else resolve(error !== null)
    })
  })
}
