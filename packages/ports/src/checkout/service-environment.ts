import { processEnv, type Env } from '../env.js'
import type { Checkout } from './checkout.js'
import { childEnvironment, type EnvironmentRegistry } from './environment.js'
import { describeSlot, resolveCheckoutPorts, type CheckoutPortsOptions, type CheckoutServices } from './resolve-slot.js'

/** The registry of a service that is started by hand. */
export interface StartRegistry extends EnvironmentRegistry {
  readonly services: CheckoutServices
  getListenPort(this: void, service: string, env?: Env): number
}

/** What one service needs that is started by hand. */
export interface ServiceEnvironment {
  /** The environment with the variables of the checkout, and `PORT`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Messages for the user, one or two sentences each. */
  readonly messages: readonly string[]
}

/**
 * Returns the environment in which one service of a checkout starts by hand: what `childEnvironment` gives it in the ports of
 * `resolveCheckoutPorts`. A tool that starts the service may choose its port by `PORT`, unless the service's own variable is
 * set.
 *
 * @param options.composeProject - the base of the compose project's name; the checkout's project unless given
 * @throws {SlotError} what `resolveCheckoutPorts` throws
 * @throws {PortConfigError} when a variable is invalid
 */
export async function resolveServiceEnvironment(
  service: string,
  registry: StartRegistry,
  checkout: Checkout,
  { composeProject, env = processEnv(), ...options }: CheckoutPortsOptions & { readonly composeProject?: string } = {},
): Promise<ServiceEnvironment> {
  const { variable } = registry.services[service]!
  const given = env[variable]?.trim() ? undefined : env['PORT']?.trim()
  const ports = await resolveCheckoutPorts(checkout, registry.services, {
    ...options,
    env: given ? { ...env, [variable]: String(registry.getListenPort(service, env)) } : env,
  })
  const variables = childEnvironment(registry, checkout, ports, {
    service,
    ...(composeProject !== undefined && { composeProject }),
  })
  const choice = given ? `${service} gets port ${given} from PORT.` : undefined
  const messages = [choice, describeSlot(ports), ...ports.warnings]
  return { env: { ...ports.env, ...variables }, messages: messages.filter((message) => message !== undefined) }
}
