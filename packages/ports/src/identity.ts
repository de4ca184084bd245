import { existsSync } from 'node:fs'
import { findCheckout, type Checkout } from './checkout/checkout.js'
import type { Env } from './env.js'
import { describeCheckoutPlace, findHolders, type Holder } from './holder.js'

/** The checkout that a service on this machine belongs to, when it is not the expected one. */
export interface OtherCheckout {
  /** Where it is, in a few words. */
  readonly reason: string
  /** The process or container on the port, where the system shows it. */
  readonly holder?: Holder
  /** Its checkout, where the directory of the holder is known. */
  readonly checkout?: Checkout
}

/**
 * Returns the other checkout that a service belongs to, by the instance in its health answer, else by the working directory of
 * the process on its port.
 *
 * @param port - a port of this machine
 * @param expected - the instance of the checkout that it should belong to
 * @param reported - the instance in the health answer; undefined in production, and for other programs
 * @returns undefined for the expected checkout, and where the checkout is unknown
 */
export async function findOtherCheckout(
  port: number,
  expected: string,
  reported: string | undefined,
  env: Env | undefined,
): Promise<OtherCheckout | undefined> {
  if (reported === expected) return undefined
  const holder = (await findHolders([port], env)).get(port)
  const checkout = holder?.cwd === undefined ? undefined : findCheckout(holder.cwd)
  if (reported === undefined) {
    if (holder?.cwd === undefined || checkout?.instance === expected) return undefined
    // A database of the system runs outside any checkout; that of a deleted one is not ours.
    if (!checkout && existsSync(holder.cwd)) return undefined
  }
  const place = checkout
    ? describeCheckoutPlace(checkout, findCheckout(process.cwd())?.root ?? process.cwd())
    : holder?.cwd
  return {
    reason: `it belongs to ${place ?? 'another checkout'}`,
    ...(holder && { holder }),
    ...(checkout && { checkout }),
  }
}
