import type { Vector } from './embedder/embedder.js'

/** The mean of a branch's vectors. */
export interface Centroid {
  readonly centroid: Vector
  /** Of how many vectors it is the mean. */
  readonly count: number
}

/** The centroid with one vector more: a running average, for which no earlier vector is needed. */
export function moveCentroid(before: Centroid | undefined, vector: Vector): Centroid {
  if (!before) return { centroid: vector, count: 1 }
  const count = before.count + 1
  return { centroid: before.centroid.map((value, index) => value + (vector[index]! - value) / count), count }
}

/** The centroid of some vectors, of which there is at least one. */
export function meanOf(vectors: readonly Vector[]): Centroid {
  return vectors.reduce<Centroid | undefined>(moveCentroid, undefined)!
}
