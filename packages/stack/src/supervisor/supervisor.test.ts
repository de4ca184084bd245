import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProcessEnd } from './lifecycle.js'
import { createSupervisor, type Clock, type Supervised } from './supervisor.js'

const policy = { delaysMs: [10, 20, 40], stableMs: 500, stopDeadlineMs: 100, editDeadlineMs: 50 }

const members: Supervised[] = ['database', 'first', 'second', 'vite'].map((name) => ({
  name,
  stopsLast: name === 'database',
  restartsOnEdit: name === 'first' || name === 'second',
  howToRevive: '',
}))

/** A clock that moves only when the test moves it. */
function fakeClock(): Clock & { move(ms: number): Promise<void> } {
  let now = 0
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    schedule(run, ms) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async move(ms) {
      const end = now + ms
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)[0]
        if (!next) break
        timers.delete(next)
        now = next.at
        next.run()
        await settle()
      }
      now = end
    },
  }
}

/** Lets promises that have settled run what waits for them. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

class FakeProcess {
  isRunning = true
  /** Whether SIGTERM is ignored. */
  isStubborn = false
  readonly signals: string[] = []
  readonly ended: Promise<ProcessEnd>
  #end!: (end: ProcessEnd) => void

  readonly pid: number

  constructor(pid: number) {
    this.pid = pid
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  end(reason: string): void {
    if (!this.isRunning) return
    this.isRunning = false
    this.#end({ code: null, signal: reason, reason })
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.signals.push(signal)
    if (signal === 'SIGKILL' || !this.isStubborn) this.end(signal)
  }
}

function createWorld() {
  const clock = fakeClock()
  const processes = new Map<Supervised, FakeProcess[]>(members.map((member) => [member, []]))
  /** Whether a process of the database was signalled while a service ran. */
  let isOrderBroken = false
  const servicesRun = () =>
    members.some((member) => !member.stopsLast && processes.get(member)!.some(({ isRunning }) => isRunning))
  let pid = 100
  const messages: string[] = []
  const supervisor = createSupervisor({
    members,
    clock,
    policy,
    start(member) {
      const child = new FakeProcess(pid++)
      const signal = child.signal.bind(child)
      child.signal = (name) => {
        if (member.stopsLast && name === 'SIGTERM' && supervisor.isStopping() && servicesRun()) isOrderBroken = true
        signal(name)
      }
      processes.get(member)!.push(child)
      return child
    },
    untilReady: (_member, signal) =>
      new Promise((resolve) => {
        const cancel = clock.schedule(resolve, 5)
        signal.addEventListener('abort', () => {
          cancel()
          resolve()
        })
      }),
    print: (_member, message) => messages.push(message),
  })
  const running = (member: Supervised) => processes.get(member)!.filter(({ isRunning }) => isRunning)
  return { clock, supervisor, processes, running, messages, isOrderBroken: () => isOrderBroken }
}

type World = ReturnType<typeof createWorld>

const memberIndex = fc.nat(members.length - 1)

type Action = readonly [name: string, run: (world: World) => unknown]

/** Anything that can happen to a running stack, in any order. */
const action = fc.oneof<fc.Arbitrary<Action>[]>(
  memberIndex.map(
    (index) => [`crash ${index}`, (world: World) => world.running(members[index]!)[0]?.end('SIGSEGV')] as const,
  ),
  memberIndex.map(
    (index) => [`edit ${index}`, (world: World) => world.supervisor.edited(members[index]!, 'a.ts')] as const,
  ),
  memberIndex.map(
    (index) => [`restart ${index}`, (world: World) => world.supervisor.restart(members[index]!)] as const,
  ),
  memberIndex.map(
    (index) =>
      [
        `hang ${index}`,
        (world: World) => {
          for (const child of world.running(members[index]!)) child.isStubborn = true
        },
      ] as const,
  ),
  fc.integer({ min: 1, max: 700 }).map((ms) => [`wait ${ms}`, (world: World) => world.clock.move(ms)] as const),
)

function describeActions(actions: readonly (readonly [string, unknown])[]): string {
  return actions.map(([name]) => name).join(', ')
}

describe('a supervisor', () => {
  it('runs at most one process of each member, and runs or waits for it, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const world = createWorld()
        world.supervisor.start()
        for (const [, run] of actions) {
          await run(world)
          await settle()
          for (const member of members) {
            const { lifecycle, pid } = world.supervisor.status(member)
            const children = world.running(member)
            expect(children.length, describeActions(actions)).toBeLessThanOrEqual(1)
            expect(pid, describeActions(actions)).toBe(children[0]?.pid)
            const hasProcess = lifecycle.phase === 'running' || lifecycle.phase === 'stopping'
            expect(hasProcess, describeActions(actions)).toBe(children.length === 1)
          }
        }
        // Without further events, each member is ready or has failed.
        await world.clock.move(2000)
        await settle()
        for (const member of members) {
          const { lifecycle } = world.supervisor.status(member)
          expect(lifecycle.isReady || lifecycle.phase === 'failed', describeActions(actions)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('stops everything in any state, the database last, and starts nothing afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 20 }),
        fc.array(action, { maxLength: 10 }),
        async (before, during) => {
          const world = createWorld()
          world.supervisor.start()
          for (const [, run] of before) {
            await run(world)
            await settle()
          }
          let isStopped = false
          const stopped = world.supervisor.stop().then(() => (isStopped = true))
          for (const [, run] of during) {
            await run(world)
            await settle()
          }
          // One deadline for the services, and one for the database.
          await world.clock.move(2 * policy.stopDeadlineMs + policy.editDeadlineMs)
          await settle()
          await world.clock.move(2 * policy.stopDeadlineMs)
          await settle()
          expect(isStopped, describeActions([...before, ['stop', 0], ...during])).toBe(true)
          await stopped
          expect(world.isOrderBroken(), describeActions([...before, ['stop', 0], ...during])).toBe(false)
          const counts = members.map((member) => world.processes.get(member)!.length)
          await world.clock.move(5000)
          expect(members.flatMap((member) => world.running(member))).toEqual([])
          expect(members.map((member) => world.processes.get(member)!.length)).toEqual(counts)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('kills everything at once in any state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 20 }), fc.boolean(), async (before, isStopping) => {
        const world = createWorld()
        world.supervisor.start()
        for (const [, run] of before) {
          await run(world)
          await settle()
        }
        if (isStopping) void world.supervisor.stop()
        world.supervisor.kill()
        await settle()
        expect(members.flatMap((member) => world.running(member))).toEqual([])
        await world.clock.move(5000)
        expect(members.flatMap((member) => world.running(member))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('never restarts a member more often in a row than the policy allows', async () => {
    const world = createWorld()
    const [, first] = members as [Supervised, Supervised]
    world.supervisor.start()
    for (let round = 0; round < 20; round++) {
      world.running(first)[0]?.end('SIGKILL')
      await settle()
      await world.clock.move(60)
    }
    expect(world.processes.get(first)).toHaveLength(policy.delaysMs.length + 1)
    expect(world.supervisor.status(first)).toMatchObject({
      lifecycle: { phase: 'failed', restarts: policy.delaysMs.length },
      lastEnd: { reason: 'SIGKILL' },
      pid: undefined,
    })
  })
})
