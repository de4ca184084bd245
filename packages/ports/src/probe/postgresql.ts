import { exchange, type Step } from './exchange.js'
import { startClock, strangerTo, type Protocol } from './protocol.js'

const name = 'PostgreSQL'

/** How long a server may take to answer a login, in milliseconds. */
const loginMs = 1000

/** https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** The same page, StartupMessage of protocol 3.0, for a user and a database that every cluster has at first. */
const startupMessage = (() => {
  const settings = Buffer.from('user\0postgres\0database\0postgres\0\0', 'latin1')
  const header = Buffer.alloc(8)
  header.writeInt32BE(header.length + settings.length, 0)
  header.writeInt32BE(3 << 16, 4)
  return Buffer.concat([header, settings])
})()

/** The same page, Terminate. */
const terminate = Buffer.from([0x58, 0, 0, 0, 4])

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, cannot_connect_now, in an ErrorResponse. */
const cannotConnectNow = '\0C57P03\0'

const notAccepting = 'it starts, recovers or stops, and accepts no clients'

/**
 * Requests TLS from a PostgreSQL server, which answers with one byte, S or N, also while it starts or recovers. Then
 * begins a login on a second connection, without a password, because only its answer shows whether the server accepts
 * clients: it does unless the answer is SQLSTATE 57P03. A server with trust authentication and without the user
 * `postgres` logs a failed login.
 */
export const postgresql: Protocol = async (target) => {
  const elapsedMs = startClock()
  const answer = await exchange(target, { name, opening: sslRequest, read: readHandshake })
  const timeoutMs = Math.min(loginMs, target.timeoutMs - elapsedMs())
  if (answer.state !== 'up' || timeoutMs <= 0) return answer
  const login = await exchange({ ...target, timeoutMs }, { name, opening: startupMessage, read: readLogin })
  return login.reason === notAccepting ? login : answer
}

function readHandshake(received: Buffer): Step {
  const isAnswer = received.length === 1 && /[SN]/.test(received.toString('latin1'))
  return isAnswer ? { state: 'up' } : { ...strangerTo(name), state: 'stranger' }
}

function readLogin(received: Buffer): Step {
  const headerBytes = 5
  if (received.length < headerBytes || received.length < 1 + received.readInt32BE(1)) return undefined
  if (!received.toString('latin1').includes(cannotConnectNow)) return { state: 'up', farewell: terminate }
  return { state: 'down', reason: notAccepting }
}
