import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { run } from '../cli.fixture.js'
import { exampleSource, makeExample } from '../registry/example.fixture.js'
import { parseRegistry, RegistrySource } from '../registry/registry-source.js'

const registryFile = 'packages/ports/src/registry.ts'
const moveOfDemo = "  { service: 'demo', from: 7005, to: 7006, reason: 'a test' },\n"
const moved = exampleSource
  .replace('port: 7005', 'port: 7006')
  .replace(/(?<=to be the main entry point' },\n)/, () => moveOfDemo)

/** The example as a repository with one commit on main. */
async function makeCommitted(): Promise<string> {
  const root = await makeExample()
  await git(root, 'init', '--quiet', '--initial-branch', 'main')
  await commit(root)
  return root
}

async function git(root: string, ...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await promisify(execFile)('git', [...identity, ...args], { cwd: root })
}

async function commit(root: string): Promise<void> {
  await git(root, 'add', '--all')
  await git(root, 'commit', '--quiet', '--allow-empty', '--message', 'test')
}

async function setVersion(root: string, version: string): Promise<void> {
  await writeFile(join(root, 'packages/ports/package.json'), JSON.stringify({ name: '@driftos/ports', version }))
}

function setRegistry(root: string, text: string): Promise<void> {
  return writeFile(join(root, registryFile), text)
}

function setChangeset(root: string, bump: string, name = 'some'): Promise<void> {
  return writeFile(join(root, `.changeset/${name}.md`), `---\n'@driftos/ports': ${bump}\n---\n\nSomething.\n`)
}

function diff(root: string, ...args: string[]) {
  return run(['diff', ...args], {}, false, root)
}

describe('diff', { timeout: 60_000 }, () => {
  it('shows what changed since the base branch, and the release that it demands', async () => {
    const root = await makeCommitted()
    expect((await diff(root)).stdout).toMatch(/^nothing in the registry has changed since main \([\da-f]{7}\)\n$/)
    await setRegistry(root, moved.replace("'LLM service'", "'The LLM'"))
    const { code, stdout } = await diff(root)
    expect(code).toBe(0)
    expect(stdout.replace(/\([\da-f]{7}\)/, '(commit)')).toBe(
      `demands  what             of    before       now
major    port changed     demo  7005         7006
patch    summary changed  core  LLM service  The LLM

since main (commit): major
`,
    )
  })

  it('compares with where the branch left the other, and not with what that has got since', async () => {
    const root = await makeCommitted()
    await git(root, 'switch', '--quiet', '--create', 'feature')
    await git(root, 'switch', '--quiet', 'main')
    await setRegistry(root, moved)
    await commit(root)
    await git(root, 'switch', '--quiet', 'feature')
    expect(JSON.parse((await diff(root, '--json')).stdout)).toMatchObject({ bump: 'none', changes: [] })
    expect(JSON.parse((await diff(root, '--json', '--since', 'main')).stdout)).toMatchObject({ bump: 'none' })
  })

  it('compares with the last release where there is one', async () => {
    const root = await makeCommitted()
    await git(root, 'tag', '@driftos/ports@1.0.0')
    await setRegistry(root, moved)
    await commit(root)
    const value: unknown = JSON.parse((await diff(root, '--json')).stdout)
    expect(value).toEqual({
      since: '@driftos/ports@1.0.0',
      bump: 'major',
      release: 'none',
      changes: [{ kind: 'port changed', bump: 'major', subject: 'demo', before: 7005, after: 7006 }],
    })
    expect(JSON.parse((await diff(root, '--json', '--since', '1.0.0')).stdout)).toEqual(value)
    await git(root, 'tag', '@driftos/ports@2.0.0')
    expect((await diff(root)).stdout).toBe('nothing in the registry has changed since @driftos/ports@2.0.0\n')
  })

  it('compares with a file, as source or as JSON, outside of git too', async () => {
    const root = await makeExample()
    await writeFile(join(root, 'older.ts'), moved)
    expect((await diff(root, '--since', 'older.ts')).stdout).toMatch(/port changed +demo +7006 +7005\n/)
    const example = parseRegistry(new RegistrySource(moved))
    await writeFile(
      join(root, 'ports.json'),
      JSON.stringify({ $schema: './ports.schema.json', version: '1.0.0', ...example }),
    )
    expect((await diff(root, '--since', 'ports.json')).stdout).toMatch(/port changed +demo +7006 +7005\n/)
    await writeFile(join(root, 'none.json'), '{}')
    expect((await diff(root, '--since', 'none.json')).stderr).toContain('none.json is no registry')
    await writeFile(join(root, 'torn.json'), '{')
    expect((await diff(root, '--since', 'torn.json')).stderr).toContain('torn.json is not JSON')
  })

  it.each([
    [['--since', 'nowhere'], 'There is no file, version or ref "nowhere" here'],
    [['--since', '9.9.9'], 'There is no file, version or ref "@driftos/ports@9.9.9" here'],
    [['main'], 'diff takes no "main"'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await diff(await makeCommitted(), ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('says so where there is nothing to compare with', async () => {
    const root = await makeExample()
    expect(await diff(root)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no commit to compare') as string,
    })
  })
})

describe('diff --check', { timeout: 60_000 }, () => {
  it('passes when the changesets make as much of a release as is demanded', async () => {
    const root = await makeCommitted()
    expect(await diff(root, '--check')).toMatchObject({ code: 0 })
    await setRegistry(root, moved)
    await setChangeset(root, 'major')
    expect(await diff(root, '--check')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['patch', 'minor', 'none'])(
    'fails for a moved port that a changeset calls %s, and says what to write',
    async (bump) => {
      const root = await makeCommitted()
      await setRegistry(root, moved)
      await setChangeset(root, bump)
      const { code, stderr } = await diff(root, '--check')
      expect(code).toBe(1)
      expect(stderr).toContain('The registry demands a major release of @driftos/ports, and ')
      expect(stderr).toContain("---\n'@driftos/ports': major\n---\n\n`demo`: port changed, 7005 -> 7006.\n")
    },
  )

  it('counts no changeset that was there before: that is about something else', async () => {
    const root = await makeCommitted()
    await setChangeset(root, 'major')
    await commit(root)
    await setRegistry(root, moved)
    expect(await diff(root, '--check')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no changeset speaks of it') as string,
    })
    await setChangeset(root, 'major', 'another')
    expect(await diff(root, '--check')).toMatchObject({ code: 0 })
  })

  it('counts the version that changesets have been made into', async () => {
    const root = await makeCommitted()
    await git(root, 'tag', '@driftos/ports@1.0.0')
    await setRegistry(root, moved)
    for (const [version, code] of [
      ['1.0.1', 1],
      ['1.1.0', 1],
      ['2.0.0', 0],
      ['0.9.0', 1],
    ] as const) {
      await setVersion(root, version)
      expect(await diff(root, '--check'), version).toMatchObject({ code })
    }
  })

  it('refuses a changeset that cannot be read', async () => {
    const root = await makeCommitted()
    await writeFile(join(root, '.changeset/torn.md'), 'torn')
    expect(await diff(root, '--check')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('.changeset/torn.md is no changeset') as string,
    })
    await rm(join(root, '.changeset/torn.md'))
    expect(await diff(root, '--check')).toMatchObject({ code: 0 })
  })
})
