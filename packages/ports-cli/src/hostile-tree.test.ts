import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, useExample } from './cli.fixture.js'
import { makeRepository } from './repository.fixture.js'

interface Checked {
  readonly findings: readonly { readonly file: string; readonly rule: string }[]
  readonly scanned: { readonly files: number; readonly unreadable: readonly { readonly file: string }[] }
}

/** Checks a tree from outside of it, so that no code of it runs. */
async function check(root: string): Promise<Checked> {
  return JSON.parse((await run(['check', root, '--json'])).stdout) as Checked
}

const { PORTS } = useExample()
const wrong = { 'wrong.env': `CORE_PORT=${PORTS.gateway}\n` }
const ofWrong = expect.objectContaining({
  file: expect.stringMatching(/(?:^|\/)wrong\.env$/),
  rule: 'wrong-port',
}) as object

describe('check of a hostile tree', () => {
  it.skipIf(process.platform === 'win32')('skips pipes and devices, and follows no symlink cycle', async () => {
    const root = await makeRepository({
      ...wrong,
      'pipes/a.env': `DEMO_PORT=${PORTS.demo}\n`,
      'zero/a.env': `DEMO_PORT=${PORTS.demo}\n`,
    })
    for (const name of ['package.json', 'pyproject.toml', 'go.mod', '.gitignore', 'b.env', 'c.ts']) {
      execFileSync('mkfifo', [join(root, 'pipes', name)])
      symlinkSync('/dev/zero', join(root, 'zero', name))
    }
    symlinkSync('..', join(root, 'zero/up'))
    symlinkSync('itself', join(root, 'itself'))
    expect(await check(root)).toMatchObject({ findings: [ofWrong], scanned: { unreadable: [] } })
  })

  it('parses deep nesting in every language, or lists the file as unreadable', async () => {
    const depth = 50_000
    const nested: Record<string, string> = {
      'a.json': `${'['.repeat(depth)}{"port":3000}${']'.repeat(depth)}`,
      'b.json': '{"a":'.repeat(depth),
      'a.yaml': `a: ${'['.repeat(depth)}3000${']'.repeat(depth)}`,
      'b.yaml': `${'- '.repeat(depth)}port: 3000`,
      'a.toml': `port = ${'['.repeat(depth)}3000${']'.repeat(depth)}`,
      'a.ts': `${'(\n'.repeat(10_000)}listen(3000)${')\n'.repeat(10_000)}`,
      'b.ts': `x${'.a()\n'.repeat(10_000)}.listen(3000)`,
      'a.tsx': `${'<a>\n'.repeat(10_000)}{listen(3000)}`,
      'a.sh': `${'$('.repeat(depth)}curl localhost:3000${')'.repeat(depth)}`,
      'a.md': `${'> '.repeat(depth)}port 3000`,
      Makefile: `A=${'$('.repeat(depth)}3000`,
      Dockerfile: `ENV A=${'${A:-'.repeat(depth)}3000`,
    }
    const links = [
      'a => ',
      'a ? ',
      'a ? b : ',
      'if (a) ',
      'if (a); else ',
      'for (;;) ',
      'a = ',
      'new ',
      '<a>',
      '`${',
      'a(',
      '{',
    ]
    for (const [index, link] of links.entries()) nested[`link${index}.tsx`] = `${link.repeat(depth)}listen(3000)`
    const { findings, scanned } = await check(await makeRepository({ ...wrong, ...nested }))
    expect(findings).toContainEqual(ofWrong)
    expect(scanned.files).toBe(Object.keys(nested).length + 2)
    const unread = scanned.unreadable.map(({ file }) => basename(file))
    expect(unread).toContain('a.ts')
  })

  it('does not expand YAML aliases', async () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    )
    const bomb = `a0: &a0 [3001]\n${levels.join('\n')}\nservices: { x: { ports: *a40, <<: &self { <<: *self } } }\n`
    const { findings } = await check(await makeRepository({ ...wrong, 'docker-compose.yml': bomb, 'b.yaml': bomb }))
    expect(findings).toContainEqual(ofWrong)
  })

  it('finishes quickly with patterns and texts that cause backtracking', async () => {
    const rules = ['*a', '*[a]', '*?', 'a*', '**/a*', '+(a|a)*'].map((one) => `${one.repeat(20)}x`).join('\n')
    const long = 'a'.repeat(200)
    const spaces = ' '.repeat(500_000)
    const root = await makeRepository({
      ...wrong,
      '.gitignore': `${rules}\n`,
      [`${long}/${long}.env`]: `DEMO_PORT=${PORTS.demo}\n`,
      'a.md': `port${spaces}3000 ${'*_`['.repeat(50_000)} moved from ${'port '.repeat(50_000)}3003`,
      'a.env': `A=${'\\"'.repeat(200_000)}:3000\n${'A_'.repeat(200_000)}PORT=3005\n`,
      'a.py': `url = "http:${'/'.repeat(300_000)}localhost:3000${'a@'.repeat(100_000)}:3000"`,
      'b.sh': `${'-p '.repeat(100_000)}3000\n${'cat <<A\n'.repeat(50_000)}`,
    })
    expect((await check(root)).findings).toContainEqual(ofWrong)
  })

  it('reports twenty thousand findings in one file, without those that a comment ignores', async () => {
    const lines = (end: string) => Array.from({ length: 20_000 }, (_, line) => `A${line}_PORT=4999${end}\n`).join('')
    const published = Array.from({ length: 5000 }, (_, index) => `  s${index}:\n    ports: ["4999:80"]\n`).join('')
    const root = await makeRepository({
      'a.env': lines(''),
      'b.env': lines(' # driftos-ports-ignore'),
      'docker-compose.yml': `services:\n${published}`,
    })
    const { stdout } = await run(['check', root])
    expect(stdout).toMatch(/unregistered-port 5000/)
    expect(stdout).toMatch(/conflict 4999/)
  })

  it('scans forty thousand files, including odd names', async () => {
    const root = await makeRepository(wrong)
    for (let folder = 0; folder < 40; folder++) {
      mkdirSync(join(root, `f${folder}`))
      for (let file = 0; file < 1000; file++) writeFileSync(join(root, `f${folder}/${file}.ts`), '')
    }
    const odd = Buffer.from(`${root}/\xFF\xFE.env`, 'latin1')
    if (process.platform === 'linux') writeFileSync(odd, 'DEMO_PORT=3004\n')
    const { findings, scanned } = await check(root)
    expect(findings).toContainEqual(ofWrong)
    expect(scanned.files).toBeGreaterThan(40_000)
  })

  it('prints no control characters of a file to the terminal', async () => {
    const root = await makeRepository({ 'a\u001B]0;x\u0007.env': 'CORE_PORT=3000 # \u001B[2J\u009B31m \u2028\n' })
    const { stdout } = await run(['check', root])
    expect(stdout).toContain('3000')
    // oxlint-disable-next-line no-control-regex -- a terminal's control characters are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028]/)
  })
})

describe('a hostile configuration', () => {
  it.each([
    ['throws', "throw new Error('boom')", 'Cannot load driftos-ports.config.ts: boom'],
    ['is no TypeScript', '}{', 'Cannot load driftos-ports.config.ts: '],
    ['throws no error', 'throw undefined', 'Cannot load driftos-ports.config.ts: undefined'],
    ['names a directory', "export default { registry: '/dev' }", 'Cannot read the registry'],
  ])('that %s prints a message and exits with code 2', async (_, source, message) => {
    const root = await makeRepository({ 'driftos-ports.config.ts': source })
    const { code, stdout, stderr } = await run(['check'], {}, false, root)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('of a tree that is checked from outside is not executed', async () => {
    const root = await makeRepository({ ...wrong, 'driftos-ports.config.ts': "throw new Error('boom')" })
    expect((await check(root)).findings).toEqual([ofWrong])
  })
})
