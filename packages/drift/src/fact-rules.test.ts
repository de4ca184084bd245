import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Role } from './decider.js'
import { factRules } from './fact-rules.js'

async function extract(...contents: (string | readonly [Role, string])[]) {
  const messages = contents.map((message, index) => {
    const [role, content] = typeof message === 'string' ? (['user', message] as const) : message
    return { id: `m${index + 1}`, role, content }
  })
  const facts = await factRules.extract(messages)
  return facts.map(({ key, value, messageIds }) => [key, value].concat(messageIds))
}

describe('factRules', () => {
  it.each([
    [
      'My name is Ada Lovelace and I like trains.',
      [
        ['name', 'Ada Lovelace', 'm1'],
        ['preference', 'trains', 'm1'],
      ],
    ],
    ['I live in London, near the river', [['location', 'London', 'm1']]],
    ['I’m from Oslo.', [['origin', 'Oslo', 'm1']]],
    ['I work as a nurse', [['occupation', 'nurse', 'm1']]],
    ['Our budget is 900 euros, no more', [['budget', '900 euros', 'm1']]],
    ['I want to buy a house in London', [['goal', 'buy a house in London', 'm1']]],
    ['we hate long flights!', [['aversion', 'long flights', 'm1']]],
    ['My favourite colour is green.', [['favourite_colour', 'green', 'm1']]],
    ['What should I cook for dinner?', []],
    ['Hi there', []],
    // A key is indexed, and an index takes no text of any length.
    [`my ${'letters'.repeat(1000)} is long`, []],
  ])('finds the facts in %j', async (content, facts) => {
    expect(await extract(content)).toEqual(facts)
  })

  it('returns the latest value, with every message that contains it', async () => {
    expect(await extract('my budget is 900', 'My budget is 900.', 'my budget is 700')).toEqual([
      ['budget', '700', 'm3'],
    ])
    expect(await extract('my budget is 700', 'My budget is 700.')).toEqual([['budget', '700', 'm1', 'm2']])
  })

  it('ignores messages of the assistant', async () => {
    expect(await extract(['assistant', 'My name is Botty'])).toEqual([])
  })

  it('finishes for any message', async () => {
    await extract('my '.repeat(30_000), 'i want to '.repeat(10_000), 'my budget is '.repeat(8000))
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 500 }), async (content) => {
        for (const [key, value] of await extract(content)) {
          expect(key!.length).toBeLessThanOrEqual(100)
          expect(value!.trim()).toBe(value)
        }
      }),
    )
  })
})
