import { parentPort, workerData } from 'node:worker_threads'
import { takeBatch } from './scan-batch.js'
import type { HelperTask } from './scan-helper.js'

void scanBatches(workerData as HelperTask)

/** Scans until nothing is left. What fails ends the thread, and with it its part. */
async function scanBatches(task: HelperTask): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows: a thread's port takes no origin
  for (let batch = await takeBatch(task); batch; batch = await takeBatch(task)) parentPort!.postMessage(batch)
}
