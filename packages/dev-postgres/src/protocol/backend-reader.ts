/**
 * The types of messages whose body is needed: ParameterStatus, NotificationResponse, ReadyForQuery, ErrorResponse,
 * CommandComplete.
 */
const read = new Set(['S', 'A', 'Z', 'E', 'C'].map((type) => type.charCodeAt(0)))
const dataRow = 'D'.charCodeAt(0)

/** Receives the engine's messages. */
export interface BackendSink {
  /** Receives each message. Returns whether its bytes pass on to `write`. */
  onMessage(type: string, body: Buffer): boolean
  write(bytes: Buffer): void
  /** Reports how many bytes the engine has sent. */
  onOutput?(bytes: number): void
  /** Receives the time limit of the statement that starts, in milliseconds. */
  onTimeLimit?(ms: number): void
}

/** Splits the bytes of the engine into messages, without holding large ones in memory. */
export class BackendReader {
  #pending: Buffer | undefined
  /** How many bytes of the current message are still to come, and whether they pass on. */
  #remaining = 0
  #passes = false

  /** Whether the sink gets the body of rows too. */
  wantsRows = false

  push(chunk: Buffer, sink: BackendSink): void {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    this.#pending = undefined
    let [at, from] = [0, 0]
    while (at < bytes.length) {
      if (this.#remaining === 0) {
        const size = bytes.length - at < 5 ? Infinity : 1 + bytes.readInt32BE(at + 1)
        const code = bytes[at]!
        const isRead = read.has(code) || (this.wantsRows && code === dataRow)
        if (size === Infinity || (isRead && bytes.length - at < size)) {
          this.#pending = bytes.subarray(at)
          break
        }
        const passed = this.#passes
        this.#passes = sink.onMessage(String.fromCharCode(code), bytes.subarray(at + 5, isRead ? at + size : at + 5))
        this.#remaining = size
        if (passed !== this.#passes) {
          if (passed && at > from) sink.write(bytes.subarray(from, at))
          from = at
        }
      }
      const taken = Math.min(this.#remaining, bytes.length - at)
      this.#remaining -= taken
      at += taken
    }
    if (this.#passes && at > from) sink.write(bytes.subarray(from, at))
  }
}
