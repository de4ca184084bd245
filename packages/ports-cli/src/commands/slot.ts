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
import { print, UsageError, type Command, type Io } from '../command.js'
import { requireCheckout } from '../environment.js'
import type { Project } from '../project/project.js'

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
  async run({ values, positionals }, io, project) {
    const { json, text, warnings } = await act(positionals, io, project)
    for (const warning of warnings) io.writeError(`${warning}\n`)
    print(io, values, json, text)
    return 0
  },
}

async function act([action, text]: readonly string[], io: Io, { root, registry: { services } }: Project) {
  const env = io.envWithoutSlot ?? io.env
  if (action === 'list') {
    if (text !== undefined) throw new UsageError(`Unexpected argument ${JSON.stringify(text)}: slot list takes none.`)
    const { slots, warnings } = await listSlots({ env })
    return { json: { slots }, text: slots.map(formatStatus).join('') || 'No checkout has a slot.\n', warnings }
  }
  const checkout = requireCheckout(root, io.cwd)
  if (action === undefined) {
    const ports = await resolveCheckoutPorts(checkout, services, { env })
    const { source, offset, warnings } = ports
    const json = { root: checkout.root, source, offset }
    return { json, text: `${describeSlot(ports) ?? describe(ports)}\n`, warnings }
  }
  if (action === 'free') {
    const lease = await freeSlot(text === undefined ? checkout.root : resolve(io.cwd, text), { env })
    const freed = lease ? `Freed slot ${lease.offset}.` : `${text ?? 'This checkout'} has no slot.`
    return { json: { freed: lease ?? null }, text: `${freed}\n`, warnings: [] }
  }
  if (action !== 'take') {
    throw new UsageError(`Unknown action ${JSON.stringify(action)}: expected list, free or take.`)
  }
  if (!/^\d{1,5}$/.test(text ?? '')) {
    throw new UsageError(`slot take: expected an offset, such as 100, got ${JSON.stringify(text ?? '')}.`)
  }
  const { offset, warnings } = await claimSlot(checkout, Number(text), services, { env })
  const json = { root: checkout.root, source: 'slot', offset }
  return { json, text: `This checkout now has slot ${offset}.\n`, warnings }
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
