import { ProtocolError } from '../protocol/errors.js'
import type { FrontendMessage } from '../protocol/frontend.js'

/** The input that waits for the engine before the server reads no more from the client, in bytes. */
const inputLimit = 16 * 1024 * 1024

/** The offset of the first string in a message, and how many strings it starts with. */
const strings: Readonly<Record<string, readonly [offset: number, count: number]>> = {
  Q: [0, 1],
  P: [0, 2],
  B: [0, 2],
  D: [1, 1],
  C: [1, 1],
}

/** The messages of a client that wait for their turn. */
export class Inbox {
  #messages: FrontendMessage[] = []
  #size = 0

  get length(): number {
    return this.#messages.length
  }

  get first(): FrontendMessage | undefined {
    return this.#messages[0]
  }

  /** Whether the server should read no more from the client. */
  get isFull(): boolean {
    return this.#size > inputLimit
  }

  /**
   * Adds a message.
   *
   * @throws {ProtocolError} when a string in it does not end
   */
  push(message: FrontendMessage): void {
    checkStrings(message)
    this.#messages.push(message)
    this.#size += message.bytes.length
  }

  /** Removes the first message. */
  shift(): void {
    this.#size -= this.#messages.shift()?.bytes.length ?? 0
  }

  clear(): void {
    this.#messages = []
    this.#size = 0
  }

  /** Returns the messages of type Parse that come next, when Sync follows them. */
  getParses(): readonly FrontendMessage[] {
    const end = this.#messages.findIndex(({ type }) => type !== 'P')
    return this.#messages[end]?.type === 'S' ? this.#messages.slice(0, end) : []
  }
}

function checkStrings({ type, body }: FrontendMessage): void {
  let [offset, count] = strings[type] ?? [0, 0]
  for (; count > 0; count--) {
    offset = body.indexOf(0, offset) + 1
    if (offset === 0) throw new ProtocolError('08P01', 'invalid string in message')
  }
}

/** Whether the engine should get no more input for now. */
export function isBacklogged(bytes: number): boolean {
  return bytes > inputLimit
}
