import fc from 'fast-check'
import { parse as parseJson, type ParseError } from 'jsonc-parser'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { makeRepository } from '../repository.fixture.js'
import { registryOf } from './acme.fixture.js'
import { findProblems } from './check.js'
import { applyFixes } from './fix.js'
import { scanRoots } from './scan.js'

const registry = registryOf({ shop: 4100, stock: [4200, 8080], ledger: 4300 })

/** Lines of each format that contain a number of another service, one that is right, and neither. */
const formats: readonly (readonly [file: string, head: string, lines: readonly string[], foot: string])[] = [
  [
    '.env',
    '',
    ['SHOP_PORT=4300', "STOCK_URL='http://localhost:4100/x'", 'LEDGER_PORT=4300', '# SHOP_PORT=1', 'A=1'],
    '',
  ],
  ['a.properties', '', ['shop.port=4300', 'stock.url = http://localhost:4100', 'ledger.port=4300', '! a'], ''],
  ['a.sh', '', ['export SHOP_PORT=4300', 'STOCK_URL="${STOCK_URL:-http://localhost:4100}"', 'echo ok', '# a'], ''],
  ['a.ts', '', ['const SHOP_PORT = 4_300', "const stockUrl = 'http://localhost:4100'", '// a', 'f(1)'], ''],
  ['a.py', '', ['SHOP_PORT = 4300', 'LEDGER_PORT = 4300', 'x = "http://localhost:4300"', '# a'], ''],
  ['a.toml', '', ['[[a]]', 'shop_port = 4300', '[[b]]', 'stock_url = "http://localhost:4100"'], ''],
  ['a.yml', 'a:\n', ['  - shopPort: 4300', '  - stockUrl: http://localhost:4100', '  - ledgerPort: 4300', '  # a'], ''],
  [
    'compose.yml',
    'services:\n  stock:\n    image: x\n    ports:\n',
    ['      - "4100:8080"', "      - '4300:8080'"],
    '',
  ],
  ['config.json', '[\n', ['  { "shopPort": 4300 },', '  { "stockUrl": "http://localhost:4100" },'], '  {}\n]'],
]

async function check(root: string) {
  const project = { root: '/none', registry, ignore: [], loadGenerators: () => Promise.resolve([]) }
  return findProblems(await scanRoots([root], root, registry), project, root)
}

/** Returns whether the parser of a format accepts a text; formats without one accept any. */
function isValid(file: string, text: string): boolean {
  if (file.endsWith('.yml')) return parseAllDocuments(text).every(({ errors }) => errors.length === 0)
  const errors: ParseError[] = []
  if (file.endsWith('.json')) parseJson(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true })
  return errors.length === 0
}

describe('applyFixes', () => {
  it.each(formats)('fixes %s without any other change', async (file, head, lines, foot) => {
    const root = await makeRepository({ [file]: '' })
    const texts = fc.record({
      chosen: fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 8 }),
      newline: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\uFEFF'),
      end: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(texts, async ({ chosen, newline, mark, end }) => {
        const body = `${head}${chosen.join('\n')}${foot === '' ? '' : `\n${foot}`}${end ? '\n' : ''}`
        const text = mark + body.replaceAll('\n', newline)
        await writeFile(join(root, file), text)
        const before = await check(root)
        const fixable = before.filter(({ fix }) => fix !== undefined)
        const fixed = applyFixes(text, fixable)
        await writeFile(join(root, file), fixed)
        const changed = new Set(fixable.map(({ line }) => line))
        const after = fixed.split('\n')
        for (const [index, line] of text.split('\n').entries()) {
          if (!changed.has(index + 1)) expect(after[index]).toBe(line)
          else expect(after[index]!.replaceAll(/\d[\d_]*/g, 'N')).toBe(line.replaceAll(/\d[\d_]*/g, 'N'))
        }
        expect(isValid(file, fixed)).toBe(isValid(file, text))
        expect((await check(root)).filter(({ fix }) => fix !== undefined)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('leaves a place that does not contain the number any more', async () => {
    const root = await makeRepository({ '.env': 'SHOP_PORT=4300\n' })
    const findings = await check(root)
    expect(applyFixes('SHOP_PORT=5000\n', findings)).toBe('SHOP_PORT=5000\n')
    expect(applyFixes('SHOP_PORT=4300\n', findings)).toBe('SHOP_PORT=4100\n')
  })
})
