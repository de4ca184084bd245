import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batched } from './batched.js'

const bounds = { texts: 32, characters: 100_000 }

describe('batched', () => {
  it('splits texts into calls within the bounds, and keeps their order', async () => {
    const length = fc.oneof(fc.nat({ max: 10 }), fc.integer({ min: 1000, max: 100_000 }))
    await fc.assert(
      fc.asyncProperty(fc.array(length, { minLength: 1, maxLength: 300 }), async (lengths) => {
        const calls: (readonly string[])[] = []
        const embedder = batched(
          {
            embed: async (texts) => {
              calls.push(texts)
              return { embedder: 'x', vectors: texts.map((text) => [text.length]) }
            },
          },
          bounds,
        )
        const { vectors } = await embedder.embed(lengths.map((each) => 'x'.repeat(each)))
        expect(vectors).toEqual(lengths.map((each) => [each]))
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(bounds.texts)
          expect(call.length === 1 || call.join('').length <= bounds.characters).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('refuses to mix the vectors of two models', async () => {
    let count = 0
    const embedder = batched(
      { embed: async (texts) => ({ embedder: `model ${count++}`, vectors: texts.map(() => [1]) }) },
      bounds,
    )
    await expect(embedder.embed(Array.from({ length: bounds.texts + 1 }, () => 'x'))).rejects.toMatchObject({
      code: 'EMBEDDER_CHANGED',
    })
  })

  it('lets a request wait for one call of a request with many texts', async () => {
    const calls: string[] = []
    let queue = Promise.resolve()
    // As the thread of a model: one call at a time, in their order.
    const embedder = batched(
      {
        embed: async (texts) => {
          queue = queue.then(() => void calls.push(texts[0]!))
          await queue
          return { embedder: 'x', vectors: texts.map(() => [1]) }
        },
      },
      bounds,
    )
    await Promise.all([
      embedder.embed(Array.from({ length: bounds.texts * 10 }, () => 'one of many')),
      embedder.embed(['the only one']),
    ])
    expect(calls).toHaveLength(11)
    expect(calls.indexOf('the only one')).toBe(1)
  })
})
