import { exchange } from './exchange.js'
import { strangerTo, type Protocol } from './protocol.js'

const name = 'PostgreSQL'
/** https://www.postgresql.org/docs/current/protocol-message-formats.html, SSLRequest. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Requests TLS from a PostgreSQL server, which answers with one byte, S or N. It does so while it starts or recovers, too: the
 * result is `up` before the server accepts clients. Only a startup packet with a user shows that state (SQLSTATE 57P03), and a
 * server without passwords logs a failed login for each packet whose user or database it does not have.
 */
export const postgresql: Protocol = (target) =>
  exchange(target, {
    name,
    opening: sslRequest,
    read: (received) =>
      received.length === 1 && /[SN]/.test(received.toString('latin1')) ? { state: 'up' } : strangerToIt,
  })

const strangerToIt = { ...strangerTo(name), state: 'stranger' } as const
