import { ProtocolError } from './errors.js'

/** A message of a client: its type (empty for a startup packet), its body, and all of its bytes. */
export interface FrontendMessage {
  readonly type: string
  readonly body: Buffer
  readonly bytes: Buffer
}

/** PostgreSQL's own limit for a startup packet, in bytes. */
const startupLimit = 10_000
/** PostgreSQL's own limit for the messages without data, in bytes. */
const smallLimit = 10_000
/** The limit for messages with data, in bytes. A message is held in memory until it is complete. */
const largeLimit = 256 * 1024 * 1024

const limits: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Array.from('QPBFd').map((type) => [type, largeLimit])),
  ...Object.fromEntries(Array.from('CDEHSXcf').map((type) => [type, smallLimit])),
}

/** Splits the bytes of a client into messages, however the network has split them. */
export class FrontendReader {
  #chunks: Buffer[] = []
  #size = 0
  #isStarted = false

  /** Makes the next messages typed ones: the startup packet was the last one without a type. */
  start(): void {
    this.#isStarted = true
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /**
   * Returns the next complete message.
   *
   * @throws {ProtocolError} when the type or the length is invalid, as soon as the header has arrived
   */
  next(): FrontendMessage | undefined {
    const typeSize = this.#isStarted ? 1 : 0
    if (this.#isStarted && this.#size > 0 && !(this.#type() in limits))
      throw new ProtocolError('08P01', `invalid frontend message type ${this.#peek(1)[0]}`)
    if (this.#size < typeSize + 4) return undefined
    const length = this.#peek(typeSize + 4).readInt32BE(typeSize)
    const [least, most] = this.#isStarted ? [4, limits[this.#type()]!] : [8, startupLimit]
    if (length < least || length > most)
      throw new ProtocolError('08P01', this.#isStarted ? 'invalid message length' : 'invalid length of startup packet')
    const size = typeSize + length
    if (this.#size < size) return undefined
    const bytes = this.#peek(size).subarray(0, size)
    const rest = this.#chunks[0]!.subarray(size)
    this.#chunks[0] = rest
    this.#size -= size
    return { type: this.#isStarted ? String.fromCharCode(bytes[0]!) : '', body: bytes.subarray(typeSize + 4), bytes }
  }

  #type(): string {
    return String.fromCharCode(this.#peek(1)[0]!)
  }

  /** Returns the first chunk, joined with those that follow until it has this many bytes. */
  #peek(size: number): Buffer {
    if (this.#chunks[0]!.length < size) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}

/** Returns the zero-terminated string at an offset of a message's body. */
export function readString(body: Buffer, offset = 0): string {
  const end = body.indexOf(0, offset)
  if (end === -1) throw new ProtocolError('08P01', 'invalid string in message')
  return body.toString('utf8', offset, end)
}
