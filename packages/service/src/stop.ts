/** Ctrl-C in a terminal can signal a process twice within this time, from the terminal and from its parent. */
const sameSignalMs = 1000

/**
 * Exits on SIGINT, SIGTERM or SIGHUP once `close` has settled. After the deadline, or at a second signal, exits at once
 * with code 1.
 *
 * @param close - stops accepting work and settles when the work in flight has ended
 * @param log - receives a message for each step
 * @param deadlineMs - how long work in flight may take to end, in milliseconds
 */
export function stopOnSignals(
  close: () => Promise<unknown>,
  log: (message: string) => void,
  deadlineMs = 10_000,
): void {
  let stoppingSince: number | undefined
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > sameSignalMs) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    log(`${signal} received, stopping`)
    setTimeout(() => {
      log(`work still in flight after ${deadlineMs} ms, exiting without it`)
      process.exit(1)
    }, deadlineMs).unref()
    void close().then(
      () => process.exit(0),
      (error: unknown) => {
        log(`stopping failed: ${String(error)}`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // The terminal was closed.
  process.on('SIGHUP', stop)
}
