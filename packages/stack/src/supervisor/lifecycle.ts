import { killMs } from '@driftos/service/time-limits'

/** How a process ended. */
export interface ProcessEnd {
  /** Null when a signal ended it, or when it could not be started. */
  readonly code: number | null
  /** Null when it exited by itself. */
  readonly signal: string | null
  /** The code or the signal as text. */
  readonly reason: string
}

/** When a process is restarted and how long it may take to stop; durations in milliseconds. */
export interface Policy {
  /** The waits before the restarts in a row; after the last one the process is not restarted any more. */
  readonly delaysMs: readonly number[]
  /** A process that ran for this long before it ended starts the count again. */
  readonly stableMs: number
  /** How long a process may take to stop when the stack stops, or on request. */
  readonly stopDeadlineMs: number
  /** The same for a restart after an edit. */
  readonly editDeadlineMs: number
}

/**
 * Returns the policy of `pnpm dev` and `pnpm start`.
 *
 * @param settings - those of the services, which set how long they wait for requests in flight when they stop
 */
export function policyOf(settings: Parameters<typeof killMs>[0]): Policy {
  return {
    delaysMs: [500, 1000, 2000, 4000, 8000],
    stableMs: 60_000,
    stopDeadlineMs: killMs(settings),
    editDeadlineMs: 5000,
  }
}

/** The phase of a member's process. */
export type Phase = 'idle' | 'running' | 'waiting' | 'failed' | 'stopping' | 'stopped'

/** The state of one member. */
export interface Lifecycle {
  readonly phase: Phase
  /** Whether it has been ready since it started. */
  readonly isReady: boolean
  /** What follows while it is stopping. */
  readonly next: 'start' | 'stop'
  /** When the present process started, by the monotonic clock. */
  readonly startedAt: number
  /** How many restarts in a row did not help. */
  readonly attempts: number
  /** How often it was restarted after it had ended by itself. */
  readonly restarts: number
}

/** Something that happens to a member. */
export type LifecycleEvent =
  | { readonly type: 'start' | 'ready' | 'timer' | 'restart' | 'stop' | 'kill' }
  | { readonly type: 'ended'; readonly end: ProcessEnd }
  | { readonly type: 'edited'; readonly file: string }

/** An action for the supervisor. A member has one timer; setting it replaces it. */
type LifecycleEffect =
  | { readonly type: 'spawn' | 'clearTimer' }
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly type: 'setTimer'; readonly ms: number }
  | { readonly type: 'print'; readonly message: string; readonly isProblem: boolean }

/** The state of a member before its first start. */
export const idle: Lifecycle = { phase: 'idle', isReady: false, next: 'stop', startedAt: 0, attempts: 0, restarts: 0 }

/** A member, as far as its lifecycle depends on it. */
export interface LifecycleOptions {
  readonly name: string
  readonly policy: Policy
  /** Whether an edit restarts it while it runs, in addition to when it has failed. */
  readonly restartsOnEdit: boolean
  /** How to start it again once it has failed, for the message. */
  readonly howToRevive: string
}

type Step = readonly [Lifecycle, readonly LifecycleEffect[]]

const clearTimer = { type: 'clearTimer' } as const
const terminate = { type: 'signal', signal: 'SIGTERM' } as const
const kill = { type: 'signal', signal: 'SIGKILL' } as const

/**
 * Returns the state of a member after an event, and what to do. An event that has no meaning in the present state, such as a
 * late timer, changes nothing.
 *
 * @param now - the monotonic clock in milliseconds
 */
export function advance(state: Lifecycle, event: LifecycleEvent, now: number, options: LifecycleOptions): Step {
  const { policy, name } = options
  const { phase } = state
  const isWithoutProcess = phase === 'waiting' || phase === 'failed'

  switch (event.type) {
    case 'start':
      return phase === 'idle' ? spawn(state, now) : [state, []]
    case 'ready':
      return phase === 'running' ? [{ ...state, isReady: true }, []] : [state, []]
    case 'ended':
      if (phase === 'running') return afterEnd(state, event.end, now, options)
      if (phase !== 'stopping') return [state, []]
      return state.next === 'start' ? spawn(state, now, [clearTimer]) : [stopped(state), [clearTimer]]
    case 'timer':
      if (phase === 'waiting') return spawn({ ...state, restarts: state.restarts + 1 }, now)
      return phase === 'stopping' ? [state, [kill]] : [state, []]
    case 'restart':
      if (isWithoutProcess) return spawn({ ...state, attempts: 0 }, now, [clearTimer])
      return phase === 'running' ? restart(state, policy.stopDeadlineMs, `${name} restarts`) : [state, []]
    case 'edited':
      if (isWithoutProcess) {
        const message = `${name} starts again: ${event.file} changed`
        return spawn({ ...state, attempts: 0 }, now, [clearTimer, print(message)])
      }
      if (phase !== 'running' || !options.restartsOnEdit) return [state, []]
      return restart(state, policy.editDeadlineMs, `${name} restarts: ${event.file} changed`)
    case 'stop':
      if (phase === 'running') return [stopping(state, 'stop'), [terminate, setTimer(policy.stopDeadlineMs)]]
      if (phase === 'stopping') return [{ ...state, next: 'stop' }, []]
      return [stopped(state), phase === 'waiting' ? [clearTimer] : []]
    // kill
    default:
      if (phase === 'running' || phase === 'stopping') return [stopping(state, 'stop'), [clearTimer, kill]]
      return [stopped(state), phase === 'waiting' ? [clearTimer] : []]
  }
}

function afterEnd(state: Lifecycle, { reason }: ProcessEnd, now: number, options: LifecycleOptions): Step {
  const { policy, name, howToRevive } = options
  const limit = policy.delaysMs.length
  const attempts = (now - state.startedAt >= policy.stableMs ? 0 : state.attempts) + 1
  if (attempts > limit) {
    const message = `${name} ended with ${reason} again after ${limit} restarts and is not restarted any more. See its output above. ${howToRevive}`
    return [{ ...state, phase: 'failed', isReady: false }, [print(message, true)]]
  }
  return [
    { ...state, phase: 'waiting', isReady: false, attempts },
    [
      print(`${name} ended with ${reason}; restarting (${attempts} of ${limit})`, true),
      setTimer(policy.delaysMs[attempts - 1]!),
    ],
  ]
}

function spawn(state: Lifecycle, now: number, before: readonly LifecycleEffect[] = []): Step {
  return [{ ...state, phase: 'running', isReady: false, startedAt: now }, [...before, { type: 'spawn' }]]
}

function restart(state: Lifecycle, deadlineMs: number, message: string): Step {
  return [{ ...stopping(state, 'start'), attempts: 0 }, [print(message), terminate, setTimer(deadlineMs)]]
}

function stopping(state: Lifecycle, next: 'start' | 'stop'): Lifecycle {
  return { ...state, phase: 'stopping', isReady: false, next }
}

function stopped(state: Lifecycle): Lifecycle {
  return { ...state, phase: 'stopped', isReady: false }
}

function setTimer(ms: number): LifecycleEffect {
  return { type: 'setTimer', ms }
}

function print(message: string, isProblem = false): LifecycleEffect {
  return { type: 'print', message, isProblem }
}
