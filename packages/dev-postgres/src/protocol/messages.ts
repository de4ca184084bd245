import type { ProtocolError } from './errors.js'

const version3 = 3 << 16

/** Returns a message with its type and length; an empty type makes a startup packet. */
function message(type: string, ...parts: (Buffer | string | number)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : encode(part))))
  const head = Buffer.alloc(type.length + 4)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, type.length)
  return Buffer.concat([head, body])
}

/** Encodes a number as Int32 and a text as a zero-terminated string. */
function encode(part: string | number): Buffer {
  if (typeof part === 'string') return Buffer.from(`${part}\0`)
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(part)
  return bytes
}

/** The messages that clients send. */
export const frontend = {
  startup: (parameters: Readonly<Record<string, string>>, version = version3) =>
    message('', version, ...Object.entries(parameters).flat(), Buffer.alloc(1)),
  query: (sql: string) => message('Q', sql),
  closeStatement: (name: string) => message('C', Buffer.from('S'), name),
  copyFail: (reason: string) => message('f', reason),
  sync: () => message('S'),
}

/** The messages that a server sends. */
export const backend = {
  authenticationOk: () => message('R', 0),
  parameterStatus: (name: string, value: string) => message('S', name, value),
  backendKeyData: (pid: number, secret: number) => message('K', pid, secret),
  notification: (body: Buffer) => message('A', body),
  parseComplete: () => message('1'),
  readyForQuery: (status: string) => message('Z', Buffer.from(status)),
  /** Offers version 3.0 instead of the requested one, and names the options that the server does not have. */
  negotiateProtocolVersion: (options: readonly string[]) => message('v', version3, options.length, ...options),
  error: (severity: 'ERROR' | 'FATAL', { code, message: text, hint }: ProtocolError) => {
    const fields = { S: severity, V: severity, C: code, M: text, ...(hint === undefined ? {} : { H: hint }) }
    const parts = Object.entries(fields).flatMap(([field, value]) => [Buffer.from(field), value])
    return message('E', ...parts, Buffer.alloc(1))
  },
}
