/** Ctrl-C in a terminal reaches a process twice, from the terminal and from its parent, within this time. */
const sameSignalMs = 1000

/**
 * Ends the process on SIGINT, SIGTERM or SIGHUP once `close` has ended its work. Past the deadline, or at a
 * second signal, it exits at once with code 1.
 *
 * @param close - takes no new work and settles when the work in flight has ended
 * @param log - told what happens, in words
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
  // A terminal that closes.
  process.on('SIGHUP', stop)
}
