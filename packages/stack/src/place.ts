import type { SocketOwner } from '@driftos/control'
import { services, type Env } from '@driftos/ports'
import {
  checkoutEnvironment,
  describeCheckout,
  findCheckout,
  readEnvFile,
  resolveCheckoutPorts,
  type Checkout,
  type CheckoutPorts,
  type CheckoutPortsOptions,
} from '@driftos/ports/checkout'
import { root } from './members.js'

/** Where a stack runs: its checkout, and the variables of its processes. */
export interface Place {
  readonly checkout: Checkout
  readonly ports: CheckoutPorts
  /** The variables that every process gets. */
  readonly env: Env
  /** The value of `PORT`, which no process gets because it cannot be the port of all. */
  readonly ignoredPort?: string
}

/** The base of the compose project's name, as in `driftos-ports.config.ts`. */
const composeProject = 'driftos'

/**
 * Returns where the stack of this checkout runs, with the variables of `.env`.
 *
 * @param envFile - another file than `.env`, or `false` for none
 * @throws {SlotError} when the file cannot be read, the variables belong to another checkout, or there is no slot
 */
export async function findPlace(
  shell: Env,
  envFile: string | false | undefined,
  options: Pick<CheckoutPortsOptions, 'findOccupants'> = {},
): Promise<Place> {
  // A copy in a directory of another repository is a part of that checkout for its services too.
  const checkout = findCheckout(root) ?? describeCheckout(root)
  const file = readEnvFile(root, shell, { file: envFile })
  const { PORT: ignoredPort, ...env } = file.env
  const ports = await resolveCheckoutPorts(checkout, services, { ...options, env, envFile: file })
  return {
    checkout,
    ports,
    env: { ...ports.env, ...checkoutEnvironment(checkout, ports, composeProject) },
    ...(ignoredPort !== undefined && { ignoredPort }),
  }
}

/** Returns the checkout and the offset by which the control socket of a stack is named. */
export function ownerOf({ checkout, env }: Pick<Place, 'checkout' | 'env'>): SocketOwner {
  return { instance: checkout.instance, offset: Number(env['DRIFTOS_PORT_OFFSET']) || 0 }
}
