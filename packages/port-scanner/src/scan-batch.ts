import { batchFiles, type Batch, type HelperTask } from './scan-helper.js'
import { scanFile } from './scan-file.js'
import { createTally, type ScannedFile } from './scanned-file.js'

/** Scans the next files that nobody has taken; undefined where all are taken. */
export async function takeBatch(task: HelperTask): Promise<Batch | undefined> {
  const index = Atomics.add(task.next, 0, 1)
  return index * batchFiles < task.files.length ? scanBatch(task, index) : undefined
}

/** Scans one batch. */
export async function scanBatch({ root, files }: HelperTask, index: number): Promise<Batch> {
  const tally = createTally()
  const found: ScannedFile[] = []
  for (const path of files.slice(index * batchFiles, (index + 1) * batchFiles)) {
    const pending = scanFile(root, path, tally)
    const file = pending && (await pending)
    if (file) found.push(file)
  }
  return { index, found, tally }
}
