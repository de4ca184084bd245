import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { scanBatch, takeBatch } from './scan-batch.js'
import { scanFile } from './scan-file.js'
import { batchFiles, startHelper, type HelperTask } from './scan-helper.js'
import { addTally, type ScannedFile, type Tally } from './scanned-file.js'
import { walk } from './walk.js'

export type { ScannedFile, Tally }
export { maxFileBytes } from './scan-file.js'

/** From how many files on a second thread saves more than its start takes. */
const minFilesForHelper = 15_000

/** How often the progress is told, in files. */
const progressFiles = 500

/** How a scan is done. */
export interface ScanOptions {
  /** Called now and then with how many files are done, of how many. */
  readonly onProgress?: (done: number, all: number) => void
  /** Whether a second thread scans too; from {@link minFilesForHelper} files on unless given. */
  readonly isHelped?: boolean
}

/**
 * Reads every file below a folder that may name a port, and hands on those that do, in the order of the walk.
 *
 * @param root - a folder or a single file
 * @param tally - counts along
 */
export async function* scan(root: string, tally: Tally, options: ScanOptions = {}): AsyncGenerator<ScannedFile> {
  const { files, unreadable } = walk(root)
  tally.skipped.unreadable.push(...unreadable)
  const isHelped = options.isHelped ?? (files.length >= minFilesForHelper && availableParallelism() > 1)
  yield* isHelped ? scanWithHelper(root, files, tally, options) : scanAlone(root, files, tally, options)
}

async function* scanAlone(root: string, files: readonly string[], tally: Tally, { onProgress }: ScanOptions) {
  for (const [index, path] of files.entries()) {
    if (onProgress && index % progressFiles === 0) onProgress(index, files.length)
    const pending = scanFile(root, path, tally)
    const file = pending && (await pending)
    if (file) yield file
  }
}

async function* scanWithHelper(root: string, files: readonly string[], tally: Tally, { onProgress }: ScanOptions) {
  const task: HelperTask = { root, files, next: new Int32Array(new SharedArrayBuffer(4)) }
  const helper = startHelper(task)
  const { done } = helper
  const batches = Math.ceil(files.length / batchFiles)
  try {
    for (let turn = 0; turn < batches;) {
      const ready = done.get(turn)
      if (ready) {
        done.delete(turn)
        turn++
        addTally(tally, ready.tally)
        yield* ready.found
        continue
      }
      onProgress?.(turn * batchFiles, files.length)
      const own = await takeBatch(task)
      if (own) {
        done.set(own.index, own)
        // The helper's messages are received between two batches.
        await setImmediate()
      } else if (helper.isOver()) done.set(turn, await scanBatch(task, turn))
      else await helper.next()
    }
  } finally {
    await helper.stop()
  }
}
