import { PortConfigError, type PortConfigCode } from './errors.js'
import { registered, retirementMessages, type Registered } from './tables.js'
import type { RetirementMessage, ServiceName } from './types.js'

/** Variables by name, as in `process.env`. Only read, never changed. */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * A table by service names that accepts any name.
 *
 * @internal
 */
export type ByName<Value> = Readonly<Record<string, Value>>

/**
 * What an error says of a name that no service has, after the name.
 *
 * @internal
 */
export const unregisteredMessage = 'is not registered: see PORTS'

/** @internal */
export const offsetVariable = 'DRIFTOS_PORT_OFFSET'

/**
 * The port on which to reach a service: its own variable, else the default shifted by
 * `DRIFTOS_PORT_OFFSET`.
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
  return readPort(service, (registered as ByName<Registered>)[service]!, env)
}

/**
 * The port on which a service itself binds: its own variable, else the platform's `PORT`, else the
 * default shifted by `DRIFTOS_PORT_OFFSET`.
 *
 * @param service - the service that is about to listen
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 */
export function getListenPort<Name extends string>(
  service: ServiceName | RetirementMessage<Name>,
  env: Env = processEnv(),
): number {
  return readListenPort(service, (registered as ByName<Registered>)[service]!, env)
}

/**
 * `getPort` of any registry.
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readPort(service: string, of: Registered, env: Env): number {
  const variable = variableOf(service, of)
  return parsePort(service, of, variable, env) ?? shiftedDefault(service, of, env)
}

/**
 * `getListenPort` of any registry.
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 * @internal
 */
export function readListenPort(service: string, of: Registered, env: Env): number {
  const variable = variableOf(service, of)
  return (
    parsePort(service, of, variable, env) ?? parsePort(service, of, 'PORT', env) ?? shiftedDefault(service, of, env)
  )
}

/**
 * The environment that getters read when none is given. A browser has none: no overrides.
 *
 * @internal
 */
export function processEnv(): Env {
  return (globalThis as { process?: { env?: Env } }).process?.env ?? {}
}

/**
 * Refuses what is not the name of a service: a caller without types.
 *
 * @throws {PortConfigError} `INVALID_PORT`; for a service that is gone it says why
 * @internal
 */
export function variableOf(service: string, of: Registered): string {
  if (isPort((of as Registered | undefined)?.port)) return of.variable
  const text = retirementMessages?.find(([name]) => name === service)?.[1] ?? unregisteredMessage
  throw invalid('INVALID_PORT', service, 'service', service, text)
}

/**
 * Whether a service's own variable, and not a default, says its port.
 *
 * @throws {PortConfigError} `INVALID_PORT`
 * @internal
 */
export function isOverridden(service: string, of: Registered, env: Env): boolean {
  return parsePort(service, of, of.variable, env) !== undefined
}

/**
 * The error for one variable that holds what it may not.
 *
 * @param mend - what is wrong, what is accepted and how to mend it: the message after `CORE_PORT="x" `
 * @internal
 */
export function invalid(code: PortConfigCode, service: string, variable: string, text: string, mend: string) {
  const value = printable(text)
  const message = `${variable}=${JSON.stringify(value)} ${mend}`
  return new PortConfigError(message, [{ code, service, variable, value, message }])
}

/**
 * A value fit to print: no credentials, at most 60 characters.
 *
 * @internal
 */
export function printable(value: string): string {
  return value.replace(/^.*@/s, '***@').slice(0, 60)
}

/** A port, or undefined for a variable that says nothing about one. */
function parsePort(service: string, of: Registered, variable: string, env: Env): number | undefined {
  const text = env[variable]?.trim() ?? ''
  const port = decimal(text)
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
  const text = env[offsetVariable]?.trim()
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

/** The number that decimal digits spell; NaN or 0, which are no ports, for any other text. */
function decimal(text: string): number {
  // A loop: a regular expression would cost half as much again as reading the variable.
  let value = 0
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48
    value = digit >>> 0 < 10 ? value * 10 + digit : NaN
  }
  return value
}
