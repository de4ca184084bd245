/** The variable with the path of the control socket; the stack sets it for every process that it starts. */
export const controlVariable = 'DRIFTOS_CONTROL'

/** Whether the stack runs the sources or the production build. */
export type StackMode = 'dev' | 'start'

/**
 * The state of a service's process.
 *
 * - `starting`: it runs and is not ready yet; `note` has the reason, such as a database that does not answer
 * - `ready`: it runs, and its readiness check has passed since it started
 * - `restarting`: it has ended, or is stopped, and starts again
 * - `failed`: it ended too often and starts again only after an edit (`pnpm dev`) or a restart on request
 * - `stopping`, `stopped`: the stack stops
 */
export type ServiceState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopping' | 'stopped'

/** How a process ended. */
export interface ExitReport {
  /** Null when a signal ended it, or when it could not be started. */
  readonly code: number | null
  /** The signal that ended it, such as `SIGKILL`; null when it exited by itself. */
  readonly signal: string | null
  /** The code or the signal as text, such as `SIGKILL` or `exit code 1`. */
  readonly reason: string
  /** When it ended: ISO 8601, UTC. */
  readonly at: string
}

/** One service of the stack. */
export interface ServiceStatus {
  /** Its name in the registry. */
  readonly service: string
  readonly state: ServiceState
  /** The process; null while none runs. */
  readonly pid: number | null
  /** The port that it listens on, overrides applied. */
  readonly port: number
  /** The address at which others reach it, overrides applied. */
  readonly origin: string
  /** Since when it has this state: ISO 8601, UTC. */
  readonly since: string
  /** When its present process started; null while none runs. */
  readonly startedAt: string | null
  /** How often it was restarted after it had ended by itself, since the stack started. */
  readonly restarts: number
  /** How its last process ended by itself; null if none did. Stops for an edit or on request do not count. */
  readonly lastExit: ExitReport | null
  /** One line about the state, such as why it is not ready; null when there is nothing to add. */
  readonly note: string | null
}

/** A running stack. */
export interface StackStatus {
  /** The process of the stack. */
  readonly pid: number
  readonly mode: StackMode
  /** The root directory of its checkout. */
  readonly checkout: string
  /** The port offset. */
  readonly offset: number
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly services: readonly ServiceStatus[]
}

/** Where a line comes from: the streams of the process, or the stack itself, such as "core ended with SIGKILL". */
export type LogSource = 'stdout' | 'stderr' | 'stack'

/** One line of output. */
export interface LogLine {
  readonly service: string
  /** When the stack received it: ISO 8601, UTC. */
  readonly at: string
  readonly source: LogSource
  /** The line as the process printed it, a JSON object for structured logs. Values of secret variables are replaced by `***`. */
  readonly text: string
}

/** The body of every answer with a status of 400 or above. */
export interface ControlFailure {
  readonly error: { readonly code: string; readonly message: string }
}
