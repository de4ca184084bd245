import { isRecord } from './shapes.js'

/** Why a call has no answer of use. */
export class Failure extends Error {
  /** The HTTP status; 0 where there was no answer at all. */
  readonly status: number
  readonly code: string
  /** Which service is away, where that is the reason. */
  readonly service: string | undefined
  /** After how many seconds to try again, where the answer says so. */
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

  /** Whether the message may have been taken all the same: the answer was lost, not the call. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status >= 500
  }
}

/** The failure that an answer tells of. */
export function failureOf(status: number, body: unknown, retryAfter: string | null): Failure {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const text = (name: string) => (typeof error[name] === 'string' ? error[name] : undefined)
  const seconds = Number(retryAfter ?? Number.NaN)
  return new Failure({
    status,
    code: text('code') ?? 'UNKNOWN',
    message: text('message') ?? `the answer has the status ${status} and says no more`,
    service: text('service'),
    ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
  })
}

/** The failure of a call that got no answer. */
export function unreachable(cause: unknown): Failure {
  const message = 'the demo’s own server does not answer: start it, or look whether this device is online'
  return new Failure({ status: 0, code: 'UNREACHABLE', message, service: 'demo' }, { cause })
}

/** The failure in words, as a sentence. */
export function inWords(failure: Failure): string {
  const { status, message, retryAfterSeconds } = failure
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
  if (status === 413) return `This text is too long for the service. ${sentence}`
  if (status !== 429) return sentence
  const wait = retryAfterSeconds === undefined ? 'in a minute' : `in ${Math.ceil(retryAfterSeconds)} s`
  return `Too many requests: try again ${wait}. ${sentence}`
}
