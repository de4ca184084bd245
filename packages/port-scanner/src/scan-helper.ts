import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ScannedFile, Tally } from './scanned-file.js'

/** What a second thread is given. */
export interface HelperTask {
  readonly root: string
  readonly files: readonly string[]
  /** The next batch that nobody has taken. */
  readonly next: Int32Array
}

/** What came of a batch. */
export interface Batch {
  readonly index: number
  readonly found: readonly ScannedFile[]
  readonly tally: Tally
}

/** A second thread that takes batches of the same files. */
export interface Helper {
  /** Its batches, in the order in which it took them; takes them out. */
  readonly done: Map<number, Batch>
  /** Resolves when a further batch is done, or the thread has ended. */
  next(): Promise<void>
  /** Whether nothing more is to come. */
  isOver(): boolean
  stop(): Promise<unknown>
}

/** How many files are taken at once: what is found in them is held until its turn. */
export const batchFiles = 64

/** Starts the second thread. One that fails ends, and its batches are left to the first. */
export function startHelper(task: HelperTask): Helper {
  const done = new Map<number, Batch>()
  let isOver = false
  let wake: (() => void) | undefined
  // The bundle's chunks lie beside the worker's; from the sources it is started as they are.
  const worker = import.meta.url
    ? new Worker(new URL('scan-worker.ts', import.meta.url), { workerData: task })
    : new Worker(new URL('scan-worker.cjs', pathToFileURL(__filename)), { workerData: task })
  worker.on('message', (batch: Batch) => {
    done.set(batch.index, batch)
    wake?.()
  })
  worker.on('error', () => {})
  worker.on('exit', () => {
    isOver = true
    wake?.()
  })
  return {
    done,
    isOver: () => isOver,
    next: () => (isOver ? Promise.resolve() : new Promise((resolve) => (wake = resolve))),
    stop: () => worker.terminate(),
  }
}
