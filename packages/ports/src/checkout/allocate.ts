import { isDeepStrictEqual } from 'node:util'
import { badPorts } from '../bad-ports.js'
import type { Checkout } from './checkout.js'
import type { Lease } from './leases.js'
import { SlotError } from './slot-error.js'

/** The fields of a service that a slot depends on, in any registry. */
export interface SlotService {
  readonly port: number
  readonly scheme: string
  /** Set for a service whose port no offset moves. */
  readonly pinned?: unknown
}

/** The services of a registry; each key is a name. */
export type SlotServices = Readonly<Record<string, SlotService>>

/** The process on a port. */
export interface Occupant {
  /** The checkout that its process belongs to; undefined for a process outside any checkout, or an unknown one. */
  readonly instance?: string | undefined
  /** Whether the system shows which process it is. */
  readonly isKnown: boolean
  /** A few words about it. */
  readonly description: string
}

/** The input of a decision about slots, in addition to the ledger. */
export interface World {
  readonly now: Date
  /** The machine or container that paths belong to. */
  readonly host: string
  /** Returns whether a checkout's root still exists. */
  readonly exists: (root: string) => Promise<boolean>
  /** Returns what listens on each of these ports; free ports are absent. */
  readonly findOccupants: (ports: readonly number[]) => Promise<ReadonlyMap<number, Occupant>>
}

/** A port that keeps a checkout from an offset. */
export interface Obstacle {
  readonly offset: number
  readonly service: string
  readonly port: number
  /** Why, in a few words that follow "port 3000 ". */
  readonly reason: string
  /** The lease that has the port or its default, where one has. */
  readonly lease?: Lease
}

/** The checkout that takes a slot, with its directory's identity where the system has one. */
export type Applicant = Checkout & { readonly identity?: string | undefined }

/** A slot that a checkout has, and the leases with it. */
export interface Allocation {
  readonly lease: Lease
  /** The leases after the change; undefined when nothing changed. */
  readonly leases: readonly Lease[] | undefined
  /** Why the checkout did not get each smaller offset, or no longer has the one that it had; empty for an unchanged slot. */
  readonly obstacles: readonly Obstacle[]
}

/** The distance between two offsets. */
const slotSize = 100

/** The first port that Linux hands out to clients; the ranges of Windows and of the IANA lie above it. */
const firstEphemeralPort = 32_768
const lastPort = 65_535

const staleAfterMs = 14 * 24 * 3_600_000
/** How old a lease's last use may be before it is written again, in milliseconds: not every command writes. */
const touchAfterMs = 3_600_000

/** How a slot is chosen for a checkout that has none. */
export interface AllocateOptions {
  /** Whether the only checkout of a project gets 0 while other processes use its ports; true unless given. */
  readonly firstIgnoresUse?: boolean
}

/**
 * Returns the slot of a checkout, a new one if it has none: 0 for the only checkout of a project, whose busy ports are a
 * matter of its start; for each other the smallest multiple of 100 whose ports meet no lease, no registered port and no port
 * in use.
 *
 * @throws {SlotError} `NO_FREE_SLOT`
 */
export async function allocate(
  leases: readonly Lease[],
  applicant: Applicant,
  services: SlotServices,
  world: World,
  { firstIgnoresUse = true }: AllocateOptions = {},
): Promise<Allocation> {
  const { own, others: all, isChanged } = await sortLeases(leases, applicant, world)
  const others = own?.offset === 0 ? await withoutIdleConflicts(all, applicant, services, world) : all
  const obstacles: Obstacle[] = []
  if (own) {
    const lease = renew(own, applicant, services, world)
    const obstacle = [...staticObstacles(lease.offset, applicant, services, others)].find(isConflict)
    if (!obstacle && isPossible(own.offset, services, lastPort)) {
      const isSame = !isChanged && others.length === all.length && sameExceptUse(own, lease)
      if (isSame && ageOf(own, world) < touchAfterMs) return { lease: own, leases: undefined, obstacles }
      return { lease, leases: [...others, lease], obstacles }
    }
    if (obstacle) obstacles.push(obstacle)
  }

  const isFirst = firstIgnoresUse && others.every(({ project }) => project !== applicant.project)
  if (isFirst && staticObstacles(0, applicant, services, others).next().done) {
    const lease = createLease(0, applicant, services, world)
    return { lease, leases: [...others, lease], obstacles }
  }
  let found = await search(applicant, services, others, world, firstEphemeralPort - 1)
  found.obstacles.unshift(...obstacles)
  // A crowded machine: a port that a client may get is better than none.
  if (found.offset === undefined) found = await search(applicant, services, others, world, lastPort)
  if (found.offset === undefined) throw noFreeSlot(applicant)
  const lease = createLease(found.offset, applicant, services, world)
  return { lease, leases: [...others, lease], obstacles: found.obstacles }
}

/**
 * Gives a checkout the requested offset, also when a checkout that does not run has it.
 *
 * @throws {SlotError} `SLOT_IN_USE` when that checkout runs or a port is in use; `INVALID_SLOT`
 */
export async function allocateAt(
  offset: number,
  leases: readonly Lease[],
  applicant: Applicant,
  services: SlotServices,
  world: World,
): Promise<Allocation> {
  const { own, others } = await sortLeases(leases, applicant, world)
  if (!isPossible(offset, services, lastPort)) {
    throw new SlotError(
      'INVALID_SLOT',
      `Slot ${offset} is not possible: expected a whole number that leaves every service a port from 1 to ${lastPort}.`,
    )
  }
  const displaced = new Set<Lease>()
  for (const obstacle of staticObstacles(offset, applicant, services, others)) {
    const { lease, port, reason, service } = obstacle
    if (!lease || !lease.ports.includes(port)) {
      throw new SlotError(
        'INVALID_SLOT',
        `Slot ${offset} is not possible: it puts ${service} on port ${port}, which ${reason}. Take another slot.`,
      )
    }
    if (await isRunning(lease, world)) {
      throw new SlotError(
        'SLOT_IN_USE',
        `Slot ${offset} is in use: ${lease.root} runs on port ${port}. Stop it there first, or take another slot.`,
      )
    }
    displaced.add(lease)
  }
  const rest = others.filter((lease) => !displaced.has(lease))
  const [obstacle] = await liveObstacles(offset, applicant, services, world)
  if (obstacle) {
    throw new SlotError(
      'SLOT_IN_USE',
      `Slot ${offset} is in use: port ${obstacle.port} (${obstacle.service}) ${obstacle.reason}. Stop that process first, or take another slot.`,
    )
  }
  const lease = createLease(offset, applicant, services, world)
  const takenAt = own?.offset === offset ? own.takenAt : lease.takenAt
  return { lease: { ...lease, takenAt }, leases: [...rest, { ...lease, takenAt }], obstacles: [] }
}

/** Returns whether anything of a lease's checkout listens on its ports, or a process that the system does not show. */
export async function isRunning(lease: Lease, world: World): Promise<boolean> {
  const occupants = await world.findOccupants([...lease.ports, ...lease.pinned])
  return [...occupants].some(
    ([port, { instance, isKnown }]) => instance === lease.instance || (!isKnown && lease.ports.includes(port)),
  )
}

/** Returns whether a lease is free: its root is deleted, or it was not used for 14 days and its checkout does not run. */
export async function isFree(lease: Lease, world: World): Promise<boolean> {
  // A path of another machine or container may not exist here.
  if (lease.host === world.host && !(await world.exists(lease.root))) return true
  return ageOf(lease, world) > staleAfterMs && !(await isRunning(lease, world))
}

/** Returns where an offset moves each service to that it moves. */
export function movedPorts(offset: number, services: SlotServices): number[] {
  return Object.values(services).flatMap(({ port, pinned }) => (pinned ? [] : port + offset))
}

/** Returns the ports that no offset moves. */
function pinnedPorts(services: SlotServices): number[] {
  return Object.values(services).flatMap(({ port, pinned }) => (pinned ? port : []))
}

async function sortLeases(leases: readonly Lease[], applicant: Applicant, world: World) {
  const others: Lease[] = []
  let own = leases.find(({ instance }) => instance === applicant.instance)
  for (const lease of leases) {
    if (lease.instance === applicant.instance || !(await isFree(lease, world))) {
      if (lease !== own) others.push(lease)
      continue
    }
    // The same directory under its former name keeps its slot.
    const isRenamed = lease.identity !== undefined && lease.identity === applicant.identity && lease.host === world.host
    if (isRenamed) own ??= lease
  }
  return { own, others, isChanged: others.length !== leases.length - (own ? 1 : 0) }
}

/** The leases without those of stopped checkouts that meet a port of the registry, which has changed since. */
async function withoutIdleConflicts(
  others: readonly Lease[],
  applicant: Applicant,
  services: SlotServices,
  world: World,
): Promise<Lease[]> {
  const conflicts = [...staticObstacles(0, applicant, services, others)].filter(isConflict).map(({ lease }) => lease)
  const idle = new Set<Lease>()
  for (const lease of new Set(conflicts)) if (lease && !(await isRunning(lease, world))) idle.add(lease)
  return others.filter((lease) => !idle.has(lease))
}

async function search(
  applicant: Applicant,
  services: SlotServices,
  others: readonly Lease[],
  world: World,
  highest: number,
): Promise<{ offset?: number; obstacles: Obstacle[] }> {
  const obstacles: Obstacle[] = []
  for (let offset = 0; offset === 0 || isPossible(offset, services, highest); offset += slotSize) {
    const [obstacle] = staticObstacles(offset, applicant, services, others)
    const found = obstacle ?? (await liveObstacles(offset, applicant, services, world))[0]
    if (!found) return { offset, obstacles }
    obstacles.push(found)
  }
  return { obstacles }
}

function isPossible(offset: number, services: SlotServices, highest: number): boolean {
  return Number.isInteger(offset) && movedPorts(offset, services).every((port) => port > 0 && port <= highest)
}

/** The obstacles that the ledger, the registry and browsers make. */
function* staticObstacles(
  offset: number,
  applicant: Applicant,
  services: SlotServices,
  others: readonly Lease[],
): Generator<Obstacle> {
  const registered = new Map(Object.entries(services).map(([name, { port }]) => [port, name]))
  for (const [service, { port: registeredPort, scheme, pinned }] of Object.entries(services)) {
    if (pinned) continue
    const port = registeredPort + offset
    const obstacle = (reason: string, lease?: Lease): Obstacle => ({
      offset,
      service,
      port,
      reason,
      ...(lease && { lease }),
    })
    for (const lease of others) {
      if (lease.ports.includes(port)) yield obstacle(`belongs to ${lease.root}`, lease)
      else if (lease.pinned.includes(port)) yield obstacle(`is pinned by ${lease.project}`, lease)
      else if ((offset !== 0 || lease.project !== applicant.project) && lease.ports.includes(port + lease.offset)) {
        yield obstacle(`is registered by ${lease.project}`, lease)
      }
    }
    if (offset === 0) continue
    if (registered.has(port)) yield obstacle(`is the registered port of ${registered.get(port)}`)
    if (scheme.startsWith('http') && badPorts.has(port)) yield obstacle('is refused by browsers')
  }
}

/** Returns whether a checkout loses its slot because of an obstacle: a port of another lease, or a registered port of its registry. */
function isConflict({ lease, port }: Obstacle): boolean {
  return lease === undefined || lease.ports.includes(port)
}

/** The obstacles that processes of others make. */
async function liveObstacles(
  offset: number,
  { instance }: Applicant,
  services: SlotServices,
  world: World,
): Promise<Obstacle[]> {
  const occupants = await world.findOccupants(movedPorts(offset, services))
  return Object.entries(services).flatMap(([service, { port: registeredPort, pinned }]) => {
    const port = registeredPort + offset
    const occupant = pinned ? undefined : occupants.get(port)
    return occupant && occupant.instance !== instance
      ? [{ offset, service, port, reason: `is used by ${occupant.description}` }]
      : []
  })
}

function createLease(offset: number, applicant: Applicant, services: SlotServices, world: World): Lease {
  const now = world.now.toISOString()
  return {
    root: applicant.root,
    instance: applicant.instance,
    ...(applicant.identity !== undefined && { identity: applicant.identity }),
    host: world.host,
    project: applicant.project,
    offset,
    ports: movedPorts(offset, services),
    pinned: pinnedPorts(services),
    takenAt: now,
    usedAt: now,
  }
}

function renew(own: Lease, applicant: Applicant, services: SlotServices, world: World): Lease {
  return { ...createLease(own.offset, applicant, services, world), takenAt: own.takenAt }
}

function sameExceptUse(one: Lease, other: Lease): boolean {
  return isDeepStrictEqual({ ...one, usedAt: '' }, { ...other, usedAt: '' })
}

/** The time since a lease's last use, in milliseconds; a time in the future, by a wrong clock, is old enough to be written again. */
function ageOf({ usedAt }: Lease, { now }: World): number {
  const age = now.getTime() - Date.parse(usedAt)
  return age < 0 ? touchAfterMs : age
}

function noFreeSlot({ project }: Applicant): SlotError {
  return new SlotError(
    'NO_FREE_SLOT',
    `There is no free slot for ${project}: every multiple of ${slotSize} meets a port that is registered, leased or in use. Free a slot, or set DRIFTOS_PORT_OFFSET.`,
  )
}
