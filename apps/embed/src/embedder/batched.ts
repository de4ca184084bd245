import { DriftError } from '@driftos/drift'
import type { Embedder, Vector } from './embedder.js'

/** The texts and characters of one call. A model needs memory and time for each. */
const bounds = { texts: 32, characters: 100_000 }

/** Splits many or long texts into several calls of an embedder, one after another. */
export function batched(embedder: Embedder): Embedder {
  return {
    async embed(texts) {
      const vectors: Vector[] = []
      const names = new Set<string>()
      for (const batch of split(texts)) {
        const embedding = await embedder.embed(batch)
        names.add(embedding.embedder)
        vectors.push(...embedding.vectors)
      }
      const [name, ...others] = names
      // Vectors of two models are not comparable.
      if (name === undefined || others.length > 0)
        throw new DriftError(503, 'EMBEDDER_CHANGED', 'The embedder changed its model in the meantime: try again')
      return { embedder: name, vectors }
    },
  }
}

function* split(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = []
  let characters = 0
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === bounds.texts || characters + text.length > bounds.characters)) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(text)
    characters += text.length
  }
  if (batch.length > 0) yield batch
}
