import { basename } from 'node:path'
import { getOrigin, type Env } from '@driftos/ports'
import { findCheckout, listSlots, type Checkout } from '@driftos/ports/checkout'
import type { CheckoutEntry } from './state.js'

/** Returns the checkout of this process; undefined in production. */
export function findOwnCheckout(env: Env): Checkout | undefined {
  return env['NODE_ENV'] === 'production' ? undefined : findCheckout(process.cwd())
}

/** Returns the checkouts of this repository that have a slot on this machine, and this one in any case. */
export async function findCheckouts(own: Checkout, env: Env): Promise<CheckoutEntry[]> {
  const offset = Number(env['DRIFTOS_PORT_OFFSET']?.trim() || 0)
  const here = { ...entryOf(own.root, own.branch, offset, true), website: getOrigin('website', env), isHere: true }
  const { slots } = await listSlots({ env })
  const others = slots.filter(({ project, instance, isDeleted }) => {
    return project === own.project && instance !== own.instance && !isDeleted
  })
  return [here, ...others.map((slot) => entryOf(slot.root, slot.branch, slot.offset, slot.isRunning))]
}

function entryOf(root: string, branch: string | undefined, offset: number, isRunning: boolean): CheckoutEntry {
  const website = getOrigin('website', { DRIFTOS_PORT_OFFSET: String(offset) })
  return { name: basename(root), ...(branch !== undefined && { branch }), offset, isRunning, isHere: false, website }
}
