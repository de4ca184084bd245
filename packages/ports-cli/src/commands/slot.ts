import { resolve } from 'node:path'
import {
  claimSlot,
  describeSlot,
  freeSlot,
  listSlots,
  resolveCheckoutPorts,
  type CheckoutPorts,
  type SlotStatus,
} from '@driftos/ports/checkout'
import { print, UsageError, type Command } from '../command.js'
import { requireCheckout } from '../environment.js'

export const command: Command = {
  summary: 'show, list, free or take the port offset of this checkout',
  usage: '[list|free|take] [offset|directory]',
  options: { json: { help: 'print the result as JSON' } },
  details: `Each checkout of a repository gets an offset that moves its ports, so that several can run at once.
  slot         show the slot of this checkout; take one if it has none
  slot list    list the slots of all checkouts
  slot free    give the slot of this checkout back, or that of another directory
  slot take N  use offset N in this checkout; refused while the checkout that has it runs
DRIFTOS_PORT_OFFSET wins over a slot, and there are no slots when CI is set.`,
  async run({ values, positionals: [action, text] }, io, { root, registry: { services } }) {
    const env = io.envWithoutSlot ?? io.env
    if (text !== undefined && action === 'list') {
      throw new UsageError(`Unexpected argument ${JSON.stringify(text)}: slot list takes none.`)
    }
    const warn = (warnings: readonly string[]) => warnings.forEach((warning) => io.writeError(`${warning}\n`))

    if (action === 'list') {
      const { slots: all, warnings } = await listSlots({ env })
      warn(warnings)
      print(io, values, { slots: all }, all.map(formatStatus).join('') || 'No checkout has a slot.\n')
      return 0
    }
    const checkout = requireCheckout(root, io.cwd)
    switch (action) {
      case undefined: {
        const ports = await resolveCheckoutPorts(checkout, services, { env })
        warn(ports.warnings)
        const { source, offset } = ports
        const { root: directory } = checkout
        print(io, values, { root: directory, source, offset }, `${describeSlot(ports) ?? describe(ports)}\n`)
        return 0
      }
      case 'free': {
        const lease = await freeSlot(text === undefined ? checkout.root : resolve(io.cwd, text), { env })
        const freed = lease ? `Freed slot ${lease.offset}.` : `${text ?? 'This checkout'} has no slot.`
        print(io, values, { freed: lease ?? null }, `${freed}\n`)
        return 0
      }
      case 'take': {
        if (!/^\d{1,5}$/.test(text ?? '')) {
          throw new UsageError(`slot take: expected an offset, such as 100, got ${JSON.stringify(text ?? '')}.`)
        }
        const { offset, warnings } = await claimSlot(checkout, Number(text), services, { env })
        warn(warnings)
        const result = { root: checkout.root, source: 'slot', offset }
        print(io, values, result, `This checkout now has slot ${offset}.\n`)
        return 0
      }
      default:
        throw new UsageError(`Unknown action ${JSON.stringify(action)}: expected list, free or take.`)
    }
  },
}

function formatStatus({ offset, root, branch, isRunning, isDeleted, isFree }: SlotStatus): string {
  const states = [isRunning && 'running', isDeleted && 'deleted', isFree && 'free for another checkout'].filter(Boolean)
  const notes = [branch && `branch ${branch}`, ...states].filter(Boolean).join(', ')
  return `${String(offset).padEnd(5)}  ${root}${notes && ` (${notes})`}\n`
}

function describe({ source, offset }: CheckoutPorts): string {
  const reasons = {
    variable: `Offset ${offset}, from DRIFTOS_PORT_OFFSET.`,
    ci: 'Offset 0, since CI is set.',
    block: 'The ports come from the range that the workspace tool assigns.',
    slot: `Slot ${offset}: this checkout uses the registered ports.`,
  }
  return reasons[source]
}
