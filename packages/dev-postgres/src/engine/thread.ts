/* oxlint-disable no-underscore-dangle -- PGlite exports PostgreSQL's functions under such names */
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { frontend } from '../protocol/messages.js'
import { word, type EngineData, type EngineReport } from './channel.js'
import { openDatabase } from './database.js'
import type { EngineModule } from './hooks.js'
import { shareMemory } from './shared-memory.js'
import { findCache } from './template.js'

/** The output that may wait for a slow client, in bytes, before the engine pauses. */
const outputLimit = 16 * 1024 * 1024
/** The status with which PGlite leaves the main loop for PostgreSQL's error handler. */
const errorStatus = 100

const { dataDir, port, control } = workerData as EngineData
const report = (message: EngineReport) => port.postMessage(message)

try {
  await run()
} catch (error) {
  const { message, errno } = error as { message?: string; errno?: number }
  report({ failed: message ?? `error ${errno ?? String(error)}`, ...(errno === undefined ? {} : { errno }) })
} finally {
  port.close()
}

/** Runs PostgreSQL's main loop as a server process does: it reads from its client and blocks until there is input. */
async function run(): Promise<void> {
  shareMemory()
  // oxlint-disable-next-line node/no-process-env -- the thread has a separate entry point
  const db = await openDatabase(dataDir, findCache(process.env))
  const module = db.Module as unknown as EngineModule

  let input: Uint8Array = new Uint8Array()
  let offset = 0
  const read = (pointer: number, most: number) => {
    while (offset === input.length) {
      const next = receive()
      if (next === 'close') throw new Error('closed during a statement')
      ;[input, offset] = [next, 0]
    }
    const part = input.subarray(offset, offset + most)
    module.HEAPU8.set(part, pointer)
    offset += part.length
    return part.length
  }
  const write = (pointer: number, length: number) => {
    const bytes = module.HEAPU8.slice(pointer, pointer + length)
    for (;;) {
      const waiting = Atomics.load(control, word.unacknowledged)
      if (waiting < outputLimit) break
      Atomics.wait(control, word.unacknowledged, waiting)
    }
    Atomics.add(control, word.unacknowledged, length)
    port.postMessage(bytes, [bytes.buffer])
    return length
  }
  module._pgl_set_rw_cbs(module.addFunction(read, 'ipi'), module.addFunction(write, 'ipi'))
  const timeLimit = allocate(module, 'statement_timeout')

  ;[input, offset] = [frontend.startup({ user: 'postgres', database: 'postgres' }), 0]
  if (module._ProcessStartupPacket(module._pgl_getMyProcPort(), true, true) !== 0)
    throw new Error('the engine refused its startup packet')
  module._pgl_sendConnData()
  module._pgl_pq_flush()
  const { _InterruptPending: interrupt, _QueryCancelPending: cancel, _MyLatch: latch } = module
  report({ memory: module.HEAPU8.buffer as SharedArrayBuffer, flags: { interrupt, cancel, latch } })

  for (let next = receive(); next !== 'close'; next = receive()) {
    ;[input, offset] = [next, 0]
    // A cancel request that came too late is not for the next statement.
    new Int32Array(module.HEAPU8.buffer)[module._QueryCancelPending >> 2] = 0
    const timerMs = Number(module.UTF8ToString(module._GetConfigOption(timeLimit, 1, 0)))
    if (timerMs > 0) report({ timerMs })
    while (offset < input.length || module._pq_buffer_remaining_data() > 0) runOnce(module)
  }
  await db.close()
  report({ closed: true })
}

/** Runs one message. */
function runOnce(module: EngineModule): void {
  const stack = module.stackSave()
  try {
    module._PostgresMainLoopOnce()
  } catch (error) {
    if ((error as { status?: number }).status !== errorStatus) throw error
    module.stackRestore(stack)
    module._PostgresMainLongJmp()
  }
  module._PostgresSendReadyForQueryIfNecessary()
}

/** Waits for the next message of the server. */
function receive(): Uint8Array<ArrayBuffer> | 'close' {
  for (;;) {
    const sent = Atomics.load(control, word.sent)
    const received = receiveMessageOnPort(port)
    if (received) {
      const message = received.message as Uint8Array<ArrayBuffer> | 'close'
      Atomics.sub(control, word.unread, message === 'close' ? 0 : message.length)
      return message
    }
    Atomics.wait(control, word.sent, sent)
  }
}

/** Copies a text into the memory of the engine and returns its address. */
function allocate(module: EngineModule, text: string): number {
  const bytes = Buffer.from(`${text}\0`)
  const pointer = module._malloc(bytes.length)
  module.HEAPU8.set(bytes, pointer)
  return pointer
}
