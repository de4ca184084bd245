/**
 * Why a request failed: `UNREACHABLE` without a running stack, `UNKNOWN_SERVICE` for a service that is not in the stack,
 * `STOPPING` while the stack stops, `BAD_REQUEST` for an invalid parameter, `NOT_FOUND` for an unknown path, `PROTOCOL` for
 * an unexpected answer.
 */
export type ControlErrorCode = 'UNREACHABLE' | 'UNKNOWN_SERVICE' | 'STOPPING' | 'BAD_REQUEST' | 'NOT_FOUND' | 'PROTOCOL'

/** A request to the stack that failed. The message contains the cause and the fix. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly code: ControlErrorCode

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
