import { once } from 'node:events'
import { connect } from 'node:net'
import { frontend } from './protocol/messages.js'

const timeoutMs = 2000

/**
 * Returns whether a PostgreSQL server accepts clients. One that starts, stops or is full answers the first packet of a client
 * with an error. Needs no user: a server that asks for a password accepts clients.
 */
export async function acceptsClients(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: timeoutMs }, () =>
    socket.write(frontend.startup({ user: 'postgres', database: 'postgres' })),
  )
  try {
    const timedOut = once(socket, 'timeout').then(() => [])
    const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close'), timedOut])) as [unknown?]
    return Buffer.isBuffer(answer) && answer[0] === 'R'.charCodeAt(0)
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
