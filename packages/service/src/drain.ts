import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** True from the start of a graceful stop. */
    isStopping: boolean
  }
}

/**
 * How long an idle connection stays open after the start of a stop. A client may be sending a request on it at that moment;
 * the request is answered, with `connection: close`.
 */
const graceMs = 250

/**
 * What an EventSource accepts, by the HTML standard. It reconnects by itself, so its answer, which has no end, is broken off
 * by a stop.
 */
const eventStreamType = 'text/event-stream'

/**
 * Stops the server without breaking off a request: it accepts no more connections, answers what arrives on the others with
 * `connection: close`, and closes those that stay idle. Node closes connections that are idle after a request at once, with
 * a request that is under way, and leaves those without any request open.
 */
export function registerDrain(app: FastifyInstance): void {
  const eventStreams = new Set<ServerResponse>()
  const answersOf = new Map<Socket, number>()
  const { server } = app
  const closeIfIdle = (socket: Socket) => {
    const close = () => {
      if (answersOf.get(socket) === 0) socket.destroy()
    }
    // A late timer runs before the system's data is read, `setImmediate` after it.
    setTimeout(() => setImmediate(close), graceMs).unref()
  }
  server.on('connection', (socket: Socket) => {
    // A connection comes twice when an upgrade is ignored.
    if (answersOf.has(socket)) return
    answersOf.set(socket, 0)
    socket.once('close', () => answersOf.delete(socket))
  })
  server.on('request', ({ socket, headers }: IncomingMessage, response: ServerResponse) => {
    if (headers.accept === eventStreamType) {
      eventStreams.add(response)
      response.once('close', () => eventStreams.delete(response))
    }
    if (!answersOf.has(socket)) return
    answersOf.set(socket, answersOf.get(socket)! + 1)
    response.once('close', () => {
      if (!answersOf.has(socket)) return
      answersOf.set(socket, answersOf.get(socket)! - 1)
      // An answer that started before the stop has promised to keep the connection alive, and the client may use it again.
      if (app.isStopping && answersOf.get(socket) === 0) closeIfIdle(socket)
    })
  })
  app.decorate('isStopping', false)
  app.addHook('preClose', async () => {
    app.isStopping = true
    // Those that the app itself writes have ended by then.
    setTimeout(() => eventStreams.forEach((response) => response.destroy()), graceMs).unref()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (app.isStopping) reply.header('connection', 'close')
    done()
  })
  // The server calls this when it has stopped to listen.
  server.closeIdleConnections = () => {
    for (const socket of answersOf.keys()) closeIfIdle(socket)
  }
}
