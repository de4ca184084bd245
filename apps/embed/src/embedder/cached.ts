import { LRUCache } from 'lru-cache'
import type { Embedder, Vector } from './embedder.js'

/** The number of cached texts, and the longest cached text in characters. */
const bounds = { texts: 500, characters: 2000 }

/** Caches the latest vectors of an embedder, because each message is sent with the conversation's earlier messages. */
export function cached(embedder: Embedder): Embedder {
  const known = new LRUCache<string, { embedder: string; vector: Vector }>({ max: bounds.texts })

  return {
    async embed(texts) {
      const found = new Map(texts.map((text) => [text, known.get(text)]))
      const missing = [...found].filter(([, vector]) => !vector).map(([text]) => text)
      if (missing.length > 0) {
        const fresh = await embedder.embed(missing)
        for (const [index, text] of missing.entries()) {
          const entry = { embedder: fresh.embedder, vector: fresh.vectors[index]! }
          found.set(text, entry)
          if (text.length <= bounds.characters) known.set(text, entry)
        }
      }
      const [first, ...others] = new Set([...found.values()].map((entry) => entry!.embedder))
      if (others.length === 0) return { embedder: first!, vectors: texts.map((text) => found.get(text)!.vector) }
      // The server has changed its model.
      known.clear()
      return embedder.embed(texts)
    },
  }
}
