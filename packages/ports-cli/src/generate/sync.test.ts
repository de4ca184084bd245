import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readdir, readFile, stat, symlink, watch, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acme as registry } from '../acme.fixture.js'
import type { Generator } from '../project/config.js'
import { makeRepository, readAll } from '../repository.fixture.js'
import { getMarkers } from './region.js'
import { findDrift, writeChanges } from './sync.js'
import { large, versions } from './sync.fixture.js'

const whole: Generator = { file: 'docs/whole.md', render: () => 'one\ntwo\n' }
const region: Generator = { file: 'region.md', region: 'part', render: () => 'one\ntwo\n' }
const { begin, end } = getMarkers(region.file, 'part')
const both = `${begin}\n${end}`

describe('findDrift', () => {
  it('finds nothing when every file is up to date', async () => {
    const root = await makeRepository({ 'docs/whole.md': 'one\ntwo\n', 'region.md': text('one\ntwo\n') })
    expect(await findDrift([whole, region], registry, root)).toEqual([])
  })

  it('finds a file that is missing, and one that differs', async () => {
    const root = await makeRepository({ 'region.md': text('old\n') })
    expect(await findDrift([whole, region], registry, root)).toEqual([
      { file: 'docs/whole.md', present: undefined, wanted: 'one\ntwo\n' },
      { file: 'region.md', present: text('old\n'), wanted: text('one\ntwo\n') },
    ])
  })

  it.each([
    ['no begin', `a\n${end}\n`, 'lacks the begin marker'],
    ['no end', `a\n${begin}\n`, 'lacks the end marker'],
    ['two begins', `${begin}\n${text('')}`, 'has a marker twice'],
    ['two ends', `${end}\n${text('')}`, 'has a marker twice'],
    ['the end before the begin', `${end}\n${begin}\n`, 'has its markers in the wrong order'],
    ['a begin that is not a whole line', `- ${begin}\n${end}\n`, 'lacks the begin marker'],
    ['nothing at all', '', 'has no markers'],
  ])('refuses a file with %s, and shows the lines to paste', async (_, content, problem) => {
    const root = await makeRepository({ 'region.md': content })
    await expect(findDrift([region], registry, root)).rejects.toThrow(
      `region.md ${problem} for the region part. Have these two lines once, where the generated part belongs:\n${both}`,
    )
  })

  it('shows the lines to paste where the file of a region is missing', async () => {
    await expect(findDrift([region], registry, await makeRepository({}))).rejects.toThrow(both)
  })

  it('removes a whole file that is no longer generated, and empties a region', async () => {
    const root = await makeRepository({ 'docs/whole.md': 'one\ntwo\n', 'region.md': text('one\ntwo\n') })
    const render = () => undefined
    const generators = [
      { ...whole, render },
      { ...region, render },
    ]
    expect(await findDrift(generators, registry, root)).toEqual([
      { file: 'docs/whole.md', present: 'one\ntwo\n', wanted: undefined },
      { file: 'region.md', present: text('one\ntwo\n'), wanted: text('') },
    ])
    await synchronize(generators, root)
    expect(Object.keys(await readAll(root))).toEqual(['pnpm-workspace.yaml', 'region.md'])
    expect(await findDrift(generators, registry, root)).toEqual([])
  })

  it('names the file of a generator that throws', async () => {
    const broken = { ...whole, render: () => JSON.parse('no JSON') as string }
    await expect(findDrift([broken], registry, await makeRepository({}))).rejects.toThrow(
      'Cannot generate docs/whole.md: ',
    )
  })

  it('refuses a file that it could not write back byte for byte', async () => {
    const root = await makeRepository({})
    await writeFile(join(root, 'region.md'), Buffer.concat([Buffer.from([0xff]), Buffer.from(text(''))]))
    await expect(findDrift([region], registry, root)).rejects.toThrow('region.md is not UTF-8')
  })

  it('names the file and the remedy where a directory has its place', async () => {
    const root = await makeRepository({ 'docs/whole.md/inner': '' })
    await expect(findDrift([whole], registry, root)).rejects.toThrow(
      /^Cannot read docs\/whole\.md: it is a directory\. Move the directory away \(EISDIR\), then run this again\.$/,
    )
  })

  it('names the file and the remedy where a file has the place of its directory', async () => {
    const root = await makeRepository({ docs: 'a file' })
    await expect(findDrift([whole], registry, root)).rejects.toThrow(
      /^Cannot read docs\/whole\.md: a part of its path is a file\. Move that file away \(ENOTDIR\)/,
    )
    expect(await readFile(join(root, 'docs'), 'utf8')).toBe('a file')
  })
})

describe('writeChanges', () => {
  it('keeps the line ends of a file, a generated one too', async () => {
    const root = await makeRepository({
      'docs/whole.md': 'old\r\n',
      'region.md': crlf(text('old\n')),
    })
    await synchronize([whole, region], root)
    expect(await readFile(join(root, 'docs/whole.md'), 'utf8')).toBe('one\r\ntwo\r\n')
    expect(await readFile(join(root, 'region.md'), 'utf8')).toBe(crlf(text('one\ntwo\n')))
    expect(await findDrift([whole, region], registry, root)).toEqual([])
  })

  it('finds its markers however they are indented, and leaves them so', async () => {
    const root = await makeRepository({ 'region.md': `\t${begin}\nold\n    ${end}` })
    await synchronize([region], root)
    expect(await readFile(join(root, 'region.md'), 'utf8')).toBe(`\t${begin}\none\ntwo\n    ${end}`)
  })

  it('uses the line end of the begin marker in a file that has both', async () => {
    const root = await makeRepository({ 'region.md': `\r\n${text('old\n')}` })
    await synchronize([region], root)
    expect(await readFile(join(root, 'region.md'), 'utf8')).toBe(`\r\n${text('one\ntwo\n')}`)
  })

  it('touches no byte outside the markers', async () => {
    const root = await makeRepository({})
    const path = join(root, 'region.md')
    const around = fc.string({ unit: 'binary', maxLength: 200 }).filter((string) => !string.includes('<!-- '))
    const line = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(around, around, around, line, line, async (before, old, after, lineEnd, lastLineEnd) => {
        const head = `${before}\n${begin}${lineEnd}`
        const tail = `${end}${lastLineEnd}${after}`
        await writeFile(path, `${head}${old}\n${tail}`)
        await synchronize([region], root)
        const expected = Buffer.from(`${head}one${lineEnd}two${lineEnd}${tail}`)
        expect((await readFile(path)).equals(expected)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('leaves no temporary file behind', async () => {
    const root = await makeRepository({ 'region.md': text('old\n') })
    await synchronize([whole, region], root)
    expect(await readdir(root, { recursive: true })).toEqual(
      expect.arrayContaining(['docs', join('docs', 'whole.md'), 'region.md']),
    )
    expect(await readdir(root, { recursive: true })).toHaveLength(4)
  })

  it.skipIf(process.platform === 'win32')('replaces a read-only file, which stays read-only', async () => {
    const root = await makeRepository({ 'docs/whole.md': 'old\n' })
    await chmod(join(root, 'docs/whole.md'), 0o444)
    await synchronize([whole], root)
    expect(await readFile(join(root, 'docs/whole.md'), 'utf8')).toBe('one\ntwo\n')
    expect((await stat(join(root, 'docs/whole.md'))).mode & 0o777).toBe(0o444)
  })

  it.skipIf(process.platform === 'win32')('writes through a link, and leaves it one', async () => {
    const root = await makeRepository({ 'elsewhere.md': text('old\n') })
    await symlink('elsewhere.md', join(root, 'region.md'))
    await synchronize([region], root)
    expect(await readFile(join(root, 'elsewhere.md'), 'utf8')).toBe(text('one\ntwo\n'))
  })

  it('names the file that cannot be written, and those that are', async () => {
    // Too long for a file system only once the temporary name's suffix is added.
    const unwritable = { ...whole, file: `docs/${'n'.repeat(250)}` }
    const last = { ...whole, file: 'docs/last.md' }
    const root = await makeRepository({})
    const drift = await findDrift([whole, unwritable, last], registry, root)
    await expect(writeChanges(drift, root)).rejects.toThrow(
      /^Cannot write docs\/n+: its name is too long\. Choose a shorter one \(ENAMETOOLONG\), .*\nWritten before it: docs\/whole\.md\.$/,
    )
    expect(await readdir(join(root, 'docs'))).toEqual(['whole.md'])
    expect(await readFile(join(root, 'docs/whole.md'), 'utf8')).toBe('one\ntwo\n')
  })

  it('prints the fix when a file has the name of a directory', async () => {
    const root = await makeRepository({ docs: 'a file' })
    await expect(writeChanges([{ file: 'docs/whole.md', present: undefined, wanted: '' }], root)).rejects.toThrow(
      /^Cannot write docs\/whole\.md: a part of its path is a file\. Move that file away .*\nWritten before it: nothing\.$/,
    )
  })

  it('may run twice at once', async () => {
    const root = await makeRepository({ 'region.md': text('old\n') })
    await Promise.all(Array.from({ length: 10 }, () => synchronize([whole, region], root)))
    expect(await findDrift([whole, region], registry, root)).toEqual([])
    expect(await readdir(join(root, 'docs'))).toEqual(['whole.md'])
  })
})

describe('a process that writes', () => {
  it('leaves every file old or new whenever it is killed', async () => {
    const root = await makeRepository({})
    for (let kill = 0; kill < 4; kill++) {
      const child = startWriting(root)
      await once(child.stdout, 'data')
      await (kill % 2 === 0 ? delay(Math.random() * 100) : changeOf(root, large))
      child.kill('SIGKILL')
      await once(child, 'close')

      const files = await readAll(root)
      for (const { file } of versions[0]!) {
        expect(versions.map((version) => version.find((one) => one.file === file)!.render(registry))).toContain(
          files[file],
        )
      }
    }
    await synchronize(versions[0]!, root)
    expect(await findDrift(versions[0]!, registry, root)).toEqual([])
  })
})

function startWriting(root: string) {
  const fixture = fileURLToPath(new URL('sync-loop.fixture.ts', import.meta.url))
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', fixture, root]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Resolves when a file, or its temporary file, begins to change. */
async function changeOf(root: string, file: string): Promise<void> {
  for await (const { filename } of watch(join(root, dirname(file)))) {
    if (filename?.includes(basename(file))) return
  }
}

async function synchronize(generators: readonly Generator[], root: string): Promise<void> {
  await writeChanges(await findDrift(generators, registry, root), root)
}

function crlf(content: string): string {
  return content.replaceAll('\n', '\r\n')
}

function text(generated: string): string {
  return `before\n${begin}\n${generated}${end}\nafter`
}
