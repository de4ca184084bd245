import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { processEnv, type Env } from '../env.js'
import {
  allocate,
  allocateAt,
  isFree,
  isRunning,
  type Allocation,
  type Obstacle,
  type SlotServices,
  type World,
} from './allocate.js'
import { describeCheckout, type Checkout } from './checkout.js'
import { NoLedgerError, readLedger, updateLedger, type LedgerContent } from './ledger.js'
import { peekLeases, type Lease } from './leases.js'
import { SlotError } from './slot-error.js'
import { findStateDirectory } from './state-directory.js'

/** The environment of a slot function. */
export interface SlotOptions {
  /** The variables that locate the ledger; `process.env` unless given. */
  readonly env?: Env
  /** The time of the lease; now unless given. */
  readonly now?: Date
  /** Replaces the search for listening processes, such as in a test. */
  readonly findOccupants?: World['findOccupants']
}

/** A checkout's place among the checkouts of this user. */
export interface Slot {
  readonly offset: number
  /** Whether the ledger contains the slot of this checkout. */
  readonly isLeased: boolean
  /** The lease at offset 0 of the same project, when another checkout has it. */
  readonly first?: Lease
  /** Why the checkout did not get each smaller offset, when it got this one now. */
  readonly obstacles: readonly Obstacle[]
  /** The pinned ports that another lease has too: only one of the two can run. */
  readonly pinnedMeetings: readonly PinnedMeeting[]
  /** Messages for the user, such as about a corrupt ledger. */
  readonly warnings: readonly string[]
}

/** A pinned service whose port another checkout uses. */
export interface PinnedMeeting {
  readonly service: string
  readonly port: number
  readonly lease: Lease
}

/** A lease, and the present state of its checkout. */
export interface SlotStatus extends Lease {
  readonly isRunning: boolean
  /** Whether the root directory is deleted. */
  readonly isDeleted: boolean
  /** Whether the next start of another checkout frees the lease. */
  readonly isFree: boolean
  readonly branch?: string
}

/**
 * Returns the slot of a checkout; takes one when it has none: 0 for the first checkout of a project, whatever uses its ports,
 * then the smallest multiple of 100 whose ports meet no lease, no registered port and no port in use. A slot stays with its
 * checkout.
 *
 * Without a ledger, such as in a read-only home, the offset is 0 while its ports are free.
 *
 * @param services - the services of the registry
 * @throws {SlotError} `NO_FREE_SLOT`, `NO_LEDGER`, `NEWER_LEDGER` or `WRITE_FAILED`
 */
export async function takeSlot(checkout: Checkout, services: SlotServices, options: SlotOptions = {}): Promise<Slot> {
  const { directory, reason, world } = open(options)
  if (directory === undefined) return withoutLedger(checkout, services, world, reason, { leases: [], warnings: [] })
  const applicant = { ...checkout, identity: await identityOf(checkout.root) }
  try {
    return await updateLedger(directory, async (content) => {
      // Among lost leases may be that of the first checkout.
      const firstIgnoresUse = content.leases.length > 0 || content.warnings.length === 0
      const allocation = await allocate(content.leases, applicant, services, world, { firstIgnoresUse })
      const result = slotOf(allocation, checkout, services, content)
      return allocation.leases ? { leases: allocation.leases, result } : { result }
    })
  } catch (error) {
    const isFull = error instanceof SlotError && error.code === 'WRITE_FAILED'
    if (!isFull && !(error instanceof NoLedgerError)) throw error
    const content = await readOnly(directory)
    // On a full disk, the lease that a checkout already has is still good.
    if (isFull && !content.leases.some(isOf(checkout))) throw error
    return withoutLedger(checkout, services, world, error.message, content)
  }
}

/**
 * Gives a checkout a certain offset, and takes it from a checkout that does not run.
 *
 * @throws {SlotError} `SLOT_IN_USE` when that checkout runs; `INVALID_SLOT`, `NO_LEDGER`, `NEWER_LEDGER` or `WRITE_FAILED`
 */
export async function claimSlot(
  checkout: Checkout,
  offset: number,
  services: SlotServices,
  options: SlotOptions = {},
): Promise<Slot> {
  const { directory, reason, world } = open(options)
  const applicant = { ...checkout, identity: await identityOf(checkout.root) }
  return required(directory, reason, async (path) =>
    updateLedger(path, async (read) => {
      const allocation = await allocateAt(offset, read.leases, applicant, services, world)
      return { leases: allocation.leases ?? read.leases, result: slotOf(allocation, checkout, services, read) }
    }),
  )
}

/**
 * Removes the lease of a checkout, also of one whose directory is deleted.
 *
 * @param root - the root of the checkout, or its instance
 * @returns the lease that is removed, undefined if there was none
 * @throws {SlotError} `SLOT_IN_USE` while the checkout runs; `NO_LEDGER`, `NEWER_LEDGER` or `WRITE_FAILED`
 */
export async function freeSlot(root: string, options: SlotOptions = {}): Promise<Lease | undefined> {
  const { directory, reason, world } = open(options)
  const names = new Set([root, resolve(root), checkoutAt(root)?.instance])
  const isWanted = (lease: Lease) => names.has(lease.root) || names.has(lease.instance)
  return required(directory, reason, async (path) => {
    // Reads first: an empty ledger is not written.
    if (!(await readLedger(path)).leases.some(isWanted)) return undefined
    return updateLedger(path, async ({ leases }) => {
      const lease = leases.find(isWanted)
      if (!lease) return { result: undefined }
      if (await isRunning(lease, world)) {
        throw new SlotError('SLOT_IN_USE', `Slot ${lease.offset} is in use: ${lease.root} runs. Stop it there first.`)
      }
      return { leases: leases.filter((each) => each !== lease), result: lease }
    })
  })
}

/**
 * Returns every lease, by offset, with the present state of its checkout.
 *
 * @throws {SlotError} `NEWER_LEDGER`
 */
export async function listSlots(
  options: SlotOptions = {},
): Promise<{ readonly slots: readonly SlotStatus[]; readonly warnings: readonly string[] }> {
  const { directory, reason, world } = open(options)
  if (directory === undefined) return { slots: [], warnings: [`No slots are kept: ${reason}`] }
  try {
    const { leases, warnings } = await readLedger(directory)
    const slots = await Promise.all(leases.map((lease) => describe(lease, world)))
    return {
      slots: slots.toSorted((one, other) => one.offset - other.offset || (one.root < other.root ? -1 : 1)),
      warnings,
    }
  } catch (error) {
    if (error instanceof NoLedgerError) return { slots: [], warnings: [`No slots are kept: ${error.message}`] }
    throw error
  }
}

/**
 * Returns an offset that is free now: one that a checkout without a slot would get. Nothing is recorded.
 *
 * @throws {SlotError} `NO_FREE_SLOT`
 */
export async function findFreeOffset(services: SlotServices, options: SlotOptions = {}): Promise<number> {
  const { world } = open(options)
  const applicant = { root: '', instance: '', project: '' }
  const { lease } = await allocate(peekLeases(options.env), applicant, services, world, { firstIgnoresUse: false })
  return lease.offset
}

async function describe(lease: Lease, world: World): Promise<SlotStatus> {
  const isHere = lease.host === world.host
  const branch = isHere ? checkoutAt(lease.root)?.branch : undefined
  return {
    ...lease,
    isRunning: await isRunning(lease, world),
    isDeleted: isHere && !(await world.exists(lease.root)),
    isFree: await isFree(lease, world),
    ...(branch !== undefined && { branch }),
  }
}

function open(options: SlotOptions) {
  const env = options.env ?? processEnv()
  const directory = findStateDirectory(env)
  const world: World = {
    now: options.now ?? new Date(),
    host: hostname(),
    exists,
    findOccupants: remember(
      options.findOccupants ??
        // Loaded when it is needed, with the modules for HTTP and sockets.
        (async (ports) => (await import('./occupants.js')).findOccupants(ports, env)),
    ),
  }
  return { directory: directory.path, reason: directory.path === undefined ? directory.reason : '', world }
}

/** Probes each port once, although a writer that was not the first decides again. */
function remember(find: World['findOccupants']): World['findOccupants'] {
  const known = new Map<number, Awaited<ReturnType<World['findOccupants']>>>()
  return async (ports) => {
    const unknown = ports.filter((port) => !known.has(port))
    const answer = unknown.length > 0 ? await find(unknown) : new Map<number, never>()
    for (const port of unknown) known.set(port, answer)
    return new Map(
      ports.flatMap((port) => {
        const occupant = known.get(port)?.get(port)
        return occupant ? [[port, occupant] as const] : []
      }),
    )
  }
}

async function required<Result>(
  directory: string | undefined,
  reason: string,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  try {
    if (directory === undefined) throw new NoLedgerError(reason)
    return await use(directory)
  } catch (error) {
    if (!(error instanceof NoLedgerError)) throw error
    throw new SlotError(
      'NO_LEDGER',
      `No slots are kept: ${error.message}. Set XDG_STATE_HOME to a directory that can be written, or DRIFTOS_PORT_OFFSET.`,
      { cause: error },
    )
  }
}

async function readOnly(directory: string): Promise<LedgerContent> {
  return readLedger(directory).catch((error: unknown) => {
    if (error instanceof NoLedgerError) return { leases: [], warnings: [] }
    throw error
  })
}

function isOf({ instance }: Checkout): (lease: Lease) => boolean {
  return (lease) => lease.instance === instance
}

/** The slot of a checkout that cannot write the ledger: its lease if it has one, else offset 0 while that is free. */
async function withoutLedger(
  checkout: Checkout,
  services: SlotServices,
  world: World,
  reason: string,
  content: LedgerContent,
): Promise<Slot> {
  const own = content.leases.find(isOf(checkout))
  const warning = `The slot is not recorded: ${reason}.`
  if (own) {
    const slot = slotOf({ lease: own, leases: undefined, obstacles: [] }, checkout, services, content)
    return { ...slot, warnings: [...slot.warnings, warning] }
  }
  // Without a ledger it is not known which checkout is the first.
  const allocation = await allocate(content.leases, checkout, services, world, { firstIgnoresUse: false })
  const [obstacle] = allocation.obstacles
  if (obstacle) {
    throw new SlotError(
      'NO_LEDGER',
      `No slot can be recorded: ${reason}. Port ${obstacle.port} (${obstacle.service}) ${obstacle.reason}, so the registered ports are not free. Set DRIFTOS_PORT_OFFSET=${allocation.lease.offset}, which is free now.`,
    )
  }
  const slot = slotOf(allocation, checkout, services, content)
  return { ...slot, isLeased: false, warnings: [...slot.warnings, warning] }
}

function slotOf(
  { lease, leases, obstacles }: Allocation,
  checkout: Checkout,
  services: SlotServices,
  { leases: before, warnings }: LedgerContent,
): Slot {
  const others = (leases ?? before).filter(({ instance }) => instance !== lease.instance)
  const first = others.find(({ offset, project }) => offset === 0 && project === checkout.project)
  const pinnedMeetings = Object.entries(services).flatMap(([service, { port, pinned }]) => {
    if (!pinned) return []
    return others
      .filter((other) => other.pinned.includes(port) || other.ports.includes(port))
      .map((other): PinnedMeeting => ({ service, port, lease: other }))
  })
  return { offset: lease.offset, isLeased: true, ...(first && { first }), obstacles, pinnedMeetings, warnings }
}

function checkoutAt(root: string): Checkout | undefined {
  try {
    return describeCheckout(root)
  } catch {
    return undefined
  }
}

async function exists(root: string): Promise<boolean> {
  try {
    return (await stat(root)).isDirectory()
  } catch (error) {
    // A directory that cannot be looked at may exist.
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

/** Returns an identifier of a directory that a rename keeps; undefined where the system has none. */
async function identityOf(root: string): Promise<string | undefined> {
  const found = await stat(root, { bigint: true }).catch(() => undefined)
  // Without a time of birth, Node returns the time of the last change.
  if (!found || found.ino === 0n || found.birthtimeNs === found.ctimeNs || found.birthtimeNs === 0n) return undefined
  return `${found.dev}:${found.ino}:${found.birthtimeNs}`
}
