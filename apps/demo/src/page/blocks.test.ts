import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitBlocks } from './blocks.js'

describe('splitBlocks', () => {
  it('splits at blank lines, but not inside code or a list item', () => {
    const blocks = ['One\ntwo\n', '- item\n\n  more of it\n', '```\nlet x\n\nlet y\n```\n\n', 'The end']
    expect(splitBlocks(blocks.join('\n'))).toEqual(blocks)
  })

  it('keeps every character, and never changes a finished block when the text grows', () => {
    const part = fc.constantFrom('a', ' ', '\n', '\n\n', '```', '~~~', '- b', '1. c')
    fc.assert(
      fc.property(fc.array(part), part, (parts, next) => {
        const text = parts.join('')
        const blocks = splitBlocks(text)
        expect(blocks.join('\n')).toBe(text)
        const finished = blocks.slice(0, -1)
        expect(splitBlocks(text + next).slice(0, finished.length)).toEqual(finished)
      }),
    )
  })
})
