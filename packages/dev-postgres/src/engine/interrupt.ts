import { Session } from 'node:inspector'
import type { Worker } from 'node:worker_threads'

/**
 * Calls a global function of a thread while it runs JavaScript or WebAssembly without an end. The inspector is the only
 * part of Node that interrupts a thread without ending it.
 */
export function interruptThread(worker: Worker, name: string): void {
  const session = new Session()
  session.connect()
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: `${name}()` } })
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    if (params.workerInfo.workerId === String(worker.threadId))
      session.post('NodeWorker.sendMessageToWorker', { sessionId: params.sessionId, message })
  })
  const end = () => {
    worker.off('exit', end)
    // A session must not end while it delivers an event.
    setImmediate(() => session.disconnect())
  }
  session.on('NodeWorker.receivedMessageFromWorker', end)
  worker.once('exit', end)
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
}
