import { offsetVariable, type Env } from '../env.js'
import { checkoutVariable, type Checkout } from './checkout.js'
import type { CheckoutPorts } from './resolve-slot.js'

/** The getters and services of a registry that an environment is built from. */
export interface EnvironmentRegistry {
  readonly services: Readonly<Record<string, { readonly variable: string }>>
  getPort(this: void, service: string, env?: Env): number
  getOrigin(this: void, service: string, env?: Env): string
}

/** The longest name that leaves room for a container's own in a DNS label. */
const maxBaseLength = 40

/**
 * Returns the variables that a command gets in a checkout: every service's `*_PORT` and `*_URL`, the offset, the checkout, and
 * the name of its compose project. With a service also `PORT`, the port of that service.
 *
 * @param registry - the registry of the services, such as `defineRegistry` returns
 * @param ports - what `resolveCheckoutPorts` returns
 * @param options.service - the service that the command runs
 * @param options.composeProject - the base of the compose project's name; the checkout's project unless given
 * @throws {PortConfigError} when a variable of `ports.env` is invalid
 */
export function childEnvironment(
  registry: EnvironmentRegistry,
  checkout: Checkout,
  ports: Pick<CheckoutPorts, 'env' | 'offset' | 'source'>,
  options: { readonly service?: string; readonly composeProject?: string } = {},
): Record<string, string> {
  const { env } = ports
  const { service, composeProject = checkout.project } = options
  const services = Object.entries(registry.services).flatMap(([name, { variable }]) => [
    [variable, String(registry.getPort(name, env))] as const,
    [variable.replace(/_PORT$/, '_URL'), registry.getOrigin(name, env)] as const,
  ])
  return {
    ...Object.fromEntries(services),
    ...checkoutEnvironment(checkout, ports, composeProject),
    ...(service !== undefined && { PORT: String(registry.getPort(service, env)) }),
  }
}

/**
 * Returns the variables that name a checkout to the processes that it starts: the offset, the checkout's root, and the name of
 * its compose project, which the environment may set.
 */
export function checkoutEnvironment(
  checkout: Checkout,
  { env, offset, source }: Pick<CheckoutPorts, 'env' | 'offset' | 'source'>,
  composeProject: string = checkout.project,
): Record<string, string> {
  // In a range of ports that a tool gives, the offset does not show which checkout this is.
  const isFirst = offset === 0 && source !== 'block'
  return {
    [offsetVariable]: env[offsetVariable]?.trim() || String(offset),
    [checkoutVariable]: checkout.root,
    COMPOSE_PROJECT_NAME: env['COMPOSE_PROJECT_NAME']?.trim() || composeProjectName(checkout, composeProject, isFirst),
  }
}

/**
 * Returns the name of a checkout's compose project: the base name for the first checkout, whose volumes keep their names; the
 * base and a part of the checkout's hash for each other.
 *
 * @param base - the project's name, such as that of its package; a scope is left out, characters that Compose refuses are replaced
 * @param isFirst - whether the checkout uses the registered ports
 */
export function composeProjectName({ instance }: Pick<Checkout, 'instance'>, base: string, isFirst: boolean): string {
  // https://github.com/compose-spec/compose-spec/blob/main/spec.md#name-top-level-element
  const name = base
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z\d_-]+/g, '-')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, maxBaseLength)
  return `${name || 'project'}${isFirst ? '' : `-${instance.slice(0, 8)}`}`
}
