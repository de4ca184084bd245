import { isRecord } from './shapes.js'

/** A failed call. */
export class Failure extends Error {
  /** The HTTP status; 0 without an answer. */
  readonly status: number
  readonly code: string
  /** The service that is down, if that is the reason. */
  readonly service: string | undefined
  /** The seconds after which to retry, from the answer. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    what: { status: number; code: string; message: string; service?: string | undefined; retryAfterSeconds?: number },
    options?: ErrorOptions,
  ) {
    super(what.message, options)
    this.status = what.status
    this.code = what.code
    this.service = what.service
    this.retryAfterSeconds = what.retryAfterSeconds
  }

  /** Returns whether a retry of the same call fails again: the call itself is refused. */
  get isPermanent(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 403, 408, 409, 425, 429].includes(this.status)
  }

  /** Returns whether the server may have processed the call although its answer was lost. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

/** Returns the failure of an answer. */
export function failureOf(status: number, body: unknown, retryAfter: string | null): Failure {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const text = (name: string) => (typeof error[name] === 'string' ? error[name] : undefined)
  const seconds = Number(retryAfter ?? Number.NaN)
  return new Failure({
    status,
    code: text('code') ?? 'UNKNOWN',
    message: text('message') ?? `the answer has status ${status} without a message`,
    service: text('service'),
    ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
  })
}

/** Returns the failure of a call without an answer. */
export function unreachable(cause: unknown): Failure {
  const message = 'the demo’s server does not answer: start it, or check whether this device is online'
  return new Failure({ status: 0, code: 'UNREACHABLE', message, service: 'demo' }, { cause })
}

/** Returns the message of a failure as a sentence. */
export function describeFailure(failure: Failure): string {
  const { status, message, retryAfterSeconds } = failure
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
  if (status === 413) return `This text is too long for the service. ${sentence}`
  if (status !== 429) return sentence
  const wait = retryAfterSeconds === undefined ? 'in a minute' : `in ${Math.ceil(retryAfterSeconds)} s`
  return `Too many requests: try again ${wait}. ${sentence}`
}
