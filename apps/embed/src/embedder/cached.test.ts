import { describe, expect, it } from 'vitest'
import { cached } from './cached.js'
import type { Embedder } from './embedder.js'

/** Creates an embedder that uses the text's length, and records its requests. */
function counting() {
  const asked: string[][] = []
  const state = { model: 'one' }
  const embedder: Embedder = {
    embed: async (texts) => {
      asked.push([...texts])
      return { embedder: state.model, vectors: texts.map(({ length }) => [length]) }
    },
  }
  return { embedder: cached(embedder), asked, state }
}

describe('cached', () => {
  it('requests only unknown texts, once each, and answers in order', async () => {
    const { embedder, asked } = counting()
    await embedder.embed(['a', 'bb'])
    expect((await embedder.embed(['ccc', 'a', 'ccc', 'bb'])).vectors).toEqual([[3], [1], [3], [2]])
    expect(asked).toEqual([['a', 'bb'], ['ccc']])
  })

  it('never mixes the vectors of two models', async () => {
    const { embedder, asked, state } = counting()
    await embedder.embed(['a'])
    state.model = 'other'
    expect(await embedder.embed(['a', 'bb'])).toEqual({ embedder: 'other', vectors: [[1], [2]] })
    expect(asked.at(-1)).toEqual(['a', 'bb'])
  })

  it('does not cache long texts', async () => {
    const { embedder, asked } = counting()
    for (let time = 0; time < 2; time++) await embedder.embed(['x'.repeat(3000)])
    expect(asked).toHaveLength(2)
  })
})
