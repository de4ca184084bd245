import { invalid, isOverridden, offsetVariable, printable, processEnv, readPort, type Env } from './env.js'
import { PortConfigError, type PortConfigIssue } from './errors.js'
import { readHost } from './origin.js'
import { registered, type Registered } from './tables.js'
import type { ServiceName } from './types.js'

/**
 * Every service's port at once, as `getPort` gives it: call it first in a process that uses ports.
 *
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} one error that lists every problem: each invalid port, host and offset,
 *   and each service that falls on another's port on the same host (`COLLISION`)
 */
export function resolvePorts(env: Env = processEnv()): Record<ServiceName, number> {
  return readPorts(registered, env)
}

type ServiceTable<Name extends string = string> = Readonly<Record<Name, Registered>>

/**
 * `resolvePorts` of any registry.
 *
 * @throws {PortConfigError} one error that lists every problem
 * @internal
 */
export function readPorts<Name extends string>(services: ServiceTable<Name>, env: Env): Record<Name, number> {
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

  const [first, ...rest] = issues
  if (first) throw new PortConfigError(issues.map(({ message }) => message).join('\n'), [first, ...rest])
  return ports
}

/** What `read` gives; undefined when it throws, and then its problems join `issues`. */
function attempt<Value>(read: () => Value, services: ServiceTable, issues: PortConfigIssue[]): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    for (const issue of error.issues) {
      // One invalid offset is one problem, whichever services it moves.
      if (issues.some(({ variable }) => variable === issue.variable)) continue
      issues.push(issue.code === 'INVALID_OFFSET' ? invalidOffset(issue, services) : issue)
    }
    return undefined
  }
}

/** The offset's issue with the bounds that leave every service a port. */
function invalidOffset({ code, service, variable, value }: PortConfigIssue, services: ServiceTable): PortConfigIssue {
  const ports = Object.values(services).map(({ port }) => port)
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
  // The variable to mend is one that somebody set.
  const moved = isOverridden(service, services[service], env) ? service : holder
  const { variable } = services[moved]
  const causes = [holder, service].map(
    (name) => `${services[name].variable} ${causeOf(name, services[name], port, env)}`,
  )
  const message = `${holder} and ${service} both resolve to port ${port} on ${host}: ${causes.join(', ')}. Set ${variable} to another port.`
  return { code: 'COLLISION', service: moved, variable, value: printable(env[variable]?.trim() ?? ''), message }
}

function causeOf(service: string, of: Registered, port: number, env: Env): string {
  if (isOverridden(service, of, env)) return 'is set to it'
  return port === of.port
    ? 'gives none and it is the default'
    : `gives none and ${offsetVariable} moves the default ${of.port} to it`
}

/** The machine that a host means: every loopback name and address means this one. */
function machine(host: string): string {
  return /^(localhost|127\.[\d.]+|0\.0\.0\.0|::1?)$/i.test(host) ? 'localhost' : host.toLowerCase()
}
