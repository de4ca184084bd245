import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acme, acmeDefinition, acmeRegistry } from '../acme.fixture.js'
import { readStaticDefault, readStaticTables } from './source.js'

const read = (text: string) => readStaticDefault(text, 'ports.ts', 'generate')

describe('readStaticTables', () => {
  it.each([acmeRegistry, acmeDefinition])('returns the tables of a module of literals', (text) => {
    expect(readStaticTables(text, 'ports.ts')).toEqual(acme)
  })

  it.each([
    ['a statement that changes a table', `${acmeRegistry}services.shop.port = 1`],
    ['a call after the tables', `${acmeRegistry}const more = Object.assign(services, {})`],
    ['a function of that name', acmeDefinition.replace(/^import .*/, 'const defineRegistry = (tables) => tables')],
    ['a re-export', `${acmeRegistry}export { more } from './more.js'`],
    ['a getter', `${acmeRegistry}export const more = { get a() { return 1 } }`],
    ['an enum', `${acmeRegistry}export enum More { A = 1 }`],
    ['constants that refer to each other', `${acmeRegistry}const a = b\nconst b = a`],
    ['a module without tables', 'export const a = 1'],
  ])('leaves %s to a run', (_, text) => {
    expect(readStaticTables(text, 'ports.ts')).toBeUndefined()
  })
})

describe('readStaticDefault', () => {
  it('reads the configuration of this repository, so that no command has to run it', () => {
    const file = fileURLToPath(new URL('../../../../driftos-ports.config.ts', import.meta.url))
    const config = readStaticDefault(readFileSync(file, 'utf8'), file, 'generate')
    expect(config).toMatchObject({ registry: expect.any(String) as string, generate: true })
  })

  it('returns every value that JSON has', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('__proto__'))
        expect(read(`export default ${text} as const`)).toEqual(JSON.parse(text))
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['a constant of the same module', 'const a = 1\nexport default { a, c: [a] }', { a: 1, c: [1] }],
    ['an export list', 'const a = 1\nexport { a as default }', 1],
    ['a template without expressions', 'export default `b`', 'b'],
    ['a negative number', 'export default -1', -1],
    ['types between the values', 'interface A { a: 1 }\nexport type B = A\nexport default 1 satisfies number', 1],
    ['a property that is skipped', 'export default { generate: [run()], a: 1 }', { generate: true, a: 1 }],
    ['CommonJS', 'const a = 1\nmodule.exports = { a }', { a: 1 }],
  ])('evaluates %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    ['a call', 'export default f()'],
    ['an environment variable', 'export default process.env.A'],
    ['arithmetic', 'export default 1 + 1'],
    ['a variable', 'let a = 1\nexport default a'],
    ['an imported value', "import { a } from './a.js'\nexport default { a }"],
    ['a computed name', "const b = 'c'\nexport default { [b]: 1 }"],
    ['a spread of an imported value', "import { a } from './a.js'\nexport default { ...a }"],
    ['a prototype', 'export default { __proto__: { b: 1 } }'],
    ['a regular expression', 'export default /b/'],
    ['a syntax error', 'export default'],
    ['a module without a default export', 'export const a = 1'],
  ])('leaves %s to a run', (_, text) => {
    expect(read(text)).toBeUndefined()
  })
})
