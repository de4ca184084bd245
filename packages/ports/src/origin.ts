import { findRegistered, invalid, printable, processEnv, readPort, readText, textOf, type Env } from './env.js'
import type { PortConfigError } from './errors.js'
import type { ServiceDefinition } from './registry.js'
import { databaseService, registered, schemes, type ByName, type Registered } from './tables.js'
import type { RetirementMessage, ServiceName } from './types.js'

type Scheme = ServiceDefinition['scheme']

/** The schemes that a `_URL` may have, by the scheme of its service. */
const urlSchemes: Readonly<Record<Scheme, readonly string[]>> = {
  http: ['http', 'https'],
  https: ['https', 'http'],
  grpc: ['grpc', 'grpcs', 'http', 'https'],
  postgresql: ['postgresql', 'postgres'],
  mysql: ['mysql', 'mariadb'],
  mongodb: ['mongodb', 'mongodb+srv'],
  redis: ['redis', 'rediss'],
  amqp: ['amqp', 'amqps'],
  smtp: ['smtp', 'smtps'],
  tcp: ['tcp'],
  udp: ['udp'],
}

/** The schemes whose `_URL` may be a connection string: with credentials, a path and a query. */
const connectionSchemes: ReadonlySet<Scheme> = new Set(['postgresql', 'mysql', 'mongodb', 'redis', 'amqp', 'smtp'])

/**
 * Returns the host on which to reach a service: `<NAME>_HOST`, else `localhost`. A name is returned as a browser writes it
 * in an origin, in lower case; an IPv6 address without brackets.
 *
 * @throws {PortConfigError} `INVALID_URL` when the variable is not a host, or is a number that a URL would turn into an
 *   address
 * @example
 * getHost('core', { CORE_HOST: 'core.internal' }) // 'core.internal'
 */
export function getHost<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): string {
  return readHost(service, findRegistered(service), env)
}

/**
 * `getHost` of any registry.
 *
 * @throws {PortConfigError} `INVALID_URL`
 * @internal
 */
export function readHost(service: string, of: Registered, env: Env): string {
  const variable = siblingVariable(of, 'HOST')
  const text = readText(env, variable)
  const host = text ? parseHost(text) : 'localhost'
  if (host) return host
  throw invalid(
    'INVALID_URL',
    service,
    variable,
    text,
    'is not a host: write a name or a whole address, without scheme, port or path, such as 127.0.0.1, or unset it',
  )
}

/**
 * Returns the origin at which to reach a service: `<NAME>_URL` without a slash at its end, else scheme, host and port. Of
 * the connection string of a database it returns scheme, host and port. For the service that `getDatabaseUrl` connects to,
 * `DATABASE_URL` wins over `<NAME>_URL`.
 *
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @example
 * getOrigin('core') // http://localhost, and the port that getPort returns
 * getOrigin('core', { CORE_URL: 'https://core.example.com/' }) // 'https://core.example.com'
 */
export function getOrigin<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): string {
  const of = findRegistered(service)
  return readOrigin(service, of, (schemes as ByName<Scheme>)[service]!, env, databaseService)
}

/**
 * `getOrigin` of any registry.
 *
 * @param database - the service that `DATABASE_URL` configures
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readOrigin(
  service: string,
  of: Registered,
  scheme: Scheme,
  env: Env,
  database: string | null | undefined,
): string {
  const variables = [...(service === database ? ['DATABASE_URL'] : []), siblingVariable(of, 'URL')]
  for (const variable of variables) {
    const text = readText(env, variable)
    if (!text) continue
    const url = parseUrl(text, scheme)
    if (!url) throw invalidUrl(service, variable, text, scheme, readPort(service, of, {}))
    return url.origin
  }
  return `${scheme}://${bracketed(readHost(service, of, env))}:${readPort(service, of, env)}`
}

/**
 * Returns the connection string of the database, the service whose scheme is `postgresql`: `DATABASE_URL` as it is, else
 * its `<NAME>_URL`, else one built from its host and port. `POSTGRES_USER`, `POSTGRES_PASSWORD` and `POSTGRES_DB` (each
 * `postgres` by default), percent-encoded, fill in the parts that `<NAME>_URL` omits. It contains a secret: do not print it.
 *
 * @throws {PortConfigError} `INVALID_URL` (never with the password), also when no service is a database and `DATABASE_URL`
 *   is unset; `INVALID_PORT` or `INVALID_OFFSET`
 */
export function getDatabaseUrl(env: Env = processEnv()): string {
  const of = databaseService === null ? undefined : (registered as ByName<Registered>)[databaseService]
  return readDatabaseUrl(databaseService ?? 'database', of, env)
}

/**
 * `getDatabaseUrl` of any registry, from the service that is its database.
 *
 * @throws {PortConfigError} `INVALID_URL`, `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readDatabaseUrl(service: string, of: Registered | undefined, env: Env): string {
  const text = readText(env, 'DATABASE_URL')
  if (text && /^postgres(ql)?:\/\//i.test(text)) return text
  if (text || !of) {
    const fix = 'write postgresql://user:password@host:port/database'
    throw invalid(
      'INVALID_URL',
      service,
      'DATABASE_URL',
      text && '***',
      of
        ? `does not start with postgresql:// or postgres://: ${fix}, or unset it`
        : `is needed, since no registered service is a PostgreSQL database: ${fix}`,
    )
  }
  const variable = siblingVariable(of, 'URL')
  const own = readText(env, variable)
  const url = own ? parseUrl(own, 'postgresql') : undefined
  if (own && !url) throw invalidUrl(service, variable, own, 'postgresql', readPort(service, of, {}))
  const [user, password, database] = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'].map((name) =>
    encoded(service, name, env),
  )
  const credentials = url?.credentials || `${user}:${password}`
  const hosts = url?.hosts ?? `${bracketed(readHost(service, of, env))}:${readPort(service, of, env)}`
  const path = url && url.path.length > 1 ? url.path : `/${database}`
  return `postgresql://${credentials}@${hosts}${path}${url?.query ?? ''}`
}

/**
 * Returns the problem of a `DATABASE_URL` and a `<NAME>_URL` that mean different databases.
 *
 * @internal
 */
export function findDatabaseConflict(service: string, of: Registered, env: Env): PortConfigError | undefined {
  const variable = siblingVariable(of, 'URL')
  const [one, other] = ['DATABASE_URL', variable].map((name) => {
    const text = readText(env, name)
    return text ? parseUrl(text, 'postgresql') : undefined
  })
  if (!one || !other || (one.address === other.address && (other.path.length < 2 || one.path === other.path)))
    return undefined
  return invalid(
    'INVALID_URL',
    service,
    variable,
    other.origin,
    `is not the database of DATABASE_URL, ${one.origin}, which wins: unset one of them, or set both to one database`,
  )
}

interface ParsedUrl {
  /** Scheme, host and port; for http the path too. */
  readonly origin: string
  /** Host and port, by which two URLs are compared. */
  readonly address: string
  readonly credentials: string
  readonly hosts: string
  readonly path: string
  readonly query: string
}

/** Returns the parts of a URL that a service of this scheme accepts; undefined for any other text. */
function parseUrl(text: string, scheme: Scheme): ParsedUrl | undefined {
  // A URL parser repairs `http:core`, backslashes and tabs; a variable that needs it is a mistake.
  const [, urlScheme = '', authority = '', path = '', query = ''] =
    /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(\/[^?#]*)?([?#].*)?$/i.exec(text) ?? []
  const protocol = urlScheme.toLowerCase()
  if (/[\s\\]/.test(text) || !urlSchemes[scheme].includes(protocol)) return undefined
  const isConnection = connectionSchemes.has(scheme)
  const at = authority.lastIndexOf('@')
  const hosts = authority.slice(at + 1)
  if (!isConnection && (at >= 0 || query || hosts.includes(','))) return undefined
  const addresses = hosts.split(',').map(parseAddress)
  const [address] = addresses
  if (!address || addresses.includes(undefined)) return undefined
  const isHttp = /^https?$/.test(protocol)
  if (isHttp && !URL.canParse(text)) return undefined
  const origin = isHttp
    ? new URL(text).href.replace(/\/+$/, '')
    : `${protocol}://${address}${isConnection ? '' : path.replace(/\/+$/, '')}`
  return { origin, address, credentials: authority.slice(0, Math.max(at, 0)), hosts, path, query }
}

/** Returns a host with its port, if it has one, as an origin has it; undefined for any other text. */
function parseAddress(text: string): string | undefined {
  const [, name = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(text) ?? []
  const host = parseHost(name)
  if (!host || (port !== undefined && !(+port > 0 && +port < 65_536))) return undefined
  return bracketed(host) + (port === undefined ? '' : `:${+port}`)
}

/** Returns a host as a browser writes it; undefined for a text that is not a host, or that a URL would rewrite. */
function parseHost(text: string): string | undefined {
  const host = text.replace(/^\[(.*:.*)\]$/, '$1')
  const url = `http://${bracketed(host)}:1`
  if (/[\s/\\?#@%]/.test(host) || !URL.canParse(url)) return undefined
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
  const labels = name.split('.')
  const isKept = (label: string, index: number) =>
    /[^\0-\x7F]/.test(label) ? labels[index]?.startsWith('xn--') : label === labels[index]
  // `3001` would become 0.0.11.185, `0x7f.1` 127.0.0.1.
  const written = host.toLowerCase().split('.')
  return host.includes(':') || (written.length === labels.length && written.every(isKept)) ? name : undefined
}

function invalidUrl(service: string, variable: string, text: string, scheme: Scheme, port: number): PortConfigError {
  const isConnection = connectionSchemes.has(scheme)
  const [first, second] = urlSchemes[scheme]
  const accepted = [first, ...(second && scheme !== 'grpc' ? [second] : [])].map((name) => `${name}://`).join(' or ')
  const rest = isConnection
    ? `and a host, such as ${scheme}://user:password@localhost:${port}`
    : `and a host, without user, query or fragment, such as ${scheme}://localhost:${port}`
  return invalid(
    'INVALID_URL',
    service,
    variable,
    redacted(text),
    `is not ${isConnection ? 'a connection URL' : 'an origin'} for ${service}: write ${accepted} ${rest}, or unset it`,
  )
}

/** Returns a URL without what may be a secret: its credentials, its query, and a word where a port is expected. */
function redacted(text: string): string {
  const [scheme = ''] = /^[a-z][\w+.-]*:\/\//i.exec(text) ?? []
  // An @ behind ? or # may end a password or be part of a token.
  if (/[?#].*@/s.test(text)) return `${scheme}***`
  return printable(text)
    .replace(/[?#].*/s, '?***')
    .replace(/^([a-z][\w+.-]*:\/\/)?([^/:]+:)(?!\d*(?:\/|$)|\/\/)[^/]*/i, '$1$2***')
}

/** Returns the name of a variable next to the port variable: `CORE_HOST` for `CORE_PORT`. */
function siblingVariable({ variable }: Registered, suffix: 'HOST' | 'URL'): string {
  return variable.replace(/PORT$/, suffix)
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function encoded(service: string, variable: string, env: Env): string {
  const value: unknown = env[variable]
  if (typeof value !== 'string' && value !== undefined)
    throw invalid('INVALID_URL', service, variable, textOf(value), 'is not a string: set a string, or unset it')
  try {
    // Blanks are kept: a password may contain them.
    return encodeURIComponent(value || 'postgres')
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause
    throw invalid('INVALID_URL', service, variable, '***', 'has half a character (a lone surrogate): write it again')
  }
}
