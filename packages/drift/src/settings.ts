import { getDatabaseUrl, type Env } from '@driftos/ports'
import { SettingError } from '@driftos/service/settings'
import pg from 'pg'

/** The settings of the database. */
export interface DatabaseSettings {
  /** Contains the password. */
  readonly connectionString: string
  /** The most connections of one process. */
  readonly poolSize: number
}

/**
 * The default of `POSTGRES_POOL_SIZE`. PostgreSQL allows 100 connections by default, three of them for superusers: this
 * fits two services, each with ten replicas and one more during an update.
 */
export const defaultPoolSize = 4

const largestPoolSize = 1000

/**
 * Reads `POSTGRES_POOL_SIZE` and the address of the database. No message contains a password.
 *
 * @throws {SettingError} lists every invalid variable
 * @throws {PortConfigError} when the address is invalid by the registry
 */
export function parseDatabaseSettings(env: Env): DatabaseSettings {
  const connectionString = getDatabaseUrl(env)
  const size = env['POSTGRES_POOL_SIZE']?.trim() || undefined
  const problems = findUrlProblems(connectionString)
  if (size !== undefined && !(/^\d+$/.test(size) && Number(size) >= 1 && Number(size) <= largestPoolSize))
    problems.push(
      `POSTGRES_POOL_SIZE=${JSON.stringify(size)} is not a number of connections: set a number from 1 to ${largestPoolSize}, or unset it`,
    )
  if (problems.length > 0) throw new SettingError(problems.join('\n'))
  return { connectionString, poolSize: Number(size ?? defaultPoolSize) }
}

/** How to write a character that has a meaning in a URL. */
const encode = 'percent-encode it: # as %23, / as %2F, ? as %3F, @ as %40, % as %25'

/** Returns the message for an unencoded character. */
function fault(problem: string): string[] {
  return [`DATABASE_URL="***" ${problem}: ${encode}`]
}

/** Returns the problems of a connection string. A password with an unencoded character is the usual mistake. */
function findUrlProblems(url: string): string[] {
  const rest = url.replace(/^[a-z]+:\/\//i, '')
  const [authority = ''] = /^[^/?#]*/.exec(rest)!
  const tail = rest.slice(authority.length)
  if (rest.includes('#')) return fault('contains an unencoded # in its user or password')
  // Behind the host, an @ may only be part of an option.
  const [path = '', query = ''] = tail.split(/\?(.*)/s)
  if (path.includes('@') || (!authority.includes('@') && query.includes('@') && !query.includes('=')))
    return fault(`contains an unencoded ${path.includes('@') ? '/' : '?'} in its user or password`)
  if (query && query.split('&').some((option) => option !== '' && !option.includes('=')))
    return fault('contains an unencoded ? in its user or password, or an option without a value')
  if (/%(?![\da-f]{2})/i.test(rest)) return fault('contains an unencoded %')
  try {
    decodeURIComponent(authority)
  } catch {
    return fault('contains a % that encodes no character')
  }
  try {
    // Reads the files that the URL names, such as certificates; does not connect.
    return new pg.Client({ connectionString: url }) && []
  } catch (error) {
    const { code, path: file } = error as { code?: string; path?: string }
    if (file !== undefined) return [`DATABASE_URL="***" names the file ${file}, which cannot be read (${code})`]
    return [
      'DATABASE_URL="***" is not a connection URL: set postgresql://user:password@host:port/database, or unset it',
    ]
  }
}
