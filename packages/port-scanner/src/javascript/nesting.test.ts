import { describe, expect, it } from 'vitest'
import { isTooDeep } from './nesting.js'

describe('isTooDeep', () => {
  it.each([
    ['brackets', '[', ''],
    ['closed brackets', '[', ']'],
    ['objects', '{ a: ', '}'],
    ['calls', 'f(', ')'],
    ['blocks', 'if (a) {\n', '}\n'],
    ['heads on lines of their own', 'while (a)\n', ''],
    ['else', 'if (a) b;\nelse\n', ''],
    ['conditions', 'a ? b : ', ''],
    ['arrows', '() => ', ''],
    ['assignments', 'a =\n', ''],
    ['templates', '`${', '}`'],
    ['types', 'A<', '>'],
    ['elements', '<a>', '</a>'],
    ['brackets behind brackets in strings', '"]]", [', ''],
    ['prefixes', 'await ', ''],
  ])('is true for many %s', (_, opening, closing) => {
    expect(isTooDeep(`x = ${opening.repeat(3000)}1${closing.repeat(3000)}`)).toBe(true)
  })

  it.each([
    ['sums', ' + 1'],
    ['members', '\n  .then(a)'],
    ['members of arrays', '[0]'],
    ['casts', ' as a'],
  ])('is true for very many %s', (_, part) => {
    expect(isTooDeep(`x = a${part.repeat(8000)}`)).toBe(true)
  })

  it.each([
    ['statements', 'app.use(route(a, { b: [1] }), (c) => c.d ?? e)\n'],
    ['statements that end in a semicolon', 'const a = b ? c : d + e;'],
    ['functions', 'function a(b) {\n  if (b) return a(b - 1)\n  else return c\n}\n'],
    ['properties', '{ a: b ? c : d, e: (f) => f + 1 },\n'],
    ['declarations', 'export interface A<B extends C = D> extends E<B> {\n  f: G[];\n  h?: I | J\n}\n'],
    ['strings', "a('it\\'s ? : + -')\n"],
    ['comments', '// a ? b : c + d\n/* e = f = */\n'],
  ])('is false for many %s', (_, part) => {
    expect(isTooDeep(part.repeat(2000))).toBe(false)
  })

  it('is false for a long page of elements', () => {
    const element = '  <p className="a" onClick={() => b(c)}>\n    It is <b>so</b>: {d.e} <img src="f" />\n  </p>\n'
    expect(isTooDeep(`const page = () => (\n<main>\n${element.repeat(300)}</main>\n)`)).toBe(false)
  })
})
