import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acme, acmeDefinition, acmeRegistry } from '../acme.fixture.js'
import { readStaticModule } from './static-module.js'

const options = { identity: 'defineRegistry', skipped: 'generate' }
const read = (text: string) => readStaticModule('ports.ts', text, options)

describe('readStaticModule', () => {
  it('returns the tables of a module of literals', () => {
    expect(read(acmeRegistry)?.exports).toEqual(acme)
    expect(read(acmeDefinition)?.calls).toEqual([acme])
  })

  it('reads the configuration of this repository, so that no command has to run it', () => {
    const file = fileURLToPath(new URL('../../../../driftos-ports.config.ts', import.meta.url))
    const config = readStaticModule(file, readFileSync(file, 'utf8'), { ...options, identity: 'defineConfig' })
    expect(config?.exports['default']).toMatchObject({ registry: expect.any(String) as string })
  })

  it('returns every value that JSON has', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('__proto__'))
        expect(read(`export const value = ${text} as const`)?.exports).toEqual({ value: JSON.parse(text) as unknown })
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['a constant of the same module', 'const a = 1\nexport const b = { a, c: [a] }', { b: { a: 1, c: [1] } }],
    ['a spread', 'const a = { x: 1 }\nexport const b = { ...a, y: 2 }', { b: { x: 1, y: 2 } }],
    ['an export list', 'const a = 1\nexport { a as b }', { b: 1 }],
    ['a template without expressions', 'export const a = `b`', { a: 'b' }],
    ['a negative number', 'export const a = -1', { a: -1 }],
    [
      'types between the values',
      'interface A { a: 1 }\nexport type B = A\nexport const a = 1 satisfies number',
      { a: 1 },
    ],
    ['a property that is skipped', 'export default { generate: [run()], a: 1 }', { default: { generate: true, a: 1 } }],
  ])('evaluates %s', (_, text, expected) => {
    expect(read(text)?.exports).toEqual(expected)
  })

  it.each([
    ['a call', 'export const a = f()'],
    [
      'a call of the same name that is not imported',
      'const defineRegistry = (x) => x\nexport const a = defineRegistry({})',
    ],
    ['an environment variable', 'export const a = process.env.A'],
    ['arithmetic', 'export const a = 1 + 1'],
    ['a statement that changes a table', 'export const a = {}\na.b = 1'],
    ['a variable', 'export let a = 1'],
    ['a call after the tables', 'export const a = { b: 1 }\nconst c = Object.assign(a, { b: 2 })'],
    ['an imported value', "import { a } from './a.js'\nexport const b = { a }"],
    ['a re-export', "export { a } from './a.js'"],
    ['a getter', 'export const a = { get b() { return 1 } }'],
    ['a computed name', "const b = 'c'\nexport const a = { [b]: 1 }"],
    ['a prototype', 'export const a = { __proto__: { b: 1 } }'],
    ['a regular expression', 'export const a = /b/'],
    ['an enum', 'export enum A { B = 1 }'],
    ['a syntax error', 'export const a ='],
  ])('leaves %s to a run', (_, text) => {
    expect(read(text)).toBeUndefined()
  })
})
