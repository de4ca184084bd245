import { fsyncSync } from 'node:fs'
import type { Extension } from '@electric-sql/pglite'

/** The parts of Emscripten's module that PGlite's types leave out. */
export interface EngineModule {
  HEAPU8: Uint8Array
  FS: { filesystems: { NODEFS: { stream_ops: Record<string, (stream: { nfd: number }) => number> } } }
  addFunction(run: (pointer: number, length: number) => number, signature: string): number
  stackSave(): number
  stackRestore(pointer: number): void
  UTF8ToString(pointer: number): string
  _malloc(size: number): number
  _GetConfigOption(name: number, isMissingOk: number, isRestricted: number): number
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

interface EmscriptenOptions {
  preRun: ((module: EngineModule) => void)[]
}

/** Connects PostgreSQL to the `fsync` of the system, which Emscripten's file system leaves out. */
export const fsync: Extension = {
  name: 'fsync',
  setup: async (_db, options: EmscriptenOptions) => ({
    emscriptenOpts: { ...options, preRun: [...options.preRun, syncFiles] },
  }),
}

function syncFiles(module: EngineModule): void {
  module.FS.filesystems.NODEFS.stream_ops['fsync'] = ({ nfd }) => {
    fsyncSync(nfd)
    return 0
  }
}
