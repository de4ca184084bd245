/** Why the model gave no answer. The message names no address and no key. */
export class ModelError extends Error {
  readonly kind: ModelErrorKind

  constructor(kind: ModelErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The ways in which a model fails. */
export const modelErrorKinds = ['timeout', 'rate_limit', 'refused', 'unavailable', 'invalid_answer', 'aborted'] as const

/** One of them. */
export type ModelErrorKind = (typeof modelErrorKinds)[number]
