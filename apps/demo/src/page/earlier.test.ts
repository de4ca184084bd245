import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEarlier, withConversation } from './earlier.js'

describe('the conversations of this browser', () => {
  it.each([
    null,
    '',
    'no JSON',
    '{}',
    '[1]',
    '[{"id":1,"title":"x"}]',
    '[{"id":"","title":"x"}]',
    '[null]',
    '[{"id":"x"}]',
  ])('are none where the storage holds %j', (text) => {
    expect(parseEarlier(text)).toEqual([])
  })

  it('stand with the latest in front, each once, under one line of its first message', () => {
    const list = withConversation(withConversation([], { id: 'a', title: 'A' }), { id: 'b', title: ' B\n  c ' })
    expect(list).toEqual([
      { id: 'b', title: 'B c' },
      { id: 'a', title: 'A' },
    ])
    expect(withConversation(list, { id: 'a', title: 'again' }).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('are bounded, and come back from the storage as they went, whatever was written', () => {
    const many = fc.array(fc.record({ id: fc.string({ minLength: 1 }), title: fc.string({ unit: 'grapheme' }) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(many, (conversations) => {
        let list = parseEarlier(null)
        for (const conversation of conversations) list = withConversation(list, conversation)
        expect(list.length).toBeLessThanOrEqual(20)
        expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
        expect(parseEarlier(JSON.stringify(list))).toEqual(list)
      }),
    )
  })

  it('are read from any text without an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseEarlier(text)).toBeInstanceOf(Array)
      }),
    )
  })
})
