/** A failure that is sent to the client, with its status and code. */
export class DriftError extends Error {
  readonly statusCode: number
  readonly code: string

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.statusCode = statusCode
    this.code = code
  }
}

/** Returns the error for an unknown branch. */
export function branchNotFound(branchId: string): DriftError {
  return new DriftError(404, 'BRANCH_NOT_FOUND', `There is no branch ${JSON.stringify(branchId.slice(0, 100))}`)
}

/** Returns the error for an unknown conversation. */
export function conversationNotFound(id: string): DriftError {
  return new DriftError(404, 'CONVERSATION_NOT_FOUND', `There is no conversation ${JSON.stringify(id.slice(0, 100))}`)
}
