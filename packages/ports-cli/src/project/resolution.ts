import { PortConfigError, type Env, type PortConfigIssue } from '@driftos/ports'
import type { PortRegistry } from '@driftos/ports/define'

/** Where a service is, and by what. */
export interface Resolution {
  readonly port: number
  readonly registeredPort: number
  /** What moved the service: a variable, or the slot of the checkout, such as `slot 100`. */
  readonly movedBy?: string
  /** A variable that Kubernetes or Docker set for a linked service, and that is ignored. */
  readonly ignored?: string
}

/**
 * Returns a service's port in an environment, and what moved it.
 *
 * @param variables.envWithoutSlot - the environment without the offset of the checkout's slot
 *
 * @throws {PortConfigError} `INVALID_PORT` or `INVALID_OFFSET`
 */
export function resolvePort(
  service: string,
  { services, getPort }: PortRegistry,
  { env, envWithoutSlot = env }: { readonly env: Env; readonly envWithoutSlot?: Env },
): Resolution {
  const { variable, port: registeredPort } = services[service]!
  const port = getPort(service, env)
  const text = env[variable]?.trim() ?? ''
  const ignored = text.includes('://') ? { ignored: variable } : {}
  if (port === registeredPort) return { port, registeredPort, ...ignored }
  if (text && !text.includes('://')) return { port, registeredPort, movedBy: variable }
  const offset = 'DRIFTOS_PORT_OFFSET'
  return { port, registeredPort, movedBy: envWithoutSlot[offset]?.trim() ? offset : `slot ${env[offset]}`, ...ignored }
}

/**
 * What `read` gives for every service.
 *
 * @throws {PortConfigError} one error that lists the problems of all of them
 */
export function mapServices<Value>(names: readonly string[], read: (service: string) => Value): Value[] {
  const issues: PortConfigIssue[] = []
  const values = names.flatMap((name) => {
    try {
      return [read(name)]
    } catch (error) {
      if (!(error instanceof PortConfigError)) throw error
      // Report an invalid offset once, not once per service.
      issues.push(...error.issues.filter(({ variable }) => !issues.some((issue) => issue.variable === variable)))
      return []
    }
  })
  const [first, ...rest] = issues
  if (first) throw new PortConfigError(issues.map(({ message }) => message).join('\n'), [first, ...rest])
  return values
}
