import { existsSync } from 'node:fs'
import { describeCheckout, findCheckout, type Checkout } from './checkout/checkout.js'
import { readLeases } from './checkout/leases.js'
import { findStateDirectory } from './checkout/state-directory.js'
import { processEnv, type Env } from './env.js'
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
 * the process on its port. The directory of an instance is that of the process, or the one in the ledger of slots.
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
  const found = holder?.cwd === undefined ? undefined : findCheckout(holder.cwd)
  if (reported === undefined) {
    if (holder?.cwd === undefined || found?.instance === expected) return undefined
    // A database of the system runs outside any checkout; one of a deleted checkout is not the expected one.
    if (!found && existsSync(holder.cwd)) return undefined
  }
  const isReported = reported === undefined || found?.instance === reported
  const checkout = isReported ? found : findRecorded(reported, env)
  const place = checkout
    ? describeCheckoutPlace(checkout, findCheckout(process.cwd())?.root ?? process.cwd())
    : isReported && holder?.cwd
  return {
    reason: `it belongs to ${place || 'another checkout'}`,
    ...(holder && { holder }),
    ...(checkout && { checkout }),
  }
}

/** Returns the checkout of an instance from the ledger: Windows and containers show no working directory. */
function findRecorded(instance: string, env: Env | undefined): Checkout | undefined {
  try {
    const { path } = findStateDirectory(env ?? processEnv())
    const lease = path === undefined ? undefined : readLeases(path).find((each) => each.instance === instance)
    return lease && describeCheckout(lease.root)
  } catch {
    // The ledger has a newer version, or the directory is one of another machine.
    return undefined
  }
}
