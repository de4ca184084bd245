import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the service ends with the answers in flight. */
    isStopping: boolean
  }
}

/**
 * Lets a stopping service end with its last answer: a connection that its client keeps alive would
 * otherwise outlive the answer in flight on it, and the service with it.
 */
export function registerDrain(app: FastifyInstance): void {
  app.decorate('isStopping', false)
  app.addHook('preClose', async () => {
    app.isStopping = true
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
