import { invalid, printable, processEnv, readPort, variableOf, type ByName, type Env } from './env.js'
import { registered, schemes, type Registered } from './tables.js'
import type { RetirementMessage, ServiceName } from './types.js'

/**
 * The host on which to reach a service: `<NAME>_HOST`, else `localhost`. A name comes as a browser
 * writes it in an origin, in lower case; an IPv6 address without brackets.
 *
 * @throws {PortConfigError} `INVALID_URL` when the variable holds more or less than a host
 * @example
 * getHost('core', { CORE_HOST: 'core.internal' }) // 'core.internal'
 */
export function getHost<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): string {
  return readHost(service, (registered as ByName<Registered>)[service]!, env)
}

/**
 * `getHost` of any registry.
 *
 * @throws {PortConfigError} `INVALID_URL`
 * @internal
 */
export function readHost(service: string, of: Registered, env: Env): string {
  const variable = siblingVariable(service, of, 'HOST')
  const text = readText(env, variable)
  if (!text) return 'localhost'
  const host = text.replace(/^\[(.*:.*)\]$/, '$1')
  const url = `http://${bracketed(host)}:1`
  if (!/[\s/\\?#@%]/.test(host) && URL.canParse(url)) return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
  throw invalid(
    'INVALID_URL',
    service,
    variable,
    text,
    `is not a host: write a name or an address without scheme, port or path, such as 127.0.0.1, or unset it`,
  )
}

/**
 * The origin at which to reach a service: `<NAME>_URL` whole when it is set, without a slash at its
 * end, else scheme, host and port.
 *
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @example
 * getOrigin('core') // http://localhost, and the port that getPort gives
 * getOrigin('core', { CORE_URL: 'https://core.example.com/' }) // 'https://core.example.com'
 */
export function getOrigin<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): string {
  return readOrigin(service, (registered as ByName<Registered>)[service]!, (schemes as ByName<string>)[service]!, env)
}

/**
 * `getOrigin` of any registry.
 *
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readOrigin(service: string, of: Registered, scheme: string, env: Env): string {
  const variable = siblingVariable(service, of, 'URL')
  const text = readText(env, variable)
  if (!text) return `${scheme}://${bracketed(readHost(service, of, env))}:${readPort(service, of, env)}`
  const isDatabase = scheme === 'postgresql'
  if (URL.canParse(text)) {
    const url = new URL(text)
    const isAccepted = isDatabase ? isPostgres(text) : /^https?:$/.test(url.protocol)
    if (isAccepted && url.hostname && !url.username && !url.password && !/[?#]/.test(text)) {
      let origin = url.href
      while (origin.endsWith('/')) origin = origin.slice(0, -1)
      return origin
    }
  }
  throw invalid(
    'INVALID_URL',
    service,
    variable,
    // A query or a fragment may hold a token, and a password a question mark.
    printable(text).replace(/[?#].*/s, '?***'),
    `is not an origin for ${service}: write ${isDatabase ? 'postgresql://' : 'http:// or https://'} and a host, without user, query or fragment, such as ${scheme}://localhost:${readPort(service, of, {})}, or unset it`,
  )
}

/**
 * The connection string of the database: `DATABASE_URL` as it is, else one built from the host and
 * port of `postgres` and `POSTGRES_USER`, `POSTGRES_PASSWORD` and `POSTGRES_DB` (each `postgres`
 * unless set), percent-encoded. It holds a secret: do not print it.
 *
 * @throws {PortConfigError} `INVALID_URL` (never with the password), `INVALID_PORT` or `INVALID_OFFSET`
 */
export function getDatabaseUrl(env: Env = processEnv()): string {
  return readDatabaseUrl('postgres', registered.postgres, env)
}

/**
 * `getDatabaseUrl` of any registry, from the service that is its database.
 *
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readDatabaseUrl(service: string, of: Registered, env: Env): string {
  const text = readText(env, 'DATABASE_URL')
  if (text && !isPostgres(text)) {
    throw invalid(
      'INVALID_URL',
      service,
      'DATABASE_URL',
      '***',
      'does not start with postgresql:// or postgres://: write postgresql://user:password@host:port/database, or unset it',
    )
  }
  if (text) return text
  const [user, password, database] = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'].map((variable) =>
    encoded(service, variable, env[variable] || 'postgres'),
  )
  return `postgresql://${user}:${password}@${bracketed(readHost(service, of, env))}:${readPort(service, of, env)}/${database}`
}

/** A variable without the blanks around it; undefined when it is unset or blank. */
function readText(env: Env, variable: string): string | undefined {
  return env[variable]?.trim() || undefined
}

/** `CORE_HOST` beside `CORE_PORT`. */
function siblingVariable(service: string, of: Registered, suffix: 'HOST' | 'URL'): string {
  return variableOf(service, of).replace(/PORT$/, suffix)
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function isPostgres(text: string): boolean {
  return /^postgres(ql)?:\/\//i.test(text)
}

function encoded(service: string, variable: string, text: string): string {
  try {
    return encodeURIComponent(text)
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause
    throw invalid('INVALID_URL', service, variable, '***', 'holds half a character (a lone surrogate): write it again')
  }
}
