import { Session } from 'node:inspector'

/** How long a thread may take to answer, in milliseconds. */
const answerMs = 5000

/**
 * Calls `cancelStatement(key, sent)` in the thread of the engine with this key, while it runs WebAssembly without an end.
 * The inspector is the only part of Node that interrupts a thread without ending it. It numbers threads differently from
 * `worker.threadId`, so every thread gets the call, and the key selects the engine. The call may arrive late: `sent`, the
 * number of messages sent so far, selects the statement.
 */
export function interruptThread(key: string, sent: number): void {
  const session = new Session()
  session.connect()
  const expression = `globalThis.cancelStatement?.(${JSON.stringify(key)}, ${sent}) ?? false`
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } })
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  })
  // A session must not end while it delivers an event.
  const end = () => setImmediate(() => session.disconnect())
  const timer = setTimeout(end, answerMs).unref()
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if (!params.message.includes('"value":true')) return
    clearTimeout(timer)
    end()
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
}
