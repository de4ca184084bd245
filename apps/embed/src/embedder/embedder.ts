/** What turns text into vectors. */
export interface Embedder {
  /** One vector of length 1 for each text. */
  embed(texts: readonly string[]): Promise<Embedding>
}

/** Texts as vectors. */
interface Embedding {
  /**
   * Tells these vectors from those of every other embedder, with which they are never compared: its
   * kind and model, and a version where the same model would give others.
   */
  readonly embedder: string
  readonly vectors: readonly Vector[]
}

/** A direction in meaning, of length 1, or a mean of such. */
export type Vector = readonly number[]

/** The same direction with length 1; a vector without a direction stays as it is. */
export function normalize(vector: Vector): Vector {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

/** The cosine of the angle between two vectors, 0 where one has no direction. */
export function cosine(one: Vector, other: Vector): number {
  let product = 0
  let ones = 0
  let others = 0
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [one[index]!, other[index]!]
    product += a * b
    ones += a * a
    others += b * b
  }
  return ones === 0 || others === 0 ? 0 : product / Math.sqrt(ones * others)
}
