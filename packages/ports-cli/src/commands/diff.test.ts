import { rm, writeFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cli, commit, git, makeProject } from '../registry/project.fixture.js'

function registry(port: number): string {
  const shop = { port, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'Shop' }
  return `${JSON.stringify({ services: { shop }, ranges: {}, history: [] }, null, 2)}\n`
}

async function makeReleased(): Promise<string> {
  const root = await makeProject({ 'ports.json': registry(4001) })
  await commit(root, '1.0.0')
  return root
}

async function setPort(root: string, port: number): Promise<void> {
  await writeFile(join(root, 'ports.json'), registry(port))
}

describe('diff', () => {
  it('compares with the last release, not with later commits', async () => {
    const root = await makeReleased()
    await setPort(root, 4002)
    await commit(root)
    const value: unknown = JSON.parse((await cli(root, 'diff', '--json')).stdout)
    expect(value).toEqual({
      since: 'acme@1.0.0',
      bump: 'major',
      release: 'none',
      changes: [{ kind: 'port changed', bump: 'major', subject: 'shop', before: 4001, after: 4002 }],
    })
    expect(JSON.parse((await cli(root, 'diff', '--json', '--since', '1.0.0')).stdout)).toEqual(value)
    expect((await cli(root, 'diff', '--since', 'main')).stdout).toContain('nothing in the registry has changed')
  })

  it('sorts releases as semver does, a pre-release below its release', async () => {
    const root = await makeReleased()
    await setPort(root, 4002)
    await commit(root, '2.0.0-next.1')
    expect(JSON.parse((await cli(root, 'diff', '--json')).stdout)).toMatchObject({
      since: 'acme@2.0.0-next.1',
      bump: 'none',
    })
    await setPort(root, 4003)
    await commit(root, '2.0.0')
    await setPort(root, 4002)
    expect(JSON.parse((await cli(root, 'diff', '--json')).stdout)).toMatchObject({ since: 'acme@2.0.0', bump: 'major' })
    expect(await cli(root, 'diff', '--check')).toMatchObject({ code: 1 })
  })

  it('finds a registry that was moved and has another form now', async () => {
    const root = await makeReleased()
    await git(root, 'rm', '--quiet', '--cached', 'ports.json')
    await rename(join(root, 'ports.json'), join(root, 'gone'))
    await writeFile(join(root, 'moved.ts'), `export default ${registry(4002)}`)
    await writeFile(join(root, 'driftos-ports.config.ts'), "export default { registry: './moved.ts' }\n")
    expect(JSON.parse((await cli(root, 'diff', '--json')).stdout)).toMatchObject({ since: 'acme@1.0.0', bump: 'major' })
  })

  it('compares with a file', async () => {
    const root = await makeReleased()
    await writeFile(join(root, 'older.json'), registry(4009))
    expect((await cli(root, 'diff', '--since', 'older.json')).stdout).toMatch(/port changed +shop +4009 +4001\n/)
    expect(await cli(root, 'diff', '--since', 'nowhere')).toMatchObject({ code: 2 })
  })
})

describe('diff --check', () => {
  it.each([
    ['patch', 1],
    ['minor', 1],
    ['major', 0],
  ])('with a %s changeset for a moved port exits %i', async (bump, code) => {
    const root = await makeReleased()
    await setPort(root, 4002)
    await writeFile(join(root, '.changeset/a.md'), `---\n'acme': ${bump}\n---\n\nSomething.\n`)
    expect(await cli(root, 'diff', '--check')).toMatchObject({ code })
  })

  it('exits 2 in a shallow clone, without git, and where tags are missing', async () => {
    const root = await makeReleased()
    await commit(root)
    await git(root, 'clone', '--quiet', '--depth', '1', `file://${root}`, `${root} shallow`)
    const shallow = await cli(`${root} shallow`, 'diff', '--check')
    expect(shallow).toMatchObject({ code: 2, stdout: '' })
    expect(shallow.stderr).toContain('`fetch-depth: 0`')
    await writeFile(join(root, 'CHANGELOG.md'), '# acme\n\n## 2.0.0\n\n## 1.0.0\n')
    await git(root, 'tag', '--delete', 'acme@1.0.0')
    const untagged = await cli(root, 'diff', '--check')
    expect(untagged.code).toBe(2)
    expect(untagged.stderr).toContain('git fetch --tags')
    await rm(join(root, '.git'), { recursive: true })
    const plain = await cli(root, 'diff', '--check')
    expect(plain.code).toBe(2)
    expect(plain.stderr).toContain('--since')
  })

  it('passes in a package that was never released, with a message', async () => {
    const root = await makeProject({ 'ports.json': registry(4001) })
    await commit(root)
    await setPort(root, 4002)
    const { code, stderr } = await cli(root, 'diff', '--check')
    expect(code).toBe(0)
    expect(stderr).toContain('acme was never released')
  })
})
