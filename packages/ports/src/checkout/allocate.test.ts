import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { badPorts } from '../bad-ports.js'
import { allocate, allocateAt, type Occupant, type SlotServices, type World } from './allocate.js'
import type { Checkout } from './checkout.js'
import type { Lease } from './leases.js'
import { SlotError } from './slot-error.js'

const dayMs = 24 * 3_600_000

/** A machine with checkouts, processes and a ledger. */
class Machine {
  leases: readonly Lease[] = []
  now = Date.parse('2026-01-01')
  readonly deleted = new Set<string>()
  /** The checkout, or 'stranger', of each port in use. */
  readonly listening = new Map<number, string>()

  get world(): World {
    return {
      now: new Date(this.now),
      host: 'here',
      exists: async (root) => !this.deleted.has(root),
      findOccupants: async (ports) =>
        new Map(
          ports.flatMap((port): [number, Occupant][] => {
            const instance = this.listening.get(port)
            if (instance === undefined) return []
            const isStranger = instance === 'stranger'
            return [[port, { instance: isStranger ? undefined : instance, isKnown: true, description: instance }]]
          }),
        ),
    }
  }

  leaseOf({ instance }: Checkout): Lease | undefined {
    return this.leases.find((lease) => lease.instance === instance)
  }

  async take(checkout: Checkout, services: SlotServices): Promise<Lease> {
    const { lease, leases } = await allocate(this.leases, checkout, services, this.world)
    this.leases = leases ?? this.leases
    return lease
  }

  start(lease: Lease): void {
    for (const port of lease.ports) if (!this.listening.has(port)) this.listening.set(port, lease.instance)
  }

  stop({ instance }: Checkout): void {
    for (const [port, holder] of this.listening) if (holder === instance) this.listening.delete(port)
  }
}

function checkoutAt(root: string, project = 'shop'): Checkout {
  return { root, instance: `hash of ${root}`, project }
}

const services = (...ports: number[]): SlotServices =>
  Object.fromEntries(ports.map((port, index) => [`service${index}`, { port, scheme: 'http' }]))

describe('allocate', () => {
  it('gives 0 to the first checkout, and multiples of 100 to the next', async () => {
    const machine = new Machine()
    const offsets: number[] = []
    for (const root of ['/a', '/b', '/c']) offsets.push((await machine.take(checkoutAt(root), services(4000))).offset)
    expect(offsets).toEqual([0, 100, 200])
    expect((await machine.take(checkoutAt('/b'), services(4000))).offset).toBe(100)
  })

  it('skips an offset that puts a service on a registered port', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000, 4100, 4300))
    expect((await machine.take(checkoutAt('/b'), services(4000, 4100, 4300))).offset).toBe(400)
  })

  it('skips an offset that puts a service on the registered port of another project', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a', 'shop'), services(4000))
    expect((await machine.take(checkoutAt('/w', 'bank'), services(5100))).offset).toBe(0)
    expect((await machine.take(checkoutAt('/x', 'bank'), services(5100))).offset).toBe(100)
    machine.leases = machine.leases.filter(({ root }) => root !== '/w')
    const { lease, obstacles } = await allocate(machine.leases, checkoutAt('/y', 'mint'), services(5000), machine.world)
    expect(lease.offset).toBe(0)
    expect(obstacles).toEqual([])
    machine.leases = [...machine.leases, lease]
    // 5100 is registered by bank, 5200 leased to it.
    expect((await machine.take(checkoutAt('/z', 'mint'), services(5000))).offset).toBe(300)
  })

  it.each(['stranger', checkoutAt('/b').instance])(
    'gives 0 to the first checkout while %s uses one of its ports',
    async (holder) => {
      const machine = new Machine()
      machine.listening.set(4001, holder)
      const { lease, obstacles } = await allocate([], checkoutAt('/a'), services(4000, 4001), machine.world)
      expect({ offset: lease.offset, obstacles }).toEqual({ offset: 0, obstacles: [] })
    },
  )

  it('gives 0 to the first checkout of each project, unless a lease has one of the ports', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a', 'shop'), services(4000))
    expect((await machine.take(checkoutAt('/x', 'bank'), services(5000))).offset).toBe(0)
    expect((await machine.take(checkoutAt('/y', 'mint'), services(4000))).offset).not.toBe(0)
  })

  it.each([
    ['a further checkout', checkoutAt('/b'), 200, {}],
    ['a checkout that may not be the first', checkoutAt('/b', 'bank'), 200, { firstIgnoresUse: false }],
  ])('skips ports in use for %s, and returns them as obstacles', async (_, checkout, offset, options) => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000, 4001))
    machine.listening.set(4101, 'stranger')
    const { lease, obstacles } = await allocate(machine.leases, checkout, services(4000, 4001), machine.world, options)
    expect(lease.offset).toBe(offset)
    expect(obstacles).toContainEqual({ offset: 100, service: 'service1', port: 4101, reason: 'is used by stranger' })
  })

  it('ignores ports that the checkout itself uses', async () => {
    const machine = new Machine()
    machine.listening.set(4000, checkoutAt('/a').instance)
    expect((await machine.take(checkoutAt('/a'), services(4000))).offset).toBe(0)
    const other = await allocate([], checkoutAt('/b'), services(4000), machine.world, { firstIgnoresUse: false })
    expect(other.lease.offset).toBe(100)
  })

  it('leaves pinned ports where they are, and lets them meet', async () => {
    const machine = new Machine()
    const table: SlotServices = { ...services(4000), login: { port: 4100, scheme: 'http', pinned: 'redirect URI' } }
    const first = await machine.take(checkoutAt('/a'), table)
    const second = await machine.take(checkoutAt('/b'), table)
    expect([first.pinned, second.pinned]).toEqual([[4100], [4100]])
    expect(second.ports).toEqual([4200])
  })

  it('skips ports that browsers refuse, for http services alone', async () => {
    const machine = new Machine()
    machine.listening.set(5900, 'stranger')
    const offsetOf = async (table: SlotServices) =>
      (await allocate([], checkoutAt('/a'), table, machine.world, { firstIgnoresUse: false })).lease.offset
    const web: SlotServices = { web: { port: 5900, scheme: 'http' } }
    const database: SlotServices = { database: { port: 5900, scheme: 'postgresql' } }
    expect(badPorts.has(6000)).toBe(true)
    expect([await offsetOf(web), await offsetOf(database)]).toEqual([200, 100])
  })

  it('uses the ephemeral range only when nothing else is free, and never a port above 65535', async () => {
    const machine = new Machine()
    const high = services(32_700)
    const first = await machine.take(checkoutAt('/a'), high)
    const second = await machine.take(checkoutAt('/b'), high)
    expect([first.offset, second.offset]).toEqual([0, 100])
    const top = services(65_500)
    await machine.take(checkoutAt('/c', 'top'), top)
    await expect(machine.take(checkoutAt('/d', 'top'), top)).rejects.toThrow(SlotError)
  })

  it('frees the lease of a deleted checkout', async () => {
    const machine = new Machine()
    for (const root of ['/a', '/b']) await machine.take(checkoutAt(root), services(4000))
    machine.deleted.add('/a')
    expect((await machine.take(checkoutAt('/c'), services(4000))).offset).toBe(0)
    expect(machine.leases.map(({ root }) => root)).toEqual(['/b', '/c'])
  })

  it('keeps the lease of another machine or container, whose paths do not exist here', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    machine.leases = machine.leases.map((lease) => ({ ...lease, host: 'there' }))
    machine.deleted.add('/a')
    expect((await machine.take(checkoutAt('/b'), services(4000))).offset).toBe(100)
  })

  it('frees a lease that was not used for 14 days, unless its checkout runs', async () => {
    const machine = new Machine()
    const lease = await machine.take(checkoutAt('/a'), services(4000))
    machine.now += 14 * dayMs + 1
    machine.start(lease)
    expect((await machine.take(checkoutAt('/b'), services(4000))).offset).toBe(100)
    machine.stop(checkoutAt('/a'))
    expect((await machine.take(checkoutAt('/c'), services(4000))).offset).toBe(0)
  })

  it('keeps the lease that its checkout uses, and writes the use once an hour', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    const { leases } = await allocate(machine.leases, checkoutAt('/a'), services(4000), machine.world)
    expect(leases).toBeUndefined()
    for (let day = 0; day < 30; day++) {
      machine.now += dayMs
      await machine.take(checkoutAt('/a'), services(4000))
    }
    expect((await machine.take(checkoutAt('/b'), services(4000))).offset).toBe(100)
  })

  it('gives a renamed directory its former slot', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    await machine.take({ ...checkoutAt('/b'), identity: '1:2:3' } as Checkout, services(4000))
    machine.deleted.add('/b').add('/a')
    const renamed = await machine.take({ ...checkoutAt('/c'), identity: '1:2:3' } as Checkout, services(4000))
    expect(renamed).toMatchObject({ offset: 100, root: '/c' })
    expect(machine.leases).toHaveLength(1)
  })

  it('keeps the first checkout on its ports when its registry grows onto a stopped checkout', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    const second = await machine.take(checkoutAt('/b'), services(4000))
    expect(second.ports).toEqual([4100])
    expect((await machine.take(checkoutAt('/a'), services(4000, 4100))).offset).toBe(0)
    expect((await machine.take(checkoutAt('/b'), services(4000, 4100))).offset).toBe(200)
  })

  it('moves the first checkout when its registry grows onto a running checkout, with the reason', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    machine.start(await machine.take(checkoutAt('/b'), services(4000)))
    const { lease, obstacles } = await allocate(machine.leases, checkoutAt('/a'), services(4000, 4100), machine.world)
    expect(lease.offset).toBe(200)
    expect(obstacles[0]).toMatchObject({ offset: 0, port: 4100, reason: 'belongs to /b' })
  })

  it('repairs a time in the future, which a wrong clock wrote', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    machine.now -= 100 * dayMs
    const { usedAt } = await machine.take(checkoutAt('/a'), services(4000))
    expect(Date.parse(usedAt)).toBe(machine.now)
  })
})

describe('allocateAt', () => {
  it('takes the slot of a checkout that does not run, and refuses that of one that runs', async () => {
    const machine = new Machine()
    const lease = await machine.take(checkoutAt('/a'), services(4000))
    await machine.take(checkoutAt('/b'), services(4000))
    machine.start(lease)
    const takeZero = () => allocateAt(0, machine.leases, checkoutAt('/b'), services(4000), machine.world)
    await expect(takeZero()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SlotError: Slot 0 is in use: /a runs on port 4000. Stop it there first, or take another slot.]`,
    )
    machine.stop(checkoutAt('/a'))
    expect((await takeZero()).leases).toMatchObject([{ root: '/b', offset: 0 }])
  })

  it('refuses the slot of a checkout whose ports are held by a process that the system does not show', async () => {
    const machine = new Machine()
    await machine.take(checkoutAt('/a'), services(4000))
    const world: World = {
      ...machine.world,
      findOccupants: async (ports) =>
        new Map(ports.map((port) => [port, { isKnown: false, description: 'a hidden process' }])),
    }
    await expect(allocateAt(0, machine.leases, checkoutAt('/b'), services(4000), world)).rejects.toMatchObject({
      code: 'SLOT_IN_USE',
    })
  })

  it.each([-5000, 70_000, 1.5, Number.NaN])('refuses %d', async (offset) => {
    await expect(allocateAt(offset, [], checkoutAt('/a'), services(4000), new Machine().world)).rejects.toMatchObject({
      code: 'INVALID_SLOT',
    })
  })

  it('refuses an offset that meets a registered port', async () => {
    const claimed = allocateAt(100, [], checkoutAt('/a'), services(4000, 4100), new Machine().world)
    await expect(claimed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SlotError: Slot 100 is not possible: it puts service0 on port 4100, which is the registered port of service1. Take another slot.]`,
    )
  })
})

/** Registries that crowd into one another, so that offsets meet. */
const registry = fc
  .uniqueArray(fc.integer({ min: 10, max: 75 }), { minLength: 1, maxLength: 5 })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((number) => fc.record({ number: fc.constant(number), isPinned: fc.nat(5), isHttp: fc.boolean() })),
    ),
  )
  .map((entries): SlotServices =>
    Object.fromEntries(
      entries.map(({ number, isPinned, isHttp }, index) => [
        `service${index}`,
        { port: number * 100 + 1, scheme: isHttp ? 'http' : 'tcp', ...(isPinned === 0 && { pinned: 'fixed' }) },
      ]),
    ),
  )

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('take' as const), checkout: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('claim' as const), checkout: fc.nat(7), slot: fc.nat(8) }) },
  fc.record({ type: fc.constantFrom('start', 'stop', 'free', 'delete', 'create'), checkout: fc.nat(7) }),
  fc.record({ type: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 20 }) }),
  fc.record({
    type: fc.constantFrom('listen', 'close'),
    port: fc.integer({ min: 10, max: 90 }).map((n) => n * 100 + 1),
  }),
)

describe('any sequence of events', () => {
  it('leaves no two leases on one port, and no new lease on a registered port or a port in use', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(registry, registry, registry),
        fc.array(step, { minLength: 5, maxLength: 60 }),
        async (registries, steps) => {
          const machine = new Machine()
          const checkouts = Array.from({ length: 8 }, (_, index) => checkoutAt(`/${index}`, `project${index % 3}`))
          const tableOf = ({ project }: { project: string }) => registries[Number(project.at(-1))]!
          const registeredOf = (owner: { project: string }) => Object.values(tableOf(owner)).map(({ port }) => port)
          for (const event of steps) {
            const checkout = 'checkout' in event ? checkouts[event.checkout]! : checkouts[0]!
            const before = machine.leaseOf(checkout)
            switch (event.type) {
              case 'take':
              case 'claim': {
                machine.deleted.delete(checkout.root)
                const lease =
                  'slot' in event
                    ? await claim(machine, checkout, event.slot * 100, tableOf(checkout))
                    : await machine.take(checkout, tableOf(checkout))
                if (!lease) break
                if (before && !('slot' in event)) expect(lease.offset).toBe(before.offset)
                const isFirst = machine.leases.every((other) => other === lease || other.project !== checkout.project)
                if (before?.offset !== lease.offset) {
                  expectFree(machine, lease, isFirst && !('slot' in event))
                  if (!('slot' in event)) {
                    for (let smaller = 0; smaller < lease.offset; smaller += 100) {
                      expect(isFree(machine, checkout, smaller, isFirst && smaller === 0)).toBe(false)
                    }
                  }
                }
                break
              }
              case 'start':
                if (before) machine.start(before)
                break
              case 'stop':
                machine.stop(checkout)
                break
              case 'free':
                machine.leases = machine.leases.filter((lease) => lease !== before)
                break
              case 'delete':
                machine.deleted.add(checkout.root)
                break
              case 'create':
                machine.deleted.delete(checkout.root)
                break
              case 'pass':
                if ('days' in event) machine.now += event.days * dayMs
                break
              case 'listen':
                if ('port' in event && !machine.listening.has(event.port)) machine.listening.set(event.port, 'stranger')
                break
              case 'close':
                if ('port' in event && machine.listening.get(event.port) === 'stranger')
                  machine.listening.delete(event.port)
                break
            }
            const ports = machine.leases.flatMap((lease) => lease.ports)
            expect(new Set(ports).size).toBe(ports.length)
          }

          /** Whether a checkout may have an offset: the rules once more, in other words. */
          function isFree(at: Machine, owner: Checkout, offset: number, ignoresUse: boolean): boolean {
            const others = at.leases.filter(({ instance }) => instance !== owner.instance)
            const taken = new Set(others.flatMap((lease) => [...lease.ports, ...lease.pinned]))
            const registered = new Set([
              ...(offset === 0 ? [] : registeredOf(owner)),
              ...others.flatMap((lease) =>
                offset === 0 && lease.project === owner.project ? [] : registeredOf(lease),
              ),
            ])
            return Object.values(tableOf(owner)).every(({ port: start, pinned, scheme }) => {
              const port = start + offset
              const holder = at.listening.get(port)
              return (
                pinned !== undefined ||
                (port > 0 &&
                  port < 65_536 &&
                  !taken.has(port) &&
                  !registered.has(port) &&
                  (ignoresUse || holder === undefined || holder === owner.instance) &&
                  !(offset !== 0 && scheme === 'http' && badPorts.has(port)))
              )
            })
          }

          function expectFree(at: Machine, lease: Lease, isFirst: boolean): void {
            const ignoresUse = isFirst && lease.offset === 0
            expect({ lease, isFree: isFree(at, { ...lease }, lease.offset, ignoresUse) }).toMatchObject({
              isFree: true,
            })
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})

async function claim(machine: Machine, checkout: Checkout, offset: number, table: SlotServices) {
  try {
    const { lease, leases } = await allocateAt(offset, machine.leases, checkout, table, machine.world)
    machine.leases = leases ?? machine.leases
    return lease
  } catch (error) {
    expect(error).toBeInstanceOf(SlotError)
    return undefined
  }
}
