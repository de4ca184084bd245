import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatLocation, newConversationId, parseLocation } from './location.js'

const parse = (path: string) => parseLocation(new URL(path, 'http://localhost'))

describe('parseLocation', () => {
  it.each([
    ['/', {}],
    ['/c/', {}],
    ['/c/a/b', {}],
    ['/c/%E0%A4%A', {}],
    ['/c/a', { conversationId: 'a' }],
    ['/c/a/?branch=', { conversationId: 'a' }],
    ['/c/a?branch=b', { conversationId: 'a', branchId: 'b' }],
  ])('reads %s', (path, place) => {
    expect(parse(path)).toEqual(place)
  })

  it('parses the result of formatLocation for any id', () => {
    // A path has no segments of this kind: the browser takes them for steps.
    const ids = fc.string({ unit: 'grapheme', minLength: 1 }).filter((id) => !['.', '..'].includes(id))
    fc.assert(
      fc.property(ids, ids, (conversationId, branchId) => {
        expect(parse(formatLocation({ conversationId, branchId }))).toEqual({ conversationId, branchId })
      }),
    )
    expect(formatLocation({})).toBe('/')
  })
})

describe('newConversationId', () => {
  it('is different each time', () => {
    expect(newConversationId()).not.toBe(newConversationId())
  })
})
