import { once } from 'node:events'
import { createServer } from 'node:net'
import type { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketHandler, type PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket'
import { StatementQueue } from './statement-queue.js'

/** How many clients may be connected at once; their statements still run one after another. */
const maxConnections = 100

/**
 * Serves an embedded database on a port of 127.0.0.1.
 *
 * @param open - opens the data; called after this process has the port, so that only one of two processes opens it.
 *   Clients that connect earlier are disconnected.
 * @returns a function that closes all connections and frees the port
 * @throws {Error} when the port is in use or `open` fails
 */
export async function serveDatabase(open: () => PGlite | Promise<PGlite>, port: number): Promise<() => Promise<void>> {
  let queue: StatementQueue | undefined
  const handlers = new Set<PGLiteSocketHandler>()
  const server = createServer((socket) => {
    if (!queue) {
      socket.destroy()
      return
    }
    // The handler uses only the methods that StatementQueue has, but its type is the package's own class.
    const queryQueue = queue as unknown as PGLiteSocketHandlerOptions['queryQueue']
    const handler = new PGLiteSocketHandler({ queryQueue, closeOnDetach: true })
    handlers.add(handler)
    for (const event of ['close', 'error']) handler.addEventListener(event, () => handlers.delete(handler))
    void handler.attach(socket)
  })
  server.maxConnections = maxConnections
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  try {
    queue = new StatementQueue(await open())
  } catch (error) {
    server.close()
    throw error
  }

  return async () => {
    const closed = once(server, 'close')
    server.close()
    await Promise.all([...handlers].map((handler) => handler.detach(true)))
    await closed
  }
}
