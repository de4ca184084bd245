import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { halves, readHalf } from '../../ports-cli/eval/corpus.js'
import { findFileKind, type FileKind } from './file-kind.js'
import { isMinified, mayHoldPort } from './prefilter.js'
import { loadReader } from './readers.js'

const files: Readonly<Record<FileKind, string>> = {
  javascript: 'a.ts',
  yaml: 'a.yaml',
  json: 'a.json',
  toml: 'a.toml',
  dockerfile: 'Dockerfile',
  dotenv: '.env',
  makefile: 'Makefile',
  shell: 'a.sh',
  markdown: 'a.md',
  text: 'a.py',
}

function mayHold(text: string, kind: FileKind): boolean {
  const bytes = Buffer.from(text)
  return mayHoldPort(bytes, bytes.length, kind)
}

describe('mayHoldPort', () => {
  const known = halves.flatMap((half) =>
    readHalf(half).flatMap(({ name, files: own }) => own.map(({ path, text }) => ({ name, path, text }))),
  )

  it('lets every file of the corpus through in which a reader finds a port', async () => {
    const missed: string[] = []
    for (const { name, path, text } of known) {
      const kind = findFileKind(path)
      if (kind === undefined || kind === 'generated' || mayHold(text, kind)) continue
      if ((await loadReader(kind, text))(text, path).length > 0) missed.push(`${name}/${path}`)
    }
    expect(missed).toEqual([])
  })

  it('lets every single line of the corpus through in which a reader finds a port', async () => {
    const missed: string[] = []
    for (const { name, path, text } of known) {
      const kind = findFileKind(path)
      if (kind === undefined || kind === 'generated') continue
      for (const line of text.split('\n')) {
        if (!/\d\d/.test(line) || mayHold(line, kind)) continue
        if ((await loadReader(kind, line))(line, path).length > 0) missed.push(`${name}/${path}: ${line}`)
      }
    }
    expect(missed).toEqual([])
  })

  // The same texts every time: what they do not meet is no failure of another day.
  const seed = 3000
  const piece = fc.oneof(
    fc.constantFrom('3000', '3001', '30_795', '8080', '443', '80', '5432', '65534', '1024', '3000-3005', '3010:3000'),
    fc.constantFrom(
      'PORT=',
      'port',
      'ports',
      'CORE_PORT=',
      '"port": ',
      '--port ',
      '-p ',
      'localhost:',
      'http://core:',
      'core:',
      '127.0.0.1:',
      'httpPort = ',
    ),
    fc.constantFrom(
      'listen(',
      '.default(',
      'connect(',
      'createServer(',
      'EXPOSE ',
      'ENV PORT ',
      'running on ',
      'is at ',
      'docker run ',
      '?? ',
      '|| ',
      'Gateway ',
      '| port |\n|---|\n| ',
    ),
    fc.constantFrom(...'[]{}()<>"\'`$:;,.=|&-/*@ \t\n'.split(''), ': ', ' = ', '${', ':-', '//', '\r\n', 'é', '\uFEFF'),
  )

  it.each(Object.keys(files) as FileKind[])(
    'lets through any text in which the reader of %s finds a port',
    async (kind) => {
      const read = await loadReader(kind, '')
      expect(() =>
        fc.assert(
          fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
            const text = pieces.join('')
            return mayHold(text, kind) || read(text, files[kind]).length === 0
          }),
          { numRuns: 3000, seed },
        ),
      ).not.toThrow()
    },
  )

  it.each([
    ['no number', 'const port = process.env.PORT'],
    ['a count of milliseconds', 'setTimeout(retry, 3000)'],
    ['a version', 'localhost 12.0.1'],
    ['a colour', 'const port = "#3010ff"'],
    ['a hash', 'port 3000abc'],
    ['a number too long', 'port 300000'],
    ['what ports go up to', 'a port below 65535'],
    ['a group of an IPv6 address', '2002:7f00:ab::'],
    ['a word that only begins as port', 'portable since 2019'],
  ])('passes over a source with nothing but %s', (_, text) => {
    expect(mayHold(text, 'javascript')).toBe(false)
  })

  it('finds a number however far into a text its word stands', () => {
    for (const before of [0, 10, 300, 1000, 1024, 1100, 5000]) {
      const text = `${'x(1234);'.repeat(before)} port: z.number().int().min(1).max(65535).default(3000)`
      expect(mayHold(text, 'javascript')).toBe(true)
    }
  })

  it('takes time in proportion to the text', { timeout: 20_000 }, () => {
    for (const unit of ['3000 ', 'a:3000', '3', ':', 'port', '"', 'x 1234,', '-', '_1', 'listen']) {
      const bytes = Buffer.from(unit.repeat(2_000_000 / unit.length))
      const started = performance.now()
      mayHoldPort(bytes, bytes.length, 'javascript')
      expect(performance.now() - started).toBeLessThan(4000)
    }
  })

  it('looks at no more bytes than it is told', () => {
    const bytes = Buffer.from('const a = 1 // port 3000')
    expect(mayHoldPort(bytes, 12, 'javascript')).toBe(false)
  })

  it('reads any bytes', () => {
    expect(() =>
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom(...(Object.keys(files) as FileKind[])),
          (bytes, kind) => {
            mayHoldPort(Buffer.from(bytes), bytes.length, kind)
          },
        ),
      ),
    ).not.toThrow()
  })
})

describe('isMinified', () => {
  const line = 'app.listen(3000);'

  it.each([
    ['a bundle on one line', line.repeat(2000), 'javascript', true],
    ['a bundle on a few lines', `${line.repeat(500)}\n`.repeat(4), 'javascript', true],
    ['lines as people write them', `${line}\n`.repeat(2000), 'javascript', false],
    ['a short line alone', line.repeat(100), 'javascript', false],
    ['data on one line', line.repeat(2000), 'json', false],
  ] as const)('judges %s', (_, text, kind, expected) => {
    const bytes = Buffer.from(text)
    expect(isMinified(bytes, bytes.length, kind)).toBe(expected)
  })
})
