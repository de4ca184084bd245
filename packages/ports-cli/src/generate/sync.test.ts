import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readdir, readFile, stat, symlink, watch, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RegistryDefinition } from '@driftos/ports/define'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeRepository, readAll, readPartlyGenerated } from '../repository.fixture.js'
import type { Artifact } from './artifact.js'
import { large, registry, registryWith } from './fake-registry.fixture.js'
import { listArtifacts } from './index.js'
import { findDrift, writeDrift } from './synchronize.js'

const whole: Artifact = { file: 'docs/whole.md', render: () => 'one\ntwo\n' }
const region: Artifact = {
  file: 'region.md',
  markers: { begin: '<!-- begin -->', end: '<!-- end -->' },
  render: () => 'one\ntwo\n',
}

describe('findDrift', () => {
  it('finds nothing where every file is what is generated', async () => {
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
    ['no begin', 'a\n<!-- end -->\n', 'region.md has to hold this line once, and holds it 0 times:\n<!-- begin -->'],
    ['no end', 'a\n<!-- begin -->\n', 'region.md has to hold this line once, and holds it 0 times:\n<!-- end -->'],
    [
      'two begins',
      `<!-- begin -->\n${text('')}`,
      'region.md has to hold this line once, and holds it 2 times:\n<!-- begin -->',
    ],
    [
      'two ends',
      `<!-- end -->\n${text('')}`,
      'region.md has to hold this line once, and holds it 2 times:\n<!-- end -->',
    ],
    [
      'the end before the begin',
      '<!-- end -->\n<!-- begin -->\n',
      'region.md has to hold these lines in this order:\n<!-- begin -->\n<!-- end -->',
    ],
    [
      'a begin that is not a whole line',
      '- <!-- begin -->\n<!-- end -->\n',
      'region.md has to hold this line once, and holds it 0 times:\n<!-- begin -->',
    ],
    ['nothing at all', '', 'region.md has to hold this line once, and holds it 0 times:\n<!-- begin -->'],
  ])('refuses a file with %s', async (_, content, message) => {
    const root = await makeRepository({ 'region.md': content })
    await expect(findDrift([region], registry, root)).rejects.toThrow(message)
  })

  it('refuses a missing file of which only a part is generated', async () => {
    await expect(findDrift([region], registry, await makeRepository({}))).rejects.toThrow(
      'region.md is missing; only a part of it is generated, so it has to be there',
    )
  })

  it('refuses a file that it could not write back byte for byte', async () => {
    const root = await makeRepository({})
    await writeFile(join(root, 'region.md'), Buffer.concat([Buffer.from([0xff]), Buffer.from(text(''))]))
    await expect(findDrift([region], registry, root)).rejects.toThrow('region.md is not UTF-8')
  })

  it('names the file and the remedy where a folder stands in its place', async () => {
    const root = await makeRepository({ 'docs/whole.md/inner': '' })
    await expect(findDrift([whole], registry, root)).rejects.toThrow(
      /^Cannot read docs\/whole\.md: EISDIR.*\nMove away what stands in its place and run sync again\.$/,
    )
  })

  it('names the file and the remedy where a file stands in the place of its folder', async () => {
    const root = await makeRepository({ docs: 'a file' })
    await expect(findDrift([whole], registry, root)).rejects.toThrow(
      /^Cannot read docs\/whole\.md: ENOTDIR.*\nMove away/,
    )
    expect(await readFile(join(root, 'docs'), 'utf8')).toBe('a file')
  })
})

describe('writeDrift', () => {
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
    const root = await makeRepository({ 'region.md': '\t<!-- begin -->\nold\n    <!-- end -->' })
    await synchronize([region], root)
    expect(await readFile(join(root, 'region.md'), 'utf8')).toBe('\t<!-- begin -->\none\ntwo\n    <!-- end -->')
  })

  it('goes by the line end of the marker in a file that has both', async () => {
    const root = await makeRepository({ 'region.md': `\r\n${text('old\n')}` })
    await synchronize([region], root)
    expect(await readFile(join(root, 'region.md'), 'utf8')).toBe(`\r\n${text('one\ntwo\n')}`)
  })

  it('touches no byte outside the markers, whatever stands there', async () => {
    const root = await makeRepository({})
    const path = join(root, 'region.md')
    const around = fc.string({ unit: 'binary', maxLength: 200 }).filter((string) => !string.includes('<!-- '))
    const line = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(around, around, around, line, line, async (before, old, after, lineEnd, lastLineEnd) => {
        const head = `${before}\n<!-- begin -->${lineEnd}`
        const tail = `<!-- end -->${lastLineEnd}${after}`
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
    await expect(writeDrift(drift, root)).rejects.toThrow(
      /^Cannot write docs\/n+, which is as it was: ENAMETOOLONG.*\nWritten before it, and whole: docs\/whole\.md\. Mend that and run sync again\.$/,
    )
    expect(await readdir(join(root, 'docs'))).toEqual(['whole.md'])
    expect(await readFile(join(root, 'docs/whole.md'), 'utf8')).toBe('one\ntwo\n')
  })

  it('says what to do where a file stands in the place of a folder', async () => {
    const root = await makeRepository({ docs: 'a file' })
    await expect(writeDrift([{ file: 'docs/whole.md', present: undefined, wanted: '' }], root)).rejects.toThrow(
      /^Cannot write docs\/whole\.md.*\nWritten before it, and whole: nothing\. Move away what stands in its place/,
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
  it('leaves every file old or new whenever it is killed', { timeout: 60_000 }, async () => {
    const partlyGenerated = await readPartlyGenerated()
    const root = await makeRepository(partlyGenerated)
    const versions = await Promise.all([registry, moved].map((from) => generate(from, partlyGenerated)))
    for (let kill = 0; kill < 8; kill++) {
      const child = startWriting(root)
      await once(child.stdout, 'data')
      await (kill % 2 === 0 ? delay(Math.random() * 100) : changeOf(root, large.file))
      child.kill('SIGKILL')
      await once(child, 'close')

      const files = await readAll(root)
      const torn = Object.keys(versions[0]!).filter((file) =>
        versions.every((version) => version[file] !== files[file]),
      )
      expect(torn).toEqual([])
    }
    await writeDrift(await findDrift(listArtifacts(registry), registry, root), root)
    expect(await findDrift(listArtifacts(registry), registry, root)).toEqual([])
  })
})

const moved = registryWith('core', { port: 4321 })

/** Every generated file as a registry has it. */
async function generate(
  from: RegistryDefinition,
  files: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const root = await makeRepository(files)
  await synchronize([...listArtifacts(from), large], root, from)
  return readAll(root)
}

function startWriting(root: string) {
  const fixture = fileURLToPath(new URL('synchronize.fixture.ts', import.meta.url))
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', fixture, root]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Settles when a file, or what is to become it, begins to change. */
async function changeOf(root: string, file: string): Promise<void> {
  for await (const { filename } of watch(join(root, dirname(file)))) {
    if (filename?.startsWith(basename(file))) return
  }
}

async function synchronize(
  artifacts: readonly Artifact[],
  root: string,
  from: RegistryDefinition = registry,
): Promise<void> {
  await writeDrift(await findDrift(artifacts, from, root), root)
}

function crlf(content: string): string {
  return content.replaceAll('\n', '\r\n')
}

function text(generated: string): string {
  return `before\n<!-- begin -->\n${generated}<!-- end -->\nafter`
}
