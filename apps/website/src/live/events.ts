import { PassThrough } from 'node:stream'
import type { Env } from '@driftos/ports'
import type { FastifyInstance } from 'fastify'
import { createLook } from './look.js'
import { isBoundToLoopback, isFromThisMachine } from './loopback.js'
import { createWatch } from './watch.js'

/** The limit of readers: each holds a connection for as long as its page is open. */
const maxReaders = 100
/** How far behind a reader may be before it is disconnected; it reconnects when it can read. */
const maxBacklogBytes = 65_536
/** How soon a browser reconnects. */
const retryMs = 1000
/** How often a heartbeat is sent, so that no proxy closes an idle connection. */
const heartbeatMs = 5000

/**
 * Serves `GET /api/events`: every service's state as server-sent events, about one a second. The process on a port is
 * included only for readers on this machine, and only when the server is bound to loopback.
 */
export function serveEvents(app: FastifyInstance, env: Env): void {
  const isPrivate = isBoundToLoopback(env)
  const watch = createWatch(createLook(env, isPrivate), (error) => app.log.error({ err: error }, 'look failed'))
  const streams = new Set<PassThrough>()
  const heartbeat = setInterval(() => {
    for (const stream of streams) send(stream, ':\n\n')
  }, heartbeatMs).unref()

  // Without a HEAD route, whose stream would never end.
  app.get('/api/events', { exposeHeadRoute: false }, (request, reply) => {
    if (isFromAnotherSite(request.headers['sec-fetch-site']))
      return reply.code(403).send(failure('FORBIDDEN', 'Only pages of this site may read its events'))
    if (streams.size >= maxReaders)
      return reply
        .code(503)
        .send(failure('TOO_MANY_READERS', `${maxReaders} pages are reading already; try again later`))

    const mayKnowHolders = isPrivate && isFromThisMachine(request)
    const stream = new PassThrough()
    streams.add(stream)
    stream.write(`retry: ${retryMs}\n\n`)
    const leave = watch.join((states) => {
      send(
        stream,
        `data: ${JSON.stringify(states, mayKnowHolders ? undefined : withoutHolder)}

`,
      )
    })
    stream.once('close', () => {
      leave()
      streams.delete(stream)
    })
    return reply
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .type('text/event-stream; charset=utf-8')
      .send(stream)
  })

  // An endless response would keep the service from stopping.
  app.addHook('preClose', async () => {
    clearInterval(heartbeat)
    for (const stream of streams) stream.end()
  })
}

function send(stream: PassThrough, text: string): void {
  if (stream.writableLength > maxBacklogBytes) stream.destroy()
  else if (!stream.writableEnded) stream.write(text)
}

/** Omits the process on a port from JSON. */
function withoutHolder(key: string, value: unknown): unknown {
  return key === 'holder' ? undefined : value
}

function isFromAnotherSite(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

function failure(code: string, message: string) {
  return { success: false, error: { code, message } }
}
