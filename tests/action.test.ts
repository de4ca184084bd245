import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { root } from './source-files.js'

const run = promisify(execFile)

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>
  readonly runs: {
    readonly using: string
    readonly steps: readonly { readonly shell: string; readonly run: string; readonly env: Record<string, string> }[]
  }
}

const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action

const registry = `export const services = {
  shop: { port: 7001, containerName: 'acme-shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'The shop' },
} as const
export const ranges = {}
export const history = []
`

/** Runs the action's steps in a directory, as a runner on Linux does. */
async function runAction(
  cwd: string,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
) {
  let output = ''
  for (const step of action.runs.steps) {
    expect(step.shell).toBe('bash')
    const variables = Object.entries(step.env).map(([name, value]) => [
      name,
      value.replaceAll(
        /\$\{\{ inputs\.([\w-]+) \}\}/g,
        (_, input: string) => inputs[input] ?? action.inputs[input]!.default,
      ),
    ])
    const { PATH, HOME } = process.env
    const options = { cwd, env: { PATH, HOME, CI: 'true', ...env, ...Object.fromEntries(variables) } }
    try {
      const { stdout } = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], options)
      output += stdout
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, output: output + stdout, stderr }
    }
  }
  return { code: 0, output, stderr: '' }
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), text)
  }
}

/** Makes a clone of a repository whose branch `change` adds a wrong number to one that the base has. */
async function makePullRequest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'driftos-action-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const origin = join(directory, 'origin')
  const clone = join(directory, 'clone')
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: origin })
  await mkdir(origin)
  await git('init', '--quiet', '--initial-branch', 'main')
  await write(origin, {
    '.gitignore': 'node_modules\n',
    'package.json': '{ "name": "acme", "driftos-ports": { "registry": "ports.ts" } }',
    'ports.ts': registry,
    'old.env': 'SHOP_PORT=7002\n',
  })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'base')
  await git('checkout', '--quiet', '-b', 'change')
  await write(origin, { 'app dir/new.env': '# a comment\nSHOP_PORT=7003\n' })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'change')
  await run('git', ['clone', '--quiet', '--depth=1', '--branch', 'change', `file://${origin}`, clone])
  const bin = join(clone, 'node_modules/.bin/driftos-ports')
  await write(clone, {
    'node_modules/.bin/driftos-ports': `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'packages/ports-cli/dist/bin.cjs')}" "$@"\n`,
  })
  await chmod(bin, 0o755)
  return clone
}

describe.skipIf(process.platform === 'win32')('action.yml', () => {
  it('is a composite action whose scripts contain no expression', () => {
    expect(action.runs.using).toBe('composite')
    for (const step of action.runs.steps) expect(step.run).not.toContain('${{')
    const used = action.runs.steps.flatMap(({ env }) => Object.values(env))
    expect(used.toSorted()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    )
  })

  it('annotates the changed files of a pull request, and fails', async () => {
    const { code, output } = await runAction(await makePullRequest(), {}, { GITHUB_BASE_REF: 'main' })
    expect(output).toMatch(/^::error file=app dir\/new\.env,line=2,col=\d+,title=wrong-port::.*\n$/)
    expect(code).toBe(1)
  })

  it.each([
    ['a push', {}],
    ['since: none', { since: 'none' }],
  ])('annotates every file for %s', async (_, inputs) => {
    const base: Record<string, string> = 'since' in inputs ? { GITHUB_BASE_REF: 'main' } : {}
    const { code, output } = await runAction(await makePullRequest(), inputs, base)
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => /file=([^,]+)/.exec(line)?.[1]),
    ).toEqual(['app dir/new.env', 'old.env'])
    expect(code).toBe(1)
  })

  it('succeeds without a finding, and passes paths on', async () => {
    const clone = await makePullRequest()
    await write(clone, { 'good/.env': 'SHOP_PORT=7001\n' })
    expect(await runAction(clone, { paths: 'good', 'errors-only': 'true' })).toMatchObject({ code: 0, output: '' })
  })

  it('fails with the reason for a registry that does not exist', async () => {
    const { code, stderr } = await runAction(await makePullRequest(), { registry: './none.ts' })
    expect(stderr).toContain('none.ts')
    expect(code).toBe(2)
  })

  it.each([
    ['1.2.3', '@driftos/ports-cli@1.2.3'],
    ['', '@driftos/ports-cli@latest'],
  ])('runs the published version %j where none is installed', async (version, expected) => {
    const clone = await makePullRequest()
    await rm(join(clone, 'node_modules'), { recursive: true })
    await write(clone, { 'bin/npx': '#!/bin/sh\nprintf "%s\\n" "$@"\n' })
    await chmod(join(clone, 'bin/npx'), 0o755)
    const PATH = `${join(clone, 'bin')}${delimiter}${process.env['PATH']}`
    const { output } = await runAction(clone, { version, since: 'HEAD', paths: '$(id) b' }, { PATH })
    // prettier-ignore
    expect(output.trim().split('\n')).toEqual([
      '--yes', '--package', expected, 'driftos-ports', 'check', '--format', 'github', '--since', 'HEAD', '--', '$(id)', 'b',
    ])
  })
})
