import type { MessagePort } from 'node:worker_threads'

/** The words of the memory that the server and the thread of the engine share. */
export const word = {
  /** Grows with every message to the thread, which sleeps on it. */
  sent: 0,
  /** The bytes of output that no client has taken yet. */
  unacknowledged: 1,
  /** The bytes of input that the thread has not read yet. */
  unread: 2,
} as const

/** The input of the engine's thread at its start. */
export interface EngineData {
  readonly dataDir: string | undefined
  readonly port: MessagePort
  readonly control: Int32Array
}

/** The addresses in the engine's memory of the flags that PostgreSQL's signal handlers set; `latch` points to its flag. */
export interface Flags {
  readonly interrupt: number
  readonly cancel: number
  readonly latch: number
}

/** The reports of the thread besides output: that it is open, that a statement with a time limit starts, that it has ended. */
export type EngineReport =
  | { readonly memory: SharedArrayBuffer; readonly flags: Flags }
  | { readonly timerMs: number }
  | { readonly closed: true }
  | { readonly failed: string; readonly errno?: number }
