import { describe, expect, it } from 'vitest'
import { code, table, text } from './markdown.js'

describe('table', () => {
  it.each(['a | b', 'a\nb', String.raw`a \| b`, '<!-- /region -->', 'a `b` | c', 'a\r\n\r\nb'])(
    'keeps %j in its cell',
    (plain) => {
      const lines = table(['one', 'two'], [[text(plain), code(plain)]]).split('\n')
      expect(lines).toHaveLength(4)
      expect(lines[2]!.split(/(?<!\\)\|/)).toHaveLength(4)
    },
  )
})

describe('text', () => {
  it('escapes what would be markup', () => {
    expect(text('<b> | \\')).toBe(String.raw`&lt;b> \| \\`)
  })
})
