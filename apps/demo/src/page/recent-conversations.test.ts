import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRecent, withConversation } from './recent-conversations.js'

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
  ])('are empty for the stored text %j', (text) => {
    expect(parseRecent(text)).toEqual([])
  })

  it('are sorted by the latest, without duplicates, titled by the start of the first message', () => {
    const list = withConversation(withConversation([], { id: 'a', title: 'A' }), { id: 'b', title: ' B\n  c ' })
    expect(list).toEqual([
      { id: 'b', title: 'B c' },
      { id: 'a', title: 'A' },
    ])
    expect(withConversation(list, { id: 'a', title: 'again' }).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('are limited in number, and the same after they are stored and parsed', () => {
    const many = fc.array(fc.record({ id: fc.string({ minLength: 1 }), title: fc.string({ unit: 'grapheme' }) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(many, (conversations) => {
        let list = parseRecent(null)
        for (const conversation of conversations) list = withConversation(list, conversation)
        expect(list.length).toBeLessThanOrEqual(20)
        expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
        expect(parseRecent(JSON.stringify(list))).toEqual(list)
      }),
    )
  })

  it('are parsed from any text without an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseRecent(text)).toBeInstanceOf(Array)
      }),
    )
  })
})
