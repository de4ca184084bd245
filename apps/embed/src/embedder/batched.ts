import { DriftError } from '@driftos/drift'
import type { Embedder, Vector } from './embedder.js'

/** The most texts and characters of one call; a longer text has a separate call. */
export interface BatchBounds {
  readonly texts: number
  readonly characters: number
}

/**
 * Splits many or long texts into several calls of an embedder, one after another. An embedder that answers its calls in their
 * order then lets each request wait for one call of every other request, however many texts that has.
 */
export function batched(embedder: Embedder, bounds: BatchBounds): Embedder {
  return {
    async embed(texts) {
      const vectors: Vector[] = []
      const names = new Set<string>()
      for (const batch of split(texts, bounds)) {
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

function* split(texts: readonly string[], bounds: BatchBounds): Generator<string[]> {
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
