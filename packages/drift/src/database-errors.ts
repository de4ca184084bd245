import { DriftError } from './errors.js'

/** A failure of the database for which its operator has to do something, or that passes. */
interface Explanation {
  /**
   * `DATABASE_DOWN`: it is not reachable, or not yet. `DATABASE_BUSY`: it has no connection or no time left.
   * `DATABASE_UNUSABLE`: it refuses the work until its operator changes something.
   */
  readonly code: 'DATABASE_DOWN' | 'DATABASE_BUSY' | 'DATABASE_UNUSABLE'
  readonly message: string
}

const down = (message: string): Explanation => ({ code: 'DATABASE_DOWN', message })
const busy = (message: string): Explanation => ({ code: 'DATABASE_BUSY', message })
const unusable = (message: string): Explanation => ({ code: 'DATABASE_UNUSABLE', message })

const refused = down('The database does not answer: start it, or set DATABASE_URL or POSTGRES_PORT to its address')
const unknownHost = down('The host of the database is unknown: check the host in DATABASE_URL or POSTGRES_HOST')
const silent = down(
  'The database did not answer in time: check its address and load, and the firewall between, or raise POSTGRES_POOL_SIZE',
)
const closed = down('The database closed the connection: see its log for the reason')
const plain = unusable(
  'The database does not support TLS: remove sslmode from DATABASE_URL, or enable ssl in PostgreSQL',
)
const encrypted = unusable('The database accepts only connections with TLS: add ?sslmode=verify-full to DATABASE_URL')
const certificate = unusable(
  'The certificate of the database is not trusted: set its authority by sslrootcert in DATABASE_URL, or by NODE_EXTRA_CA_CERTS',
)
const noAccess = unusable(
  'The database does not admit this client: add its address, user and database to pg_hba.conf, or check all three in DATABASE_URL',
)
const noAccessWithoutTls = unusable(
  'The database does not admit this client, which connects without TLS: add ?sslmode=verify-full to DATABASE_URL if it needs TLS, else add the client, its user and its database to pg_hba.conf',
)
const noRole = unusable('The user does not exist in the database: check DATABASE_URL or POSTGRES_USER')

/** The codes of the system and of TLS, from before there is a session. */
const systemErrors: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: refused,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EAI_NODATA: unknownHost,
  ETIMEDOUT: silent,
  EHOSTUNREACH: silent,
  ENETUNREACH: silent,
  ECONNRESET: closed,
  EPIPE: closed,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  UNABLE_TO_GET_ISSUER_CERT: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  CERT_UNTRUSTED: certificate,
  CERT_HAS_EXPIRED: unusable('The certificate of the database has expired: renew it'),
  CERT_NOT_YET_VALID: unusable('The certificate of the database is not valid yet: check the clocks'),
  ERR_TLS_CERT_ALTNAME_INVALID: unusable(
    'The certificate of the database is for another host: set DATABASE_URL to a host in the certificate',
  ),
}

/** PostgreSQL's error codes (SQLSTATE); a key of two characters is a class. */
const stateErrors: Readonly<Record<string, Explanation>> = {
  '08': closed,
  '25006': unusable('The database is read-only: set DATABASE_URL to the primary server'),
  '28': noAccess,
  '28P01': unusable('The database refuses the password: check DATABASE_URL, or POSTGRES_USER and POSTGRES_PASSWORD'),
  '3D000': unusable('The database does not exist on its server: create it, or check DATABASE_URL or POSTGRES_DB'),
  '42501': unusable('The user of the database lacks a permission: grant it, or set DATABASE_URL to another user'),
  '53': busy('The database has no resources left: see its log for the reason'),
  '53100': unusable('The disk of the database is full: free space'),
  '53300': busy(
    'The database has no connection left: lower POSTGRES_POOL_SIZE, or raise max_connections in PostgreSQL',
  ),
  '55P03': busy('The database did not grant a lock in time: another transaction holds it'),
  '57014': busy('The database canceled a statement: its statement_timeout is too short, or its load too high'),
  '57P01': down('The database is shutting down: start it again'),
  '57P02': down('The database crashed and is recovering'),
  '57P03': down('The database is starting up or shutting down'),
  '57P05': closed,
  '58': unusable('The database cannot read or write its files: see its log for the reason'),
}

/** The messages of driver errors that have no code. */
const driverErrors: readonly (readonly [RegExp, Explanation])[] = [
  [/^The server does not support SSL/, plain],
  [/^(timeout exceeded when trying to connect|Query read timeout|timeout expired)/, silent],
  [
    /^(Connection terminated|Client has encountered a connection error|Received unexpected|Cannot use a pool after)/,
    closed,
  ],
  [/^There was an error establishing an SSL connection/, plain],
  [/^SASL: /, unusable('The database asks for a password: set it in DATABASE_URL or POSTGRES_PASSWORD')],
]

/** PostgreSQL's error codes for a missing table and a missing schema. */
const missing = new Set(['42P01', '3F000'])

/** Returns the API's error for a failure of the database; undefined when a statement is wrong. */
export function explainDatabaseError(error: unknown): DriftError | undefined {
  const explanation = findExplanation(rootOf(error))
  return explanation && new DriftError(503, explanation.code, explanation.message, { cause: error })
}

function findExplanation({ code, message = '', routine }: DriverError): Explanation | undefined {
  if (code === undefined) return driverErrors.find(([pattern]) => pattern.test(message))?.[1]
  if (code.startsWith('28') || code.startsWith('08')) {
    if (/\bno encryption\b|\bSSL off\b/.test(message)) return noAccessWithoutTls
    // Managed databases and poolers have other texts.
    if (/sslmode|(?:SSL|TLS)[\w ]* (?:is )?required/i.test(message)) return encrypted
    // Texts may be translated.
    if (routine === 'InitializeSessionUserId') return noRole
  }
  return (
    systemErrors[code] ?? stateErrors[code] ?? (/^[\dA-Z]{5}$/.test(code) ? stateErrors[code.slice(0, 2)] : undefined)
  )
}

/** Returns whether an error means that the database is not reachable now, so that the next request connects again. */
export function isDatabaseDown(error: unknown): boolean {
  return findExplanation(rootOf(error))?.code === 'DATABASE_DOWN'
}

/** Returns whether an error means that the tables are missing, for example in a new database. */
export function isSchemaMissing(error: unknown): boolean {
  return missing.has(rootOf(error).code ?? '')
}

/** Returns whether the user of the database lacks the permission for a statement. */
export function isPermissionMissing(error: unknown): boolean {
  return rootOf(error).code === '42501'
}

/** Returns whether a foreign key refused a row, because its conversation or branch was deleted. */
export function isForeignKeyViolation(error: unknown): boolean {
  return rootOf(error).code === '23503'
}

interface DriverError {
  readonly code?: string
  readonly message?: string
  /** The function of PostgreSQL that failed, which no translation changes. */
  readonly routine?: string
}

/** Returns the driver's error, which the query layer wraps. */
function rootOf(error: unknown): DriverError {
  let root = error as (DriverError & { cause?: unknown }) | undefined
  while (root?.cause) root = root.cause
  return root ?? {}
}
