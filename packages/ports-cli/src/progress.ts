/** A shorter task shows no line. */
const quietMs = 1000
/** The time between two updates of the line. */
const pauseMs = 100

/**
 * Creates a line on a terminal that counts files. `end` removes it.
 *
 * @param write - writes to the terminal
 */
export function createProgress(write: (text: string) => void) {
  let nextMs = performance.now() + quietMs
  let isShown = false
  return {
    report: (done: number, all: number) => {
      const now = performance.now()
      if (now < nextMs) return
      nextMs = now + pauseMs
      isShown = true
      write(`\r\u001B[K${done} of ${all} files`)
    },
    end: () => {
      if (isShown) write('\r\u001B[K')
      isShown = false
    },
  }
}
