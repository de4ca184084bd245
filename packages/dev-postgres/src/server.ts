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
 * @param open - called once the port is this process's, so that of two processes one opens the data; until it is open,
 *   whoever connects is cut off
 * @returns what ends the connections and frees the port
 */
export async function serveDatabase(open: () => PGlite | Promise<PGlite>, port: number): Promise<() => Promise<void>> {
  let queue: StatementQueue | undefined
  const handlers = new Set<PGLiteSocketHandler>()
  const server = createServer((socket) => {
    if (!queue) {
      socket.destroy()
      return
    }
    // The handler asks no more of a queue than ours has; its type is a class of the package.
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
