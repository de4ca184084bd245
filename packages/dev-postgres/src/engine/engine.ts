import { MessageChannel } from 'node:worker_threads'
import { startThread } from '@driftos/service/thread'
import { word, type EngineData, type EngineReport, type Flags } from './channel.js'

/** Reports that the engine could not start; `errno` is a number of WASI. */
export class EngineError extends Error {
  readonly errno: number | undefined

  constructor(message: string, errno?: number) {
    super(message)
    this.errno = errno
  }
}

/** PostgreSQL in a separate thread. It has one session, which reads and writes bytes of the protocol. */
export interface Engine {
  /** The messages that a server sends to a new client before it accepts statements. */
  readonly greeting: Buffer
  send(bytes: Uint8Array): void
  /** The bytes sent that the engine has not read yet. */
  readonly backlog: number
  /** Reports that a client has taken this much output, in bytes. The engine pauses while too much is waiting. */
  acknowledge(bytes: number): void
  /** Cancels the running statement. Has no effect when the thread has not started it yet. */
  cancel(): void
  /** Receives the output. */
  onOutput: (bytes: Buffer) => void
  /** Receives the `statement_timeout` of a message that starts to run, in milliseconds. */
  onTimeLimit: (ms: number) => void
  /** Resolves to the reason when the engine has ended by itself, or was closed. */
  readonly ended: Promise<string>
  /** Writes a checkpoint and ends the thread; after this time in milliseconds, 5,000 by default, also during a statement. */
  close(limitMs?: number): Promise<void>
}

/**
 * Opens the data in a thread.
 *
 * @param dataDir - the data directory; without one, the data is in memory
 * @throws {EngineError} when the data cannot be opened
 */
export async function openEngine(dataDir?: string): Promise<Engine> {
  const control = new Int32Array(new SharedArrayBuffer(12))
  const { port1: port, port2 } = new MessageChannel()
  const workerData: EngineData = { dataDir, port: port2, control }
  const worker = startThread(new URL('./thread.js', import.meta.url), { workerData, transferList: [workerData.port] })
  let greeting = Buffer.alloc(0)
  let interrupt: (() => void) | undefined
  let failure: EngineReport | undefined
  let end: (reason: string) => void
  const ended = new Promise<string>((resolve) => (end = resolve))

  worker.on('error', (error) => (failure ??= { failed: error.message }))
  worker.on('exit', () => {
    port.close()
    end(failure && 'failed' in failure ? failure.failed : 'closed')
  })
  const engine: Engine = {
    get greeting() {
      return greeting
    },
    get backlog() {
      return Atomics.load(control, word.unread)
    },
    ended,
    onOutput: () => {},
    onTimeLimit: () => {},
    send(bytes) {
      Atomics.add(control, word.unread, bytes.length)
      port.postMessage(bytes)
      Atomics.add(control, word.sent, 1)
      Atomics.notify(control, word.sent)
    },
    acknowledge(bytes) {
      Atomics.sub(control, word.unacknowledged, bytes)
      Atomics.notify(control, word.unacknowledged)
    },
    cancel: () => interrupt?.(),
    async close(limitMs = 5000) {
      port.postMessage('close')
      Atomics.add(control, word.sent, 1)
      Atomics.notify(control, word.sent)
      const timer = setTimeout(() => void worker.terminate(), limitMs)
      await ended
      clearTimeout(timer)
    },
  }
  await new Promise<void>((opened, failed) => {
    port.on('message', (message: Uint8Array | EngineReport) => {
      if (message instanceof Uint8Array) {
        engine.onOutput(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
      } else if ('timerMs' in message) {
        engine.onTimeLimit(message.timerMs)
      } else if ('memory' in message) {
        interrupt = () => setFlags(new Int32Array(message.memory), message.flags)
        engine.onOutput = () => {}
        opened()
      } else {
        failure = message
      }
    })
    engine.onOutput = (bytes) => {
      greeting = Buffer.concat([greeting, bytes])
      engine.acknowledge(bytes.length)
    }
    void ended.then((reason) =>
      failed(new EngineError(reason, failure && 'errno' in failure ? failure.errno : undefined)),
    )
  })
  return engine
}

/**
 * Sets what PostgreSQL's handler of SIGINT sets, which it reads at its next safe place. The thread clears the flag of a
 * cancel before each message, so one that comes too late has no effect.
 */
function setFlags(memory: Int32Array, { interrupt, cancel, latch }: Flags): void {
  Atomics.store(memory, cancel >> 2, 1)
  Atomics.store(memory, interrupt >> 2, 1)
  // The latch wakes a statement that sleeps.
  Atomics.store(memory, memory[latch >> 2]! >> 2, 1)
}
