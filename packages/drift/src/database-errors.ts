/** The error codes of a connection to an address without a database. */
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

/** The messages of driver errors that have no code. */
const connectionMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|timeout expired|The server does not support SSL|Received unexpected|Cannot use a pool after)/

/** PostgreSQL's error classes for an unusable server: connection, authorization, shutdown, resources. */
const refusals = /^(08|28|3D|53|57P)/

/** PostgreSQL's error codes for a missing table and a missing schema. */
const missing = new Set(['42P01', '3F000'])

/** Returns whether an error means that the database is down, rather than that a statement is wrong. */
export function isDatabaseDown(error: unknown): boolean {
  const { code, message } = rootOf(error)
  if (typeof code === 'string' && (connectionCodes.has(code) || refusals.test(code))) return true
  return connectionMessages.test(message ?? '')
}

/** Returns whether an error means that the tables are missing, for example in a new database. */
export function isSchemaMissing(error: unknown): boolean {
  return missing.has(rootOf(error).code ?? '')
}

/** Returns whether a foreign key refused a row, because its conversation or branch was deleted. */
export function isForeignKeyViolation(error: unknown): boolean {
  return rootOf(error).code === '23503'
}

/** Returns the driver's error, which the query layer wraps. */
function rootOf(error: unknown): { code?: string; message?: string } {
  let root = error as { code?: string; message?: string; cause?: unknown } | undefined
  while (root?.cause) root = root.cause
  return root ?? {}
}
