/** What a connection fails with when nobody answers, or somebody who is no database. */
const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** The driver has no codes for these. */
const connectionMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|timeout expired|The server does not support SSL|Received unexpected|Cannot use a pool after)/

/** PostgreSQL's classes of errors by which it says that it does not serve: connection, access, shutdown, resources. */
const refusals = /^(08|28|3D|53|57P)/

/** Its words for a table or a schema that is not there. */
const missing = new Set(['42P01', '3F000'])

/** Whether an error says that the database is away, rather than that a statement is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message } = rootOf(error)
  if (typeof code === 'string' && (connectionCodes.has(code) || refusals.test(code))) return true
  return connectionMessages.test(message ?? '')
}

/** Whether an error says that the database has lost its tables, as a new one in its place has. */
export function isSchemaMissing(error: unknown): boolean {
  return missing.has(rootOf(error).code ?? '')
}

/** Whether an error says that what a row belongs to is gone: a foreign key refused it. */
export function isOwnerGone(error: unknown): boolean {
  return rootOf(error).code === '23503'
}

/** The driver's own error: the query layer wraps it. */
function rootOf(error: unknown): { code?: string; message?: string } {
  let root = error as { code?: string; message?: string; cause?: unknown } | undefined
  while (root?.cause) root = root.cause
  return root ?? {}
}
