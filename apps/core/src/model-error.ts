/** A failure of the model. The message contains no address and no key. */
export class ModelError extends Error {
  readonly kind: ModelErrorKind

  constructor(kind: ModelErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The ways in which a model fails. */
export const modelErrorKinds = ['timeout', 'rate_limit', 'refused', 'unavailable', 'invalid_answer', 'aborted'] as const

/** A way in which a model fails. */
export type ModelErrorKind = (typeof modelErrorKinds)[number]
