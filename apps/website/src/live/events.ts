import type { Env } from '@driftos/ports'
import { openEventStream, type EventStream } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import { findDirectory } from '../directory.js'
import { findCheckouts, findOwnCheckout } from './checkouts.js'
import { failure } from './failure.js'
import { createLook } from './look.js'
import { isBoundToLoopback, isFromThisMachine } from './loopback.js'
import { createRecorder } from './record.js'
import { findUsableControl } from './stack.js'
import type { SiteStatus } from './state.js'
import { createWatch } from './watch.js'

/** The limit of readers: each uses a connection while its page is open. */
const maxReaders = 100
/** How far behind a reader may be before it is disconnected; it reconnects when it can read. */
const maxBacklogBytes = 262_144
/** How soon a browser reconnects. */
const retryMs = 1000
/** How often a heartbeat is sent, so that no proxy closes an idle connection. */
const heartbeatMs = 5000
/** How old the list of checkouts may be. */
const checkoutsAgeMs = 10_000

/**
 * Serves `GET /api/events`: every service's state as server-sent events, about one a second, after an event `site` with
 * the directory and what this server has seen so far. The process on a port and the checkouts are included only for readers
 * on this machine, and only when the server is bound to loopback.
 */
export function serveEvents(app: FastifyInstance, env: Env): void {
  const isPrivate = isBoundToLoopback(env)
  const directory = findDirectory(env)
  const own = findOwnCheckout(env)
  const look = createLook(env, isPrivate)
  const canControl = findUsableControl(env) !== undefined
  const recorder = createRecorder()
  let checkouts: SiteStatus['checkouts']
  let checkedAt = -Infinity

  const watch = createWatch(
    async () => {
      const states = recorder.add(await look(), new Date())
      const isOld = performance.now() - checkedAt > checkoutsAgeMs
      if (own && isPrivate && isOld && streams.size > 0) {
        const before = JSON.stringify(checkouts)
        checkouts = await findCheckouts(own, env)
        checkedAt = performance.now()
        if (JSON.stringify(checkouts) !== before) for (const [stream, mayKnow] of streams) sendSite(stream, mayKnow)
      }
      return states
    },
    (error) => app.log.error({ err: error }, 'look failed'),
  )
  /** The open streams, and whether their readers may know the processes and checkouts. */
  const streams = new Map<EventStream, boolean>()

  function sendSite(stream: EventStream, mayKnow: boolean): void {
    const site: SiteStatus = {
      directory,
      records: recorder.read(),
      canControl: mayKnow && canControl,
      ...(mayKnow && checkouts && { checkouts }),
    }
    stream.send({ event: 'site', data: JSON.stringify(site) })
  }

  // Without a HEAD route, whose stream would never end.
  app.get('/api/events', { exposeHeadRoute: false }, (request, reply) => {
    if (isFromAnotherSite(request.headers['sec-fetch-site']))
      return reply.code(403).send(failure('FORBIDDEN', 'Only pages of this site may read its events'))
    if (streams.size >= maxReaders)
      return reply
        .code(503)
        .send(failure('TOO_MANY_READERS', `${maxReaders} pages are reading already; try again later`))

    const mayKnow = isPrivate && isFromThisMachine(request)
    const stream = openEventStream(reply, { isEndless: true, heartbeatMs, maxBacklogBytes })
    streams.set(stream, mayKnow)
    stream.send({ retry: retryMs })
    sendSite(stream, mayKnow)
    const leave = watch.join((states) => {
      stream.send({ data: JSON.stringify(states, mayKnow ? undefined : withoutProcesses) })
    })
    stream.signal.addEventListener('abort', () => {
      leave()
      streams.delete(stream)
    })
    return reply
  })

  app.addHook('onListen', async () => watch.start())
  app.addHook('preClose', async () => watch.stop())
}

/** Omits the processes from JSON. */
function withoutProcesses(key: string, value: unknown): unknown {
  return key === 'holder' || key === 'run' ? undefined : value
}

function isFromAnotherSite(site: string | string[] | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}
