import type { FastifyInstance } from 'fastify'

/**
 * Lets a stopping service end with its last answer: a connection that its client keeps alive would
 * otherwise outlive the answer in flight on it, and the service with it.
 */
export function registerDrain(app: FastifyInstance): void {
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isStopping) reply.header('connection', 'close')
  })
  // An answer that had begun before has said otherwise.
  app.addHook('onResponse', async (request) => {
    if (isStopping) request.raw.socket.destroySoon()
  })
}
