/** Shows a progress line on a terminal and removes it at the end. */
export interface Progress {
  readonly report: (done: number, all: number) => void
  readonly end: () => void
}

/** A shorter task shows no line. */
const quietMs = 1000
/** The time between two updates of the line. */
const pauseMs = 100

/**
 * Creates a progress line that counts files.
 *
 * @param write - writes to the terminal
 */
export function createProgress(write: (text: string) => void): Progress {
  let nextMs = performance.now() + quietMs
  let isShown = false
  return {
    report: (done, all) => {
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
