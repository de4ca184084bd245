import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the service ends with the answers in flight. */
    isStopping: boolean
  }
}

/**
 * Lets a stopping service end with its last answer: a connection that its client keeps alive would
 * otherwise outlive the answer in flight on it, and the service with it. So would one that asked for nothing yet, as
 * browsers open ahead: Node closes only what is idle after a request.
 */
export function registerDrain(app: FastifyInstance): void {
  const connections = new Set<Socket>()
  app.server.on('connection', (socket) => {
    if (app.isStopping) {
      socket.destroy()
      return
    }
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  app.decorate('isStopping', false)
  app.addHook('preClose', async () => {
    app.isStopping = true
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (app.isStopping) reply.header('connection', 'close')
    done()
  })
  // An answer that had begun before has said otherwise.
  app.addHook('onResponse', (request, _reply, done) => {
    if (app.isStopping) request.raw.socket.destroySoon()
    done()
  })
}
