import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batched } from './batched.js'

describe('batched', () => {
  it('splits texts into calls within the bounds, and keeps their order', async () => {
    const length = fc.oneof(fc.nat({ max: 10 }), fc.integer({ min: 1000, max: 100_000 }))
    await fc.assert(
      fc.asyncProperty(fc.array(length, { minLength: 1, maxLength: 300 }), async (lengths) => {
        const calls: (readonly string[])[] = []
        const embedder = batched({
          embed: async (texts) => {
            calls.push(texts)
            return { embedder: 'x', vectors: texts.map((text) => [text.length]) }
          },
        })
        const { vectors } = await embedder.embed(lengths.map((each) => 'x'.repeat(each)))
        expect(vectors).toEqual(lengths.map((each) => [each]))
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(32)
          expect(call.length === 1 || call.join('').length <= 100_000).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('refuses to mix the vectors of two models', async () => {
    let count = 0
    const embedder = batched({
      embed: async (texts) => ({ embedder: `model ${count++}`, vectors: texts.map(() => [1]) }),
    })
    await expect(embedder.embed(Array.from({ length: 33 }, () => 'x'))).rejects.toMatchObject({
      code: 'EMBEDDER_CHANGED',
    })
  })
})
