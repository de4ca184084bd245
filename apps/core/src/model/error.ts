/** A failure of the model. The message contains no address and no key. */
export class ModelError extends Error {
  readonly kind: ModelErrorKind
  /** The server's answer, when it answered with an error. */
  readonly answer: ErrorAnswer | undefined
  /** How long the server wants its clients to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(kind: ModelErrorKind, message: string, { cause, answer, retryAfterMs }: ModelErrorOptions = {}) {
    super(message, { cause })
    this.kind = kind
    this.answer = answer
    this.retryAfterMs = retryAfterMs
  }
}

interface ModelErrorOptions extends ErrorOptions {
  readonly answer?: ErrorAnswer | undefined
  readonly retryAfterMs?: number | undefined
}

/** An answer with an error status, or an error object inside of a successful one. */
export interface ErrorAnswer {
  readonly status: number
  /** The body as text, without the key. */
  readonly text: string
}

/** The ways in which a model fails. */
export const modelErrorKinds = [
  'timeout',
  'stalled',
  'rate_limit',
  'refused',
  'unavailable',
  'invalid_answer',
  'aborted',
] as const

/** A way in which a model fails. */
export type ModelErrorKind = (typeof modelErrorKinds)[number]
