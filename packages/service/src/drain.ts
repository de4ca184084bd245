import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** True from the start of a graceful stop. */
    isStopping: boolean
  }
}

/**
 * Closes connections when the service stops: a connection that the client keeps alive after its last answer, and one
 * without any request, as browsers open in advance. Node closes only connections that are idle after a request, and
 * the others would keep the service running.
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
  // An answer that started before the stop has promised to keep the connection alive.
  app.addHook('onResponse', (request, _reply, done) => {
    if (app.isStopping) request.raw.socket.destroySoon()
    done()
  })
}
