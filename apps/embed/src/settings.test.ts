import { describe, expect, it } from 'vitest'
import { parseEmbedSettings } from './settings.js'

describe('parseEmbedSettings', () => {
  it('returns the contract’s defaults for unset and blank variables', () => {
    expect(parseEmbedSettings({ EMBEDDER: ' ', EMBED_STAY_THRESHOLD: '' })).toEqual({
      embedder: 'sentences',
      model: 'Xenova/paraphrase-MiniLM-L6-v2',
      thresholds: { stay: 0.38, route: 0.42 },
    })
  })

  it('reads every variable', () => {
    const env = {
      EMBEDDER: 'transformers',
      EMBEDDER_MODEL: '/models/mini',
      EMBED_STAY_THRESHOLD: '.5',
      EMBED_ROUTE_THRESHOLD: ' 1 ',
    }
    expect(parseEmbedSettings(env)).toEqual({
      embedder: 'transformers',
      model: '/models/mini',
      thresholds: { stay: 0.5, route: 1 },
    })
  })

  it('lists every invalid one', () => {
    const env = { EMBEDDER: 'magic', EMBED_STAY_THRESHOLD: '1.5', EMBED_ROUTE_THRESHOLD: 'high' }
    expect(() => parseEmbedSettings(env)).toThrowErrorMatchingInlineSnapshot(`
      [Error: EMBEDDER="magic" is not an embedder: set one of sentences, hashing, server, transformers, or unset it
      EMBED_STAY_THRESHOLD="1.5" is not a similarity: set a number from 0 to 1, or unset it
      EMBED_ROUTE_THRESHOLD="high" is not a similarity: set a number from 0 to 1, or unset it]
    `)
  })
})
