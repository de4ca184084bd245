/** The section of a WebAssembly module with its imports, and the kinds of imports. */
const importSection = 2
const kind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const
/** The most pages that a memory of 32 bits may have, of which PGlite uses half. */
const mostPages = 65_536
/** The flags of a memory's limits: it has a maximum, and it is shared. */
const flag = { hasMaximum: 1, isShared: 2 } as const

/** The bytes of a module. */
type Source = ArrayBuffer | ArrayBufferView<ArrayBuffer>

/** The parts of the global `WebAssembly` that load a module, which Node's types leave out. */
interface Loader {
  readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => object
  readonly Module: new (source: Source) => object
  readonly instantiate: (source: object, imports: object) => Promise<object>
}

/**
 * Makes the memory of WebAssembly shared in this thread, so that another thread can set the flags that PostgreSQL's signal
 * handlers set. A module has to import its memory as shared: the imports of each module are changed before it compiles.
 * Call it before the first module is loaded.
 */
export function shareMemory(): void {
  const loader = (globalThis as unknown as { WebAssembly: Loader }).WebAssembly
  const { Memory, Module, instantiate } = loader
  Object.assign(loader, {
    Memory: new Proxy(Memory, { construct: (target, [limits]) => new target({ ...limits, shared: true }) }),
    Module: new Proxy(Module, { construct: (target, [source]) => new target(importShared(source)) }),
    instantiate: (source: object, imports: object) =>
      instantiate(source instanceof Module ? source : importShared(source as Source), imports),
  })
}

/** Returns a module that imports its memory as shared, if it imports one. */
export function importShared(source: Source): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
  const reader = new Reader(bytes, 8)
  while (reader.at < bytes.length) {
    const start = reader.at
    const id = reader.byte()
    const size = reader.number()
    const body = reader.at
    if (id === importSection) {
      const limits = findMemory(reader)
      if (!limits) return bytes
      const shared = [
        flag.hasMaximum | flag.isShared,
        ...encode(limits.minimum),
        ...encode(limits.maximum ?? mostPages),
      ]
      const section = [...bytes.subarray(body, limits.start), ...shared, ...bytes.subarray(limits.end, body + size)]
      return Buffer.concat([
        bytes.subarray(0, start),
        Uint8Array.from([importSection, ...encode(section.length), ...section]),
        bytes.subarray(body + size),
      ])
    }
    reader.at = body + size
  }
  return bytes
}

/** Returns the limits of the memory among the imports, and where they are. */
function findMemory(reader: Reader): (Limits & { start: number; end: number }) | undefined {
  for (let count = reader.number(); count > 0; count--) {
    for (const _ of ['module', 'name']) {
      const size = reader.number()
      reader.at += size
    }
    const type = reader.byte()
    const start = reader.at
    if (type === kind.memory) return { start, ...reader.limits(), end: reader.at }
    if (type === kind.function) reader.number()
    else if (type === kind.global) reader.at += 2
    else {
      reader.byte()
      if (type === kind.table) reader.limits()
      else reader.number()
    }
  }
  return undefined
}

interface Limits {
  readonly minimum: number
  readonly maximum: number | undefined
}

/** Reads the binary format of WebAssembly. */
class Reader {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.#bytes[this.at++]!
  }

  /** Reads an unsigned number in LEB128. */
  number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  limits(): Limits {
    const flags = this.byte()
    return { minimum: this.number(), maximum: flags & flag.hasMaximum ? this.number() : undefined }
  }
}

/** Encodes an unsigned number in LEB128. */
function encode(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...encode(value >>> 7)]
}
