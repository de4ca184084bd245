import type { Vector } from './embedder/embedder.js'

/** The mean of a branch's vectors. */
export interface Centroid {
  readonly centroid: Vector
  /** The number of vectors. */
  readonly count: number
}

/** Returns the centroid with one more vector, as a running average. */
export function moveCentroid(before: Centroid | undefined, vector: Vector): Centroid {
  if (!before) return { centroid: vector, count: 1 }
  const count = before.count + 1
  return { centroid: before.centroid.map((value, index) => value + (vector[index]! - value) / count), count }
}

/** Returns the centroid of at least one vector. */
export function meanOf(vectors: readonly Vector[]): Centroid {
  return vectors.reduce<Centroid | undefined>(moveCentroid, undefined)!
}
