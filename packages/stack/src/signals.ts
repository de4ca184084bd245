/** Ctrl-C reaches the process from the terminal and from the package manager, which forwards it. */
const sameSignalMs = 500

/** The signals that stop the stack: Ctrl-C, `kill`, and a closed terminal. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Calls one function at the first signal to stop and another at a later one.
 *
 * @param now - the monotonic clock in milliseconds
 */
export function onStopSignals(stop: () => void, kill: () => void, now: () => number = () => performance.now()): void {
  let firstAt: number | undefined
  const receive = () => {
    if (firstAt === undefined) {
      firstAt = now()
      stop()
    } else if (now() - firstAt > sameSignalMs) kill()
  }
  for (const signal of stopSignals) process.on(signal, receive)
}
