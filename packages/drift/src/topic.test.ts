import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { topicOf } from './topic.js'

describe('topicOf', () => {
  it.each([
    ['Plan a trip to Paris', 'Plan a trip to Paris'],
    ['  Plan\n a trip.  And a dinner.', 'Plan a trip.'],
    ['How much is 3.5 times 2? I forgot.', 'How much is 3.5 times 2?'],
    ['x'.repeat(200), `${'x'.repeat(79)}…`],
    ['word '.repeat(30), `${'word '.repeat(14)}word…`],
    ['😀'.repeat(100), `${'😀'.repeat(79)}…`],
  ])('of %j is %j', (content, topic) => {
    expect(topicOf(content)).toBe(topic)
  })

  it('is short, of one line, and whole in its characters, whatever the message is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (content) => {
        const topic = topicOf(content)
        expect(Array.from(topic).length).toBeLessThanOrEqual(80)
        expect(topic).not.toMatch(/\n|\p{Surrogate}/u)
      }),
    )
  })
})
