/** A failure that the client is told of, with the status and the code of the answer. */
export class DriftError extends Error {
  readonly statusCode: number
  readonly code: string

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.statusCode = statusCode
    this.code = code
  }
}

/** What a client is told of a branch that is not there. */
export function branchNotFound(branchId: string): DriftError {
  return new DriftError(404, 'BRANCH_NOT_FOUND', `there is no branch ${JSON.stringify(branchId.slice(0, 100))}`)
}

/** What a client is told of a conversation that is not there. */
export function conversationNotFound(id: string): DriftError {
  return new DriftError(404, 'CONVERSATION_NOT_FOUND', `there is no conversation ${JSON.stringify(id.slice(0, 100))}`)
}
