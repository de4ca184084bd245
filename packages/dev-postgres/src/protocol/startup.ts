import { ProtocolError } from './errors.js'
import { readString } from './frontend.js'

/** The request in a packet without a type. */
export type StartupRequest =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly pid: number; readonly secret: number }
  | { readonly kind: 'session'; readonly settings: Map<string, string>; readonly unknownOptions?: string[] }

/** SSLRequest and GSSENCRequest. */
const encryptionCodes = new Set([80_877_103, 80_877_104])
const cancelCode = 80_877_102

/** Parameters that are not settings. */
const identity = new Set(['user', 'database', 'replication'])

/**
 * Parses the body of a packet without a type.
 *
 * @throws {ProtocolError} when it is none that PostgreSQL defines
 */
export function parseStartup(body: Buffer): StartupRequest {
  const code = body.readInt32BE(0)
  if (encryptionCodes.has(code)) return { kind: 'encryption' }
  if (code === cancelCode) {
    if (body.length !== 12) throw new ProtocolError('08P01', 'invalid length of cancel request')
    return { kind: 'cancel', pid: body.readInt32BE(4), secret: body.readInt32BE(8) }
  }
  const [major, minor] = [code >>> 16, code & 0xffff]
  if (major !== 3)
    throw new ProtocolError('0A000', `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.0`)
  const parameters = readParameters(body)
  if (!parameters.get('user')) throw new ProtocolError('28000', 'no PostgreSQL user name specified in startup packet')
  if (!['', 'false', 'off', 'no', '0'].includes(parameters.get('replication') ?? ''))
    throw new ProtocolError('0A000', 'the embedded database does not support replication')
  const unknownOptions = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'))
  return {
    kind: 'session',
    settings: readSettings(parameters),
    ...(minor > 0 || unknownOptions.length > 0 ? { unknownOptions } : {}),
  }
}

function readParameters(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>()
  let offset = 4
  while (offset < body.length - 1) {
    const name = readString(body, offset)
    offset += Buffer.byteLength(name) + 1
    const value = readString(body, offset)
    offset += Buffer.byteLength(value) + 1
    parameters.set(name, value)
  }
  if (offset !== body.length - 1 || body[offset] !== 0)
    throw new ProtocolError('08P01', 'invalid startup packet layout: expected terminator as last byte')
  return parameters
}

/** Returns the settings that a client starts with. Those of `options` have a lower precedence than the others. */
function readSettings(parameters: Map<string, string>): Map<string, string> {
  const settings = new Map<string, string>()
  const words = (parameters.get('options') ?? '').match(/(?:\\.|\S)+/g)?.map((word) => word.replaceAll(/\\(.)/g, '$1'))
  for (let index = 0; index < (words?.length ?? 0); index++) {
    let word = words![index]!
    if (word === '-c') word = `--${words![++index] ?? ''}`
    const setting = /^(?:--|-c)([^=]+)=(.*)$/s.exec(word)
    if (!setting) throw new ProtocolError('42601', `invalid command-line argument for server process: ${word}`)
    settings.set(setting[1]!.replaceAll('-', '_'), setting[2]!)
  }
  for (const [name, value] of parameters)
    if (!identity.has(name) && name !== 'options' && !name.startsWith('_pq_.')) settings.set(name, value)
  return settings
}
