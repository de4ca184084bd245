import { exchange, type Step } from './exchange.js'
import { type Protocol } from './protocol.js'

/** Reads the greeting that a MySQL or MariaDB server sends. */
export const mysql: Protocol = (target) => exchange(target, { name: 'MySQL', read })

const headerBytes = 4
const handshakeVersion = 10
const errorMarker = 0xff

/** https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets.html */
function read(received: Buffer): Step {
  const isGreeting = received.length > headerBytes && [handshakeVersion, errorMarker].includes(received[headerBytes]!)
  if (received.length > headerBytes && (received[3] !== 0 || !isGreeting)) return stranger
  if (received.length < headerBytes) return undefined
  const length = received.readUIntLE(0, 3)
  if (length < 4 || length > 1024) return stranger
  if (received.length < headerBytes + length) return undefined
  if (received.length > headerBytes + length) return stranger
  const payload = received.subarray(headerBytes)
  if (payload[0] === errorMarker) return { state: 'down', reason: `answers MySQL error ${payload.readUInt16LE(1)}` }
  const version = payload.subarray(1, payload.indexOf(0, 1)).toString('latin1')
  return /^\d+\.\d+[\w.+~:-]*$/.test(version) ? { state: 'up', farewell } : stranger
}

const stranger: Step = { state: 'stranger', reason: 'another process answers, but not as MySQL' }

/**
 * A login without a name or a password. The server refuses it, and does not count the connection as an interrupted
 * handshake: it blocks a host after many of those (`max_connect_errors`).
 */
const farewell = (() => {
  const protocol41 = 0x0200
  const secureConnection = 0x8000
  const utf8 = 33
  const packet = Buffer.alloc(headerBytes + 34)
  packet.writeUIntLE(34, 0, 3)
  packet[3] = 1
  packet.writeUInt32LE(protocol41 | secureConnection, headerBytes)
  packet.writeUInt32LE(1 << 24, headerBytes + 4)
  packet[headerBytes + 8] = utf8
  return packet
})()
