import { LRUCache } from 'lru-cache'
import type { Embedder, Vector } from './embedder.js'

/** How many texts are kept, and how long the longest of them is in characters. */
const bounds = { texts: 2000, characters: 2000 }

/** An embedder that remembers its latest vectors: a conversation's earlier messages come again with each new one. */
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
      // A server that changed its model meanwhile.
      known.clear()
      return embedder.embed(texts)
    },
  }
}
