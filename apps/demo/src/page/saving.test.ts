import { describe, expect, it } from 'vitest'
import { countSaving } from './saving.js'

const texts = (...contents: string[]) => contents.map((content) => ({ content }))

describe('countSaving', () => {
  it('counts messages, and four characters of messages and facts as a token', () => {
    expect(countSaving(texts('x'.repeat(40), 'y'.repeat(60)), texts('x'.repeat(40)), ['z'.repeat(10)])).toEqual({
      messages: { context: 1, history: 2 },
      tokens: { context: 13, history: 25 },
      share: 0.48,
    })
  })

  it('is 0 if the facts are larger than the omitted messages, and without messages', () => {
    expect(countSaving(texts('a'), texts('a'), ['much longer than that'])).toMatchObject({ share: 0 })
    expect(countSaving([], [], [])).toMatchObject({ share: 0 })
  })
})
