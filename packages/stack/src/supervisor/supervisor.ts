import { advance, idle, type Lifecycle, type LifecycleEvent, type Policy, type ProcessEnd } from './lifecycle.js'

/** A member that the supervisor runs. */
export interface Supervised {
  readonly name: string
  /** Whether it stops only after all others have stopped, as the database does. */
  readonly stopsLast: boolean
  readonly restartsOnEdit: boolean
  readonly howToRevive: string
}

/** A process that the supervisor started. */
export interface SupervisedProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  /** Settles when the process and its output have ended; never rejects. */
  readonly ended: Promise<ProcessEnd>
  signal(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** The time; replaced in tests. */
export interface Clock {
  /** Milliseconds of a monotonic clock. */
  now(): number
  /** Runs a function later and returns how to cancel that. */
  schedule(run: () => void, ms: number): () => void
}

/** The dependencies of a supervisor. */
export interface SupervisorOptions<Member extends Supervised> {
  readonly members: readonly Member[]
  readonly clock?: Clock
  readonly policy: Policy
  start(member: Member): SupervisedProcess
  /** Waits until the started process is ready; the signal aborts it when the process ends or stops. */
  untilReady(member: Member, signal: AbortSignal, note: (reason: string | null) => void): Promise<void>
  print(member: Member, message: string, isProblem: boolean): void
  /** Is called after each change of a member. */
  onChange?(member: Member): void
}

/** The present state of a member. */
export interface MemberStatus {
  readonly lifecycle: Lifecycle
  /** Undefined while no process runs. */
  readonly pid: number | undefined
  /** When the phase or the readiness changed: milliseconds since the epoch. */
  readonly since: number
  /** When the present process started: milliseconds since the epoch. */
  readonly startedAt: number | undefined
  /** How the last process ended by itself. */
  readonly lastEnd: (ProcessEnd & { readonly at: number }) | undefined
  /** Why it is not ready yet. */
  readonly note: string | null
}

/** Runs the members: restarts what ends, and stops all in order. */
export interface Supervisor<Member extends Supervised> {
  /** Starts every member. */
  start(): void
  /** Stops every member gracefully, those that stop last after the others; settles when all have stopped. */
  stop(): Promise<void>
  /** Ends every process at once. */
  kill(): void
  /** Stops a member gracefully and starts it again; has no effect while all stop. */
  restart(member: Member): void
  /** Reports a changed source file of a member; has no effect while all stop. */
  edited(member: Member, file: string): void
  readonly status: (member: Member) => MemberStatus
  /** Whether `stop` or `kill` was called. */
  readonly isStopping: () => boolean
}

const systemClock: Clock = {
  now: () => performance.now(),
  schedule(run, ms) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Creates a supervisor; nothing starts before `start`. */
export function createSupervisor<Member extends Supervised>(options: SupervisorOptions<Member>): Supervisor<Member> {
  const { members, clock = systemClock, policy } = options
  const runs = new Map(members.map((member) => [member, createRun(member)]))
  let stopped: Promise<void> | undefined
  const onStopped: (() => void)[] = []

  function createRun(member: Member) {
    let lifecycle = idle
    let child: SupervisedProcess | undefined
    let isChildEnded = true
    let cancelTimer: (() => void) | undefined
    let watch: AbortController | undefined
    let since = Date.now()
    let startedAt: number | undefined
    let lastEnd: MemberStatus['lastEnd']
    let note: string | null = null

    function handle(event: LifecycleEvent): void {
      const before = lifecycle
      const [next, effects] = advance(before, event, clock.now(), { ...member, policy })
      lifecycle = next
      if (next.phase !== before.phase || next.isReady !== before.isReady) since = Date.now()
      if (next.phase !== 'running' || next.isReady) note = null
      if (next.phase !== 'running') watch?.abort()
      for (const effect of effects) {
        if (effect.type === 'spawn') spawn()
        else if (effect.type === 'signal') child?.signal(effect.signal)
        else if (effect.type === 'print') options.print(member, effect.message, effect.isProblem)
        else {
          cancelTimer?.()
          cancelTimer =
            effect.type === 'setTimer' ? clock.schedule(() => handle({ type: 'timer' }), effect.ms) : undefined
        }
      }
      if (next !== before) {
        options.onChange?.(member)
        if (next.phase === 'stopped') for (const resolve of onStopped) resolve()
      }
    }

    function spawn(): void {
      const own = options.start(member)
      const controller = new AbortController()
      child = own
      isChildEnded = false
      watch = controller
      startedAt = Date.now()
      void own.ended.then((end) => {
        isChildEnded = true
        startedAt = undefined
        controller.abort()
        if (lifecycle.phase === 'running') lastEnd = { ...end, at: Date.now() }
        handle({ type: 'ended', end })
      })
      const report = (reason: string | null) => {
        if (controller.signal.aborted || note === reason) return
        note = reason
        options.onChange?.(member)
      }
      void options.untilReady(member, controller.signal, report).then(() => {
        if (!controller.signal.aborted) handle({ type: 'ready' })
      })
    }

    return {
      handle,
      status: (): MemberStatus => ({
        lifecycle,
        pid: isChildEnded ? undefined : child?.pid,
        since,
        startedAt,
        lastEnd,
        note,
      }),
    }
  }

  function send(selected: readonly Member[], type: 'start' | 'stop' | 'kill'): void {
    for (const member of selected) runs.get(member)!.handle({ type })
  }

  function areStopped(selected: readonly Member[]): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (selected.every((member) => runs.get(member)!.status().lifecycle.phase === 'stopped')) resolve()
      }
      onStopped.push(check)
      check()
    })
  }

  async function stopInOrder(): Promise<void> {
    for (const isLast of [false, true]) {
      const group = members.filter(({ stopsLast }) => stopsLast === isLast)
      send(group, 'stop')
      await areStopped(group)
    }
  }

  return {
    start: () => send(members, 'start'),
    stop: () => (stopped ??= stopInOrder()),
    kill() {
      send(members, 'kill')
      stopped ??= areStopped(members)
    },
    restart(member) {
      if (!stopped) runs.get(member)!.handle({ type: 'restart' })
    },
    edited(member, file) {
      if (!stopped) runs.get(member)!.handle({ type: 'edited', file })
    },
    status: (member) => runs.get(member)!.status(),
    isStopping: () => stopped !== undefined,
  }
}
