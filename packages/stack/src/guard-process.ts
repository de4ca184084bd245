import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The process groups of the stack, by their leaders. */
export interface ProcessGroups {
  readonly services: readonly number[]
  readonly databases: readonly number[]
  /** How long each group may take to stop, in milliseconds. */
  readonly deadlineMs: number
}

/** No processes. */
export const noGroups: ProcessGroups = { services: [], databases: [], deadlineMs: 0 }

/** A process that ends the others when the stack is killed. */
export interface Guard {
  /** Replaces the groups to end. */
  update(groups: ProcessGroups): void
  /** Ends the guard itself. */
  close(): void
}

/** How long to wait before the guard starts again after it has ended, in milliseconds. */
const restartDelayMs = 1000

/**
 * Starts the guard. It starts again when it is killed.
 *
 * Has no effect on Windows, whose processes have no groups: there, the processes of a killed stack continue.
 */
export function startGuard(file: string = fileURLToPath(new URL('guard.js', import.meta.url))): Guard {
  let latest = noGroups
  let child: ChildProcess | undefined
  let isClosed = process.platform === 'win32'

  function write() {
    child?.stdin?.write(`${JSON.stringify(latest)}\n`)
  }

  function start() {
    if (isClosed) return
    const own = spawn(process.execPath, [file], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    child = own
    // A guard that has ended does not read; it starts again below.
    own.stdin.on('error', () => {})
    own.on('error', () => {})
    own.once('close', () => setTimeout(start, restartDelayMs).unref())
    // The guard does not keep the stack running.
    own.unref()
    ;(own.stdin as typeof own.stdin & { unref(): void }).unref()
    write()
  }
  start()

  return {
    update(groups) {
      latest = groups
      write()
    },
    close() {
      isClosed = true
      child?.stdin?.end(`${JSON.stringify(noGroups)}\n`)
    },
  }
}
