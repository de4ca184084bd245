import {
  getPort,
  PortConfigError,
  PORTS,
  services,
  type Env,
  type PortConfigIssue,
  type ServiceName,
} from '@driftos/ports'

/** Where a service is, and by what. */
export interface Resolution {
  readonly port: number
  readonly registeredPort: number
  /** The variable that moved the service. */
  readonly movedBy?: string
  /** A variable that a platform wrote for its links, and that therefore says nothing. */
  readonly ignored?: string
}

/**
 * A service's port as the environment has it, with the variable behind it.
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 */
export function resolvePort(service: ServiceName, env: Env): Resolution {
  const { variable } = services[service]
  const port = getPort(service, env)
  const registeredPort = PORTS[service]
  const isSet = Boolean(env[variable]?.trim())
  if (isSet && env[variable]!.includes('://')) return { ...unset(service, env), ignored: variable }
  return isSet && port !== registeredPort ? { port, registeredPort, movedBy: variable } : unset(service, env)
}

function unset(service: ServiceName, env: Env): Resolution {
  const port = getPort(service, env)
  const registeredPort = PORTS[service]
  return port === registeredPort ? { port, registeredPort } : { port, registeredPort, movedBy: 'DRIFTOS_PORT_OFFSET' }
}

/**
 * What `read` gives for every service.
 *
 * @throws {PortConfigError} one error that lists the problems of all of them
 */
export function mapServices<Value>(names: readonly ServiceName[], read: (service: ServiceName) => Value): Value[] {
  const issues: PortConfigIssue[] = []
  const values = names.flatMap((name) => {
    try {
      return [read(name)]
    } catch (error) {
      if (!(error instanceof PortConfigError)) throw error
      // One invalid offset is one problem, whichever services it moves.
      issues.push(...error.issues.filter(({ variable }) => !issues.some((issue) => issue.variable === variable)))
      return []
    }
  })
  const [first, ...rest] = issues
  if (first) throw new PortConfigError(issues.map(({ message }) => message).join('\n'), [first, ...rest])
  return values
}
