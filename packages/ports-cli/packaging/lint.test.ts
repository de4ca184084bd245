import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'
import plugin from '../dist/lint.js'
import { acmePorts, acmeRegistry } from '../src/acme.fixture.js'
import { makeRepository } from '../src/repository.fixture.js'

/** A program with lines that the check reports and lines that it does not. */
const program = `const port = Number(process.env.PORT ?? 3000)
fetch('http://localhost:3003')
fetch('http://localhost:4000')
fetch('http://localhost:3002')

fetch('http://localhost:3002') // driftos-ports-ignore hard-coded-port: copied into a browser
const timeoutMs = 3000
`
const manifest = { name: 'driftos-core', type: 'module', dependencies: { '@driftos/ports': '1' } }
const files = { 'package.json': JSON.stringify(manifest), 'main.js': program }
const expected = ['1:41 wrong-port', '2:25 retired-port', '3:25 unregistered-port', '4:25 hard-coded-port']

/** Lints `main.js` of a repository with ESLint. */
async function lint(repository: Readonly<Record<string, string>>): Promise<string[]> {
  const cwd = await makeRepository(repository)
  const rules = Object.fromEntries(Object.keys(plugin.rules).map((rule) => [`ports/${rule}`, 'error' as const]))
  const eslint = new ESLint({
    cwd,
    overrideConfigFile: true,
    overrideConfig: { plugins: { ports: plugin as never }, rules },
  })
  const [result] = await eslint.lintFiles(['main.js'])
  return result!.messages.map(({ line, column, ruleId }) => `${line}:${column} ${ruleId?.replace('ports/', '')}`)
}

describe('@driftos/ports-cli/lint', () => {
  it('is a plugin for ESLint', async () => {
    expect(await lint(files)).toEqual(expected)
  })

  it('uses the registry of the repository that it runs in', async () => {
    const config = { name: 'acme-shop', 'driftos-ports': { registry: './ports.ts' }, dependencies: { acme: '1' } }
    const run = (registry: string) =>
      lint({
        'package.json': JSON.stringify(config),
        'ports.ts': registry,
        'main.js': `fetch('http://localhost:${acmePorts.database}')\nfetch('http://localhost:7000')\nfetch('http://localhost:3001')\n`,
      })
    const found = ['2:25 retired-port', '3:25 unregistered-port']
    expect(await run(acmeRegistry)).toEqual(found)
    expect(
      await run(`const port = () => ${acmePorts.shop}\n${acmeRegistry.replace(String(acmePorts.shop), 'port()')}`),
    ).toEqual(found)
  })

  it('fails where there is no registry', async () => {
    await expect(lint({ 'package.json': '{}', 'main.js': program })).rejects.toThrow('No port registry here')
  })

  it('is a plugin for oxlint', async () => {
    const specifier = join(import.meta.dirname, '../dist/lint.js')
    const rules = Object.fromEntries(Object.keys(plugin.rules).map((rule) => [`ports/${rule}`, 'error']))
    const config = { jsPlugins: [{ name: 'ports', specifier }], categories: { correctness: 'off' }, rules }
    const cwd = await makeRepository({ ...files, '.oxlintrc.json': JSON.stringify(config) })
    const bin = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint')
    const { stdout } = await promisify(execFile)(process.execPath, [bin, '--format', 'unix'], { cwd }).catch(
      (error: { stdout: string }) => error,
    )
    const found = [...stdout.matchAll(/main\.js:(\d+:\d+): .*ports\(([a-z-]+)\)/g)].map(
      ([, at, rule]) => `${at} ${rule}`,
    )
    expect(found.toSorted()).toEqual(expected)
  })
})
