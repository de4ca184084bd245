import { execFile } from 'node:child_process'
import { realpath, rm, writeFile } from 'node:fs/promises'
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
const services = { shop: { port: 7001, ...shop }, pay: { port: 7002, ...pay } }
const print = (value: unknown) => JSON.stringify(value, null, 2)
const forms: readonly [form: string, file: string, source: string][] = [
  ['JSON', 'ports.json', print({ services, ranges: {}, history: [] })],
  ['plain tables', 'ports.ts', `export const services = ${print(services)} as const\nexport const ranges = {}\n`],
  [
    'a call of defineRegistry',
    'ports.ts',
    `import { defineRegistry } from '@driftos/ports/define'\n\nexport const registry = defineRegistry(${print({ services, ranges: {}, history: [] })})\n`,
  ],
]
const edits = [
  ['move', 'shop', '7002', 'pay', '7001', '--reason', 'a swap'],
  ['add', 'billing', '--port', '7003', '--summary', 'Invoices'],
  ['retire', 'shop', '--reason', 'not used'],
]
let kills = 0

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
})

afterAll(() => rm(directory, { recursive: true, force: true }))

describe('a process killed before any of its changes of a file', { timeout: 900_000 }, () => {
  // Together the forms are killed at every change: JSON at 1, 3, 5 …, the others at 2, 6, 10 … and at 4, 8, 12 ….
  const cases = forms.flatMap(([form, file, source], index) =>
    edits.map((args) => ({ args, form, file, source, first: 2 ** index, step: index === 0 ? 2 : 4 })),
  )
  it.each(cases)(
    'leaves whole files, and $args.0 of $form completes it',
    async ({ args, file, source, first, step }) => {
      const root = await realpath(await makeProject({ [file]: source }))
      await cli(root, 'sync')
      await commit(root, '1.0.0')
      const before = withoutGit(await readAll(root))
      expect(await cli(root, ...args)).toMatchObject({ code: 0 })
      const after = withoutGit(await readAll(root))
      const registries = new Set<string>()
      for (let at = first; ; at += step) {
        await restore(root, before)
        if (!(await runUntilKilled(root, at, args))) break
        kills++
        const files = withoutGit(await readAll(root))
        for (const [path, text] of Object.entries(files)) {
          if (path.endsWith('.driftos-ports.tmp')) continue
          expect([before[path], after[path]], `${path}, killed at ${at}`).toContain(text)
        }
        registries.add(files[file]!)
        const isCommitted = files[file] === after[file]
        expect(await cli(root, ...(isCommitted && at % 2 === 0 ? ['sync'] : args)), `killed at ${at}`).toMatchObject({
          code: 0,
        })
        expect(withoutGit(await readAll(root)), `killed at ${at}`).toEqual(after)
      }
      expect(registries.size).toBe(2)
    },
  )

  it('was killed at least 60 times', () => {
    expect(kills).toBeGreaterThanOrEqual(60)
  })
})

async function restore(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  const present = withoutGit(await readAll(root))
  for (const file of Object.keys(present)) if (!(file in files)) await rm(`${root}/${file}`)
  for (const [file, text] of Object.entries(files)) {
    if (present[file] !== text) await writeFile(`${root}/${file}`, text)
  }
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
