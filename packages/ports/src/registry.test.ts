import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
let folder: string
let source: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftos-registry-'))
  source = await readFile(new URL('registry.ts', import.meta.url), 'utf8')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('registry.ts', () => {
  it('compiles by itself', async () => {
    expect(await errorsIn('right', source)).toBe('')
  })

  it('does not compile with two services on one port, and the error names both', async () => {
    const clash = source.replace(/(demo: +\{ port: )3005/, '$13004')
    const lastLine = source.trimEnd().split('\n').length
    expect(await errorsIn('clash', clash)).toMatch(
      new RegExp(
        `^registry\\.ts\\(${lastLine},\\d+\\): error TS2344: .*\\n.*"port 3004 is held by both (demo and website|website and demo)"`,
      ),
    )
  })

  it('does not compile with a name twice', async () => {
    const twin = source.replace(/^ {2}demo: /m, '  core: ')
    expect(await errorsIn('twin', twin)).toMatch(/^registry\.ts\(\d+,3\): error TS1117: /)
  })

  it.each([
    ['group', "group: 'monitoring'", "group: 'monitored'"],
    ['variable', "variable: 'DEMO_PORT'", "variable: 'DEMO'"],
    ['field', "summary: 'Public site'", "sumary: 'Public site'"],
  ])('does not compile with a %s that cannot be', async (name, right, wrong) => {
    expect(source).toContain(right)
    expect(await errorsIn(name, source.replace(right, wrong))).toMatch(/^registry\.ts\(\d+,\d+\): error TS\d+: /)
  })
})

/** What the compiler says of a registry. */
async function errorsIn(name: string, text: string): Promise<string> {
  const cwd = join(folder, name)
  await mkdir(cwd)
  await writeFile(join(cwd, 'registry.ts'), text)
  const args = [tsc, '--noEmit', '--strict', '--target', 'es2022', '--types', '', '--pretty', 'false', 'registry.ts']
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
}
