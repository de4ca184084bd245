import { describe, expect, it } from 'vitest'
import { importShared } from './shared-memory.js'

const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const name = (text: string) => [text.length, ...Buffer.from(text)]
const imported = (field: string, ...type: number[]) => [...name('env'), ...name(field), ...type]
/** A module with a type of a function without parameters and results, and these imports. */
const moduleOf = (...imports: number[][]) => {
  const section = [imports.length, ...imports.flat()]
  return Uint8Array.from([...header, 1, 4, 1, 0x60, 0, 0, 2, section.length, ...section])
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object
    Instance: new (module: object, imports: object) => object
    Memory: new (limits: object) => { buffer: ArrayBufferLike }
    Table: new (limits: object) => object
    Global: new (type: object, value: number) => object
  }
}
const env = {
  run: () => {},
  table: new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 300 }),
  constant: new WebAssembly.Global({ value: 'i32' }, 7),
}
const others = [imported('run', 0, 0), imported('table', 1, 0x70, 1, 1, 0xac, 0x02), imported('constant', 3, 0x7f, 0)]

function instantiate(bytes: Uint8Array, isShared: boolean): object {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 32_768, shared: isShared })
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { ...env, memory } })
}

describe('importShared', () => {
  it.each([
    ['without a maximum', imported('memory', 2, 0, 1)],
    ['with a maximum', imported('memory', 2, 1, 2, 0x80, 0x80, 0x02)],
  ])('makes a module import a shared memory %s', (_, memory) => {
    for (const module of [moduleOf(memory), moduleOf(...others, memory), moduleOf(memory, ...others)]) {
      expect(() => instantiate(module, true)).toThrow(/memory/)
      expect(() => instantiate(importShared(module), true)).not.toThrow()
      expect(() => instantiate(importShared(new Int8Array(module.buffer)), true)).not.toThrow()
    }
  })

  it('returns a module that imports no memory unchanged', () => {
    for (const module of [moduleOf(...others), moduleOf(), Uint8Array.from(header)])
      expect(importShared(module)).toEqual(module)
  })
})
