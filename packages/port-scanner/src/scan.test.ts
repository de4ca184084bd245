import { execFileSync, spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { maxFileBytes, scanFile } from './scan-file.js'
import { scan, type ScanOptions } from './scan.js'
import { createTally } from './scanned-file.js'
import { makeTree } from './tree.fixture.js'

async function scanTree(files: Readonly<Record<string, string | Buffer>>, options?: ScanOptions) {
  return scanRoot(makeTree(files), options)
}

async function scanRoot(root: string, options?: ScanOptions) {
  const tally = createTally()
  const found: Record<string, number[]> = {}
  for await (const { path, sightings } of scan(root, tally, options)) found[path] = sightings.map(({ port }) => port)
  return { found, tally }
}

const none = { binary: 0, large: 0, generated: 0, unreadable: [] }
const listen = 'app.listen(3000)\n'

describe('scan', () => {
  it('hands on the files that name a port, in the order of the walk, and counts all', async () => {
    const { found, tally } = await scanTree({
      'b.ts': listen,
      'a.ts': listen,
      'c/.env': 'PORT=3001',
      'd.ts': 'let a = 1',
    })
    expect(Object.entries(found)).toEqual([
      ['a.ts', [3000]],
      ['b.ts', [3000]],
      ['c/.env', [3001]],
    ])
    expect(tally).toEqual({ files: 4, bytes: 52, skipped: none })
  })

  it('counts no file that has no reader', async () => {
    expect((await scanTree({ 'a.png': 'port 3000', 'b.woff2': 'port 3000' })).tally.files).toBe(0)
  })

  it('finds nothing in empty files and folders', async () => {
    expect(await scanTree({ 'a.ts': '', 'b.yaml': '', Dockerfile: '' })).toEqual({
      found: {},
      tally: { files: 3, bytes: 0, skipped: none },
    })
  })

  it('reads a root that is a file, or a link to one', async () => {
    const root = makeTree({ 'a.ts': listen })
    symlinkSync(join(root, 'a.ts'), join(root, 'b.ts'))
    expect((await scanRoot(join(root, 'a.ts'))).found).toEqual({ '': [3000] })
    expect((await scanRoot(join(root, 'b.ts'))).found).toEqual({ '': [3000] })
  })

  it.each([
    ['with a byte order mark', `\uFEFF${listen}`],
    ['with lines that end as on Windows', `let a\r\n${listen.replace('\n', '\r\n')}`],
    [
      'with bytes that are no UTF-8',
      Buffer.concat([Buffer.from('// '), Buffer.from([0xff, 0xfe, 0xc3, 10]), Buffer.from(listen)]),
    ],
    ['with broken syntax', "((((\nfetch('http://localhost:3000')"],
    ['that ends where a page of memory does', listen.padEnd(4096, '\n')],
  ])('reads a file %s', async (_, content) => {
    expect((await scanTree({ 'a.ts': content })).found).toEqual({ 'a.ts': [3000] })
  })

  it.each(['a b.ts', 'a\nb.ts', 'ü.ts', '-p.ts'])('reads a file called %j', async (name) => {
    expect((await scanTree({ [name]: listen })).found).toEqual({ [name]: [3000] })
  })

  it('passes over a binary file, and counts it', async () => {
    const { found, tally } = await scanTree({ 'a.ts': `${listen}\0`, 'b.sh': Buffer.from(listen, 'utf16le') })
    expect(found).toEqual({})
    expect(tally).toEqual({ files: 0, bytes: 0, skipped: { ...none, binary: 2 } })
  })

  it('passes over a file that is too large, and counts it', async () => {
    const long = `${listen}${' '.repeat(maxFileBytes)}`
    const { found, tally } = await scanTree({ 'a.ts': long, 'b.sh': 'PORT=3000'.padEnd(maxFileBytes) })
    expect(found).toEqual({ 'b.sh': [3000] })
    expect(tally).toEqual({ files: 1, bytes: maxFileBytes, skipped: { ...none, large: 1 } })
  })

  it('is soon over with 50 MB on one line', async () => {
    const line = Buffer.alloc(50_000_000, 'port=3000;')
    const started = performance.now()
    expect((await scanTree({ 'a.js': line, 'b.json': line })).tally.skipped).toEqual({ ...none, large: 2 })
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('passes over what a program wrote, and counts it', async () => {
    const { found, tally } = await scanTree({
      'pnpm-lock.yaml': 'port: 3000',
      'a.min.js': listen,
      'b.js': 'listen(3000);'.repeat(2000),
    })
    expect(found).toEqual({})
    expect(tally.skipped).toEqual({ ...none, generated: 3 })
  })

  it('reads long JavaScript by its lines', async () => {
    const { found } = await scanTree({
      'a.js': `${'let a = [1, 2]\n'.repeat(10_000)}${listen}fetch('http://localhost:3001')\n`,
    })
    expect(found['a.js']).toContain(3001)
  })

  it('counts what vanishes, or may not be read, as unreadable', () => {
    const tally = createTally()
    expect(scanFile(makeTree({}), 'gone.ts', tally)).toBeUndefined()
    expect(tally.skipped).toEqual({
      ...none,
      unreadable: [{ file: 'gone.ts', reason: 'ENOENT: no such file or directory' }],
    })
  })

  it('is not kept waiting by a pipe in a file’s place', () => {
    const root = makeTree({})
    execFileSync('mkfifo', [join(root, 'a.ts')])
    expect(scanFile(root, 'a.ts', createTally())).toBeUndefined()
  })

  it('tells its progress', async () => {
    const onProgress = vi.fn<(done: number, all: number) => void>()
    await scanTree(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${String(index)}.ts`, ''])), {
      onProgress,
    })
    expect(onProgress.mock.calls).toEqual([
      [0, 600],
      [500, 600],
    ])
  })

  it('takes any bytes as any kind of file', async () => {
    const name = fc.constantFrom(
      'a.ts',
      'a.vue',
      'a.yaml',
      'a.json',
      'a.toml',
      'Dockerfile',
      '.env',
      'Makefile',
      'a.sh',
      'a.md',
      'a.py',
    )
    const bytes = fc.uint8Array({ maxLength: 200 }).map((noise) => Buffer.concat([Buffer.from('port 3000\n'), noise]))
    await fc.assert(
      fc.asyncProperty(name, bytes, async (file, content) => {
        const { tally } = await scanTree({ [file]: content })
        expect(tally.files + tally.skipped.binary).toBe(1)
      }),
      { numRuns: 100 },
    )
  })
})

describe('scan with a second thread', () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `${String(index).padStart(3, '0')}.ts`,
      index % 3 ? `app.listen(${String(4000 + index)})` : 'let a',
    ]),
  )

  it('finds the same in the same order, by the real thread from the sources', async () => {
    const root = makeTree(files)
    const module = fileURLToPath(new URL('scan.ts', import.meta.url))
    const script = `
      import { scan } from ${JSON.stringify(module)}
      const tally = { files: 0, bytes: 0, skipped: { binary: 0, large: 0, generated: 0, unreadable: [] } }
      const found = {}
      for await (const { path, sightings } of scan(${JSON.stringify(root)}, tally, { isHelped: true })) found[path] = sightings.map(({ port }) => port)
      console.log(JSON.stringify({ found: Object.entries(found), tally }))`
    const args = [
      '--import',
      import.meta.resolve('tsx'),
      '--conditions=@driftos/source',
      '--input-type=module',
      '-e',
      script,
    ]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const { found, tally } = await scanRoot(root)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({ found: Object.entries(found), tally })
  })

  it('does a thread’s part itself where the thread cannot start', async () => {
    // The runner of these tests gives the sources to no thread, so that the thread ends with an error.
    const root = makeTree(files)
    expect(await scanRoot(root, { isHelped: true })).toEqual(await scanRoot(root))
  })
})
