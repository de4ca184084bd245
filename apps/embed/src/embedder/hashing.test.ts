import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosine } from './embedder.js'
import { hashingEmbedder } from './hashing.js'

async function embed(...texts: string[]) {
  return (await hashingEmbedder.embed(texts)).vectors
}

async function similarity(one: string, other: string): Promise<number> {
  const [left, right] = await embed(one, other)
  return cosine(left!, right!)
}

describe('the hashing embedder', () => {
  it('does not block the event loop while it embeds many texts', async () => {
    let turns = 0
    const count = setInterval(() => turns++, 0)
    await embed(...Array.from({ length: 250 }, (_, index) => `travel${index} food `.repeat(300)))
    clearInterval(count)
    expect(turns).toBeGreaterThan(2)
  })

  it('returns the same vector for the same text on every machine', async () => {
    const [vector] = await embed('Plan a trip to Paris')
    const features = vector!.flatMap((value, index) =>
      Math.abs(value) > 0.2 ? [[index, Number(value.toFixed(4))]] : [],
    )
    expect(features).toMatchInlineSnapshot(`
      [
        [
          10,
          0.3075,
        ],
        [
          127,
          -0.3075,
        ],
        [
          192,
          -0.3075,
        ],
        [
          266,
          -0.267,
        ],
        [
          304,
          -0.3075,
        ],
      ]
    `)
  })

  it.each([
    ['Tell me about cooking pasta', 'What sauces go with spaghetti?'],
    ['I invested in shares', 'Should I sell my share?'],
    ['My server crashes', 'the SERVER crashed again'],
    ['Was kostet ein Fahrrad?', 'Das Fahrrad kostet viel'],
  ])('finds %j near to %j', async (one, other) => {
    expect(await similarity(one, other)).toBeGreaterThan(0.38)
  })

  it.each([
    ['Tell me about cooking pasta', 'Completely different topic — car maintenance'],
    ['I want to plan a trip to Paris', 'Also, recommend me a good espresso machine'],
    ['What should I do about it?', 'Why did the Roman empire fall?'],
  ])('finds %j far from %j', async (one, other) => {
    expect(await similarity(one, other)).toBeLessThan(0.38)
  })

  it.each([
    'Completely different topic — car maintenance',
    'By the way, how do I repair a car?',
    'Something else: my car',
    'New question. Which car?',
  ])('treats %j as a new topic, even after a short question', async (text) => {
    expect(await similarity('What sauces go with spaghetti?', text)).toBeLessThan(0.2)
  })

  it.each(['', '?!', 'the', 'By the way', 'Something else'])(
    'returns no zero vector for %j, which has no word with a topic',
    async (text) => {
      expect(Math.hypot(...(await embed(text))[0]!)).toBeCloseTo(1, 9)
    },
  )

  it('has 384 dimensions and length 1, whatever the text is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        const [vector] = await embed(text)
        expect(vector).toHaveLength(384)
        expect(Math.hypot(...vector!)).toBeCloseTo(1, 9)
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['one word', 'x'.repeat(100_000)],
    ['many words', 'lorem ipsum dolor sit amet '.repeat(4000)],
    ['no word', '?! '.repeat(33_000)],
  ])('ends with 100 KB of %s', async (_what, text) => {
    expect(await embed(text)).toHaveLength(1)
  })
})
