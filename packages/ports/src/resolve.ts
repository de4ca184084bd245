import { invalid, isOverridden, offsetVariable, printable, processEnv, readPort, type Env } from './env.js'
import { PortConfigError, type PortConfigIssue } from './errors.js'
import { findDatabaseConflict, readHost } from './origin.js'
import { databaseService, registered, type Registered } from './tables.js'
import type { ServiceName } from './types.js'

/**
 * Returns every service's port, as `getPort` returns it. Call it first in a process that uses ports.
 *
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} one error that lists every problem: each invalid port, host and offset, each two services on
 *   one port of one host (`COLLISION`), and two URLs that mean different databases (`INVALID_URL`)
 */
export function resolvePorts(env: Env = processEnv()): Record<ServiceName, number> {
  return readPorts(registered, env, databaseService)
}

type ServiceTable<Name extends string = string> = Readonly<Record<Name, Registered>>

/**
 * `resolvePorts` of any registry.
 *
 * @throws {PortConfigError} one error that lists every problem
 * @internal
 */
export function readPorts<Name extends string>(
  services: ServiceTable<Name>,
  env: Env,
  database?: string | null,
): Record<Name, number> {
  const ports = {} as Record<Name, number>
  const issues: PortConfigIssue[] = []
  const holders = new Map<string, Name>()

  for (const service of Object.keys(services) as Name[]) {
    const port = attempt(() => readPort(service, services[service], env), services, issues)
    const host = attempt(() => machine(readHost(service, services[service], env)), services, issues)
    if (port === undefined || host === undefined) continue
    const holder = holders.get(`${host}:${port}`)
    if (holder) issues.push(collision(holder, service, services, port, host, env))
    else holders.set(`${host}:${port}`, service)
    ports[service] = port
  }

  const conflict =
    typeof database === 'string'
      ? attempt(() => findDatabaseConflict(database, services[database as Name], env), services, issues)
      : undefined
  if (conflict) issues.push(...conflict.issues)

  const [first, ...rest] = issues
  if (first) throw new PortConfigError(issues.map(({ message }) => message).join('\n'), [first, ...rest])
  return ports
}

/** Returns what `read` returns; undefined when it throws, and then adds its problems to `issues`. */
function attempt<Value>(read: () => Value, services: ServiceTable, issues: PortConfigIssue[]): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    for (const issue of error.issues) {
      // Report an invalid offset once, not once per service.
      if (issues.some(({ variable }) => variable === issue.variable)) continue
      issues.push(issue.code === 'INVALID_OFFSET' ? invalidOffset(issue, services) : issue)
    }
    return undefined
  }
}

/** Returns the offset's issue with the bounds that leave every service a port. */
function invalidOffset({ code, service, variable, value }: PortConfigIssue, services: ServiceTable): PortConfigIssue {
  const ports = Object.values(services).flatMap(({ port, pinned }) => (pinned ? [] : port))
  const bounds = `from ${1 - Math.min(...ports)} to ${65_535 - Math.max(...ports)}`
  return invalid(code, service, variable, value, `is not an offset: set a number ${bounds}, or unset it`).issues[0]
}

function collision<Name extends string>(
  holder: Name,
  service: Name,
  services: ServiceTable<Name>,
  port: number,
  host: string,
  env: Env,
): PortConfigIssue {
  // The variable to change: one that is set, else that of a service that the offset shifts.
  const moved =
    [service, holder].find((name) => isOverridden(name, services[name], env)) ??
    [service, holder].find((name) => !services[name].pinned) ??
    service
  const { variable } = services[moved]
  const causes = [holder, service].map(
    (name) => `${services[name].variable} ${causeOf(name, services[name], port, env)}`,
  )
  const isShifted = !isOverridden(moved, services[moved], env) && port !== services[moved].port
  const fix = `Set ${variable} to another port${isShifted ? `, or change ${offsetVariable}` : ''}.`
  const message = `${holder} and ${service} both resolve to port ${port} on ${host}: ${causes.join(', ')}. ${fix}`
  return { code: 'COLLISION', service: moved, variable, value: printable(env[variable]?.trim() ?? ''), message }
}

function causeOf(service: string, of: Registered, port: number, env: Env): string {
  if (isOverridden(service, of, env)) return 'is set to it'
  if (of.pinned) return 'is unset and the default is pinned'
  return port === of.port
    ? 'gives none and it is the default'
    : `gives none and ${offsetVariable} moves the default ${of.port} to it`
}

/** Returns the machine that a host means: every loopback name and address means this one. */
function machine(host: string): string {
  return /^((.+\.)?localhost\.?|127\.[\d.]+|0\.0\.0\.0|::1?|::ffff:(7f..:[\da-f]+|0:0))$/.test(host)
    ? 'localhost'
    : host
}
