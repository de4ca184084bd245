import { fsyncSync } from 'node:fs'
import type { Extension } from '@electric-sql/pglite'

/** The parts of Emscripten's module that PGlite's types leave out. */
export interface EngineModule {
  HEAPU8: Uint8Array
  FS: { filesystems: { NODEFS: { stream_ops: Record<string, (stream: { nfd: number }) => number> } } }
  addFunction(run: (pointer: number, length: number) => number, signature: string): number
  stackSave(): number
  stackRestore(pointer: number): void
  _InterruptPending: number
  _QueryCancelPending: number
  _MyLatch: number
  _PostgresMainLoopOnce(): void
  _PostgresMainLongJmp(): void
  _PostgresSendReadyForQueryIfNecessary(): void
  _ProcessStartupPacket(port: number, isSslDone: boolean, isGssDone: boolean): number
  _pgl_getMyProcPort(): number
  _pgl_pq_flush(): void
  _pgl_sendConnData(): void
  _pgl_set_rw_cbs(read: number, write: number): void
  _pq_buffer_remaining_data(): number
}

type Imports = Record<string, object>
interface Instance {
  readonly exports: Record<string, unknown>
}

interface EmscriptenOptions {
  instantiateWasm: (imports: Imports, done: (instance: Instance, module: unknown) => void) => object
  preRun: ((module: EngineModule) => void)[]
}

/** What PGlite leaves to the system, and a thread that never returns to its event loop does not get. */
export interface Hooks {
  readonly extension: Extension
  /** Runs PostgreSQL's handler of an expired timer. */
  expireTimer(): void
}

/**
 * Connects PostgreSQL to two services of the system: `fsync`, which Emscripten's file system ignores, and the timer
 * behind `statement_timeout`, which Emscripten leaves to the event loop.
 */
export function createHooks(setTimer: (ms: number) => void): Hooks {
  let expire: ((which: number, now: number) => void) | undefined
  return {
    expireTimer: () => expire?.(0, performance.now()),
    extension: {
      name: 'driftos',
      setup: async (_db, options: EmscriptenOptions) => ({
        emscriptenOpts: {
          ...options,
          preRun: [...options.preRun, syncFiles],
          instantiateWasm: ((imports, done) => {
            const timer = (_which: number, ms: number) => {
              setTimer(ms)
              return 0
            }
            const env = { ...imports['env'], _setitimer_js: timer }
            return options.instantiateWasm({ ...imports, env }, (instance, module) => {
              expire = instance.exports['_emscripten_timeout'] as typeof expire
              done(instance, module)
            })
          }) satisfies EmscriptenOptions['instantiateWasm'],
        },
      }),
    },
  }
}

function syncFiles(module: EngineModule): void {
  module.FS.filesystems.NODEFS.stream_ops['fsync'] = ({ nfd }) => {
    fsyncSync(nfd)
    return 0
  }
}
