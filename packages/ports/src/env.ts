import { PortConfigError, type PortConfigCode } from './errors.js'
import { registered, retirementMessages, type ByName, type Registered } from './tables.js'
import type { RetirementMessage, ServiceName } from './types.js'

/** Variables by name, as in `process.env`. They are never changed. */
export type Env = Readonly<Record<string, string | undefined>>

/** @internal */
export const offsetVariable = 'DRIFTOS_PORT_OFFSET'

/**
 * Returns the port on which to reach a service: its own variable, else the default shifted by `DRIFTOS_PORT_OFFSET`.
 * The offset does not shift a `pinned` service.
 *
 * @param service - a registered name, such as `'core'`
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 * @example
 * getPort('core') // PORTS.core, unless the environment moves it
 * getPort('core', { CORE_PORT: '4101' }) // 4101
 */
export function getPort<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): number {
  return readPort(service, findRegistered(service), env)
}

/**
 * Returns the port on which a service itself listens: its own variable, else the platform's `PORT`, else the default
 * shifted by `DRIFTOS_PORT_OFFSET`. The offset does not shift a `pinned` service.
 *
 * @param service - the service that is about to listen
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 */
export function getListenPort<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): number {
  return readListenPort(service, findRegistered(service), env)
}

/**
 * `getPort` of any registry.
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readPort(service: string, of: Registered, env: Env): number {
  return parsePort(service, of, of.variable, env) ?? shiftedDefault(service, of, env)
}

/**
 * `getListenPort` of any registry.
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readListenPort(service: string, of: Registered, env: Env): number {
  return (
    parsePort(service, of, of.variable, env) ?? parsePort(service, of, 'PORT', env) ?? shiftedDefault(service, of, env)
  )
}

/**
 * Returns the environment that getters read by default. A browser has none: no overrides.
 *
 * @internal
 */
export function processEnv(): Env {
  return (globalThis as { process?: { env?: Env } }).process?.env ?? {}
}

/**
 * What an error says of a name that no service has, after the name.
 *
 * @internal
 */
export const unregisteredMessage = 'is not registered: see PORTS'

/**
 * Returns the columns of a registered service.
 *
 * @throws {PortConfigError} `INVALID_PORT` for any other value; for a retired service with the reason
 * @internal
 */
export function findRegistered(service: string): Registered {
  const name = textOf(service)
  const of = (registered as ByName<Registered>)[name]
  // `constructor` and the like are found, and have no port.
  if (isPort(of?.port)) return of!
  const fix = retirementMessages?.find(([retired]) => retired === name)?.[1] ?? unregisteredMessage
  throw invalid('INVALID_PORT', name, 'service', name, fix)
}

/**
 * Returns the value of a variable without the blanks around it; an empty text when it is unset.
 *
 * @internal
 */
export function readText(env: Env, variable: string): string {
  return textOf(env[variable]).trim()
}

/**
 * Returns a string as it is, an empty one for undefined, and for any other value its type in brackets, which is not a name,
 * port, host or URL.
 *
 * @internal
 */
export function textOf(value: unknown = ''): string {
  return typeof value === 'string' ? value : `[${typeof value}]`
}

/**
 * Whether a service's own variable sets its port.
 *
 * @throws {PortConfigError} `INVALID_PORT`
 * @internal
 */
export function isOverridden(service: string, of: Registered, env: Env): boolean {
  return parsePort(service, of, of.variable, env) !== undefined
}

/**
 * Creates the error for one variable whose value is not accepted.
 *
 * @param fix - the problem, the expected value and the fix: the message after `CORE_PORT="x" `
 * @internal
 */
export function invalid(code: PortConfigCode, service: string, variable: string, text: string, fix: string) {
  const value = printable(text)
  const message = `${variable}=${JSON.stringify(value)} ${fix}`
  return new PortConfigError(message, [{ code, service, variable, value, message }])
}

/**
 * Returns a value without credentials, at most 60 characters of it.
 *
 * @internal
 */
export function printable(value: string): string {
  return value.replace(/^.*@/s, '***@').slice(0, 60)
}

/** Returns the port of a variable; undefined when it is unset or holds the URL of a linked service. */
function parsePort(service: string, of: Registered, variable: string, env: Env): number | undefined {
  const text = readText(env, variable)
  const port = /^\d+$/.test(text) ? +text : 0
  if (isPort(port)) return port
  // Kubernetes and Docker links write `CORE_PORT=tcp://10.0.0.1:3001` for a Service named `core`.
  if (!text || /^[a-z][\w+.-]*:\/\//i.test(text)) return undefined
  throw invalid(
    'INVALID_PORT',
    service,
    variable,
    text,
    `is not a port: set a number from 1 to 65535, such as ${of.port}, or unset it`,
  )
}

function shiftedDefault(service: string, of: Registered, env: Env): number {
  const text = of.pinned ? '' : readText(env, offsetVariable)
  if (!text) return of.port
  const port = of.port + +text
  if (/^-?\d+$/.test(text) && isPort(port)) return port
  throw invalid(
    'INVALID_OFFSET',
    service,
    offsetVariable,
    text,
    `is not an offset: set a number that leaves ${service} from 1 to 65535, or unset it`,
  )
}

function isPort(value = 0): boolean {
  return value > 0 && value < 65_536
}
