/** Converts text to vectors. */
export interface Embedder {
  /** Returns one vector of length 1 for each text. */
  embed(texts: readonly string[]): Promise<Embedding>
}

/** The vectors of texts. */
interface Embedding {
  /**
   * Identifies the embedder: its kind and model, and a version if the same model would return other vectors. Vectors of
   * different embedders are never compared.
   */
  readonly embedder: string
  readonly vectors: readonly Vector[]
}

/** A vector of length 1, or a mean of such vectors. */
export type Vector = readonly number[]

/** Returns the vector with length 1; a zero vector is unchanged. */
export function normalize(vector: Vector): Vector {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

/** Returns the cosine of the angle between two vectors, or 0 for a zero vector. */
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
