import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { services } from '@driftos/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import { registry } from '../generate/fake-registry.fixture.js'
import { listGenerated } from '../generate/index.js'
import { program, run } from '../cli.fixture.js'
import { makeRepository, readAll, readPartlyGenerated } from '../repository.fixture.js'

const files = [...new Set(listGenerated(registry).map(({ file }) => file))]

describe('sync', () => {
  it('writes what is missing, and has nothing to write then', async () => {
    const root = await makeRepository(await readPartlyGenerated())
    const written = await sync(root)
    expect(written).toMatchObject({ code: 0, stderr: '' })
    expect(written.stdout).toContain('wrote docs/PORTS.md\n')
    expect(Object.keys(await readAll(root)).toSorted()).toEqual([...files, 'pnpm-workspace.yaml'].toSorted())
    expect(await sync(root)).toEqual({
      code: 0,
      stdout: `all ${files.length} generated files are current\n`,
      stderr: '',
    })
  })

  it('undoes an edit by hand, and says how much it undid', async () => {
    const root = await makeCurrentRepository()
    const before = await readAll(root)
    await edit(root, 'docs/PORTS.md', (text) =>
      text.replace('# Ports', '# Our ports').replace(`${services.core.port}`, '3009'),
    )
    await edit(root, '.env.example', (text) => `${text}# mine\n`)
    expect(await sync(root)).toEqual({
      code: 0,
      stdout:
        'rewrote docs/PORTS.md: 2 lines differed from what the registry generates\n' +
        'rewrote .env.example: 1 line differed from what the registry generates\n',
      stderr: '',
    })
    expect(await readAll(root)).toEqual(before)
  })

  it('leaves what stands outside the markers', async () => {
    const root = await makeCurrentRepository()
    await edit(root, 'README.md', (text) => `mine\n${text.replace(`| ${services.core.port} |`, '| 3009 |')}mine`)
    const edited = await readFile(join(root, 'README.md'), 'utf8')
    expect((await sync(root)).stdout).toBe('rewrote README.md: 1 line differed from what the registry generates\n')
    expect(await readFile(join(root, 'README.md'), 'utf8')).toBe(
      edited.replace('| 3009 |', `| ${services.core.port} |`),
    )
  })

  it('finds the root from a folder below it', async () => {
    const root = await makeRepository({ ...(await readPartlyGenerated()), 'apps/core/src/main.ts': '' })
    expect((await sync(join(root, 'apps', 'core', 'src'))).code).toBe(0)
    expect((await sync(root, '--check')).code).toBe(0)
  })

  it('says so outside a repository', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driftos-test-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    expect(await sync(folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: `No folder from ${folder} upward holds a pnpm-workspace.yaml\nSee driftos-ports sync --help.\n`,
    })
  })

  it('writes nothing when a single file cannot be generated', async () => {
    const { 'turbo.json': _, ...others } = await readPartlyGenerated()
    const root = await makeRepository(others)
    const before = await readAll(root)
    expect(await sync(root)).toMatchObject({ code: 2, stderr: expect.stringContaining('turbo.json is missing') })
    expect(await readAll(root)).toEqual(before)
  })

  it('refuses an argument, which it would not heed', async () => {
    expect(await sync(await makeRepository({}), 'docs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('sync takes no "docs"'),
    })
  })

  it('may run twice at once', async () => {
    const root = await makeRepository(await readPartlyGenerated())
    const runs = Array.from({ length: 2 }, () =>
      promisify(execFile)(process.execPath, [...program, 'sync'], { cwd: root }),
    )
    for (const { stderr } of await Promise.all(runs)) expect(stderr).toBe('')
    expect((await sync(root, '--check')).code).toBe(0)
    expect(Object.keys(await readAll(root)).toSorted()).toEqual([...files, 'pnpm-workspace.yaml'].toSorted())
  })
})

describe('sync --check', () => {
  it('is silent where every file is current', async () => {
    expect(await sync(await makeCurrentRepository(), '--check')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('shows the difference, exits 1 and writes nothing', async () => {
    const root = await makeCurrentRepository()
    const core = `# CORE_PORT=${services.core.port}`
    await edit(root, '.env.example', (text) => text.replace(core, '# CORE_PORT=3009'))
    const before = await readAll(root)
    const { code, stdout, stderr } = await sync(root, '--check')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '.env.example: not what the registry generates; run sync\n' })
    expect(stdout).toContain('--- .env.example\tas it is\n+++ .env.example\tgenerated\n')
    expect(stdout).toContain(`-# CORE_PORT=3009\n+${core}\n`)
    expect(await readAll(root)).toEqual(before)
  })

  it('shows a missing file whole', async () => {
    const root = await makeCurrentRepository()
    await rm(join(root, '.env.example'))
    const { code, stdout } = await sync(root, '--check')
    expect(code).toBe(1)
    expect(stdout).toContain('--- .env.example\tmissing\n')
    expect(stdout).toContain('+# DRIFTOS_PORT_OFFSET=0\n')
  })
})

describe('sync --json', () => {
  it('prints the state of every file and nothing else', async () => {
    const root = await makeCurrentRepository()
    await edit(root, '.env.example', () => 'mine')
    const states = (state: string) => ({
      files: files.map((file) => ({ file, state: file === '.env.example' ? state : 'current' })),
    })
    const checked = await sync(root, '--check', '--json')
    expect({ ...checked, stdout: JSON.parse(checked.stdout) }).toEqual({ code: 1, stdout: states('stale'), stderr: '' })
    const written = await sync(root, '--json')
    expect({ ...written, stdout: JSON.parse(written.stdout) }).toEqual({
      code: 0,
      stdout: states('written'),
      stderr: '',
    })
    expect(JSON.parse((await sync(root, '--json')).stdout)).toEqual(states('current'))
  })
})

function sync(cwd: string, ...options: string[]) {
  return run(['sync', ...options], {}, false, cwd)
}

async function makeCurrentRepository(): Promise<string> {
  const root = await makeRepository(await readPartlyGenerated())
  await sync(root)
  return root
}

async function edit(root: string, file: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(root, file), change(await readFile(join(root, file), 'utf8')))
}
