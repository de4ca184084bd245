/** A line that says how far something is, on a terminal alone, and that is gone at the end. */
export interface Progress {
  readonly report: (done: number, all: number) => void
  readonly end: () => void
}

/** What is done sooner needs no line. */
const quietMs = 1000
/** How often the line is written anew. */
const pauseMs = 100

/**
 * A progress of files.
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
