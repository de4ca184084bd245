import { getPort, invalid, isOverridden, offsetVariable, processEnv, type Env } from './env.js'
import { PortConfigError, printable, type PortConfigIssue } from './errors.js'
import { getHost } from './origin.js'
import { PORTS, variables } from './tables.js'
import type { ServiceName } from './types.js'

/**
 * Every service's port at once, as `getPort` gives it: call it first in a process that uses ports.
 *
 * @param env - the variables to read; `process.env` unless given, none where there is no `process`
 * @throws {PortConfigError} one error that lists every problem: each invalid port, host and offset,
 *   and each service that falls on another's port on the same host (`COLLISION`)
 */
export function resolvePorts(env: Env = processEnv()): Record<ServiceName, number> {
  const ports = {} as Record<ServiceName, number>
  const issues: PortConfigIssue[] = []
  const holders = new Map<string, ServiceName>()

  for (const service of Object.keys(PORTS) as ServiceName[]) {
    const port = attempt(() => getPort(service, env), issues)
    const host = attempt(() => machine(getHost(service, env)), issues)
    if (port === undefined || host === undefined) continue
    const holder = holders.get(`${host}:${port}`)
    if (holder) issues.push(collision(holder, service, port, host, env))
    else holders.set(`${host}:${port}`, service)
    ports[service] = port
  }

  const [first, ...rest] = issues
  if (first) throw new PortConfigError(issues.map(({ message }) => message).join('\n'), [first, ...rest])
  return ports
}

/** What `read` gives; undefined when it throws, and then its problems join `issues`. */
function attempt<Value>(read: () => Value, issues: PortConfigIssue[]): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    for (const issue of error.issues) {
      // One invalid offset is one problem, whichever services it moves.
      if (issues.some(({ variable }) => variable === issue.variable)) continue
      issues.push(issue.code === 'INVALID_OFFSET' ? invalidOffset(issue) : issue)
    }
    return undefined
  }
}

/** The offset's issue with the bounds that leave every service a port. */
function invalidOffset({ code, service, variable, value }: PortConfigIssue): PortConfigIssue {
  const ports = Object.values<number>(PORTS)
  const bounds = `from ${1 - Math.min(...ports)} to ${65_535 - Math.max(...ports)}`
  return invalid(code, service, variable, value, `is not an offset: set a number ${bounds}, or unset it`).issues[0]
}

function collision(holder: ServiceName, service: ServiceName, port: number, host: string, env: Env): PortConfigIssue {
  // The variable to mend is one that somebody set.
  const moved = isOverridden(service, env) ? service : holder
  const variable = variables[moved]
  const causes = [holder, service].map((name) => `${variables[name]} ${causeOf(name, port, env)}`)
  const message = `${holder} and ${service} both resolve to port ${port} on ${host}: ${causes.join(', ')}. Set ${variable} to another port.`
  return { code: 'COLLISION', service: moved, variable, value: printable(env[variable]?.trim() ?? ''), message }
}

function causeOf(service: ServiceName, port: number, env: Env): string {
  if (isOverridden(service, env)) return 'is set to it'
  return port === PORTS[service]
    ? 'gives none and it is the default'
    : `gives none and ${offsetVariable} moves the default ${PORTS[service]} to it`
}

/** The machine that a host means: every loopback name and address means this one. */
function machine(host: string): string {
  return /^(localhost|127\.[\d.]+|0\.0\.0\.0|::1?)$/i.test(host) ? 'localhost' : host.toLowerCase()
}
