import { stripVTControlCharacters } from 'node:util'
import type { Env } from '@driftos/ports'
import { ControlError, findControl, type StackControl } from '@driftos/control'
import { openEventStream, type ServerSentEvent } from '@driftos/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { prettyLines } from '@driftos/service/log'
import { findNamed } from '../find.js'
import { failure } from './failure.js'
import { isBoundToLoopback, isFromThisMachine } from './loopback.js'
import type { ServiceRun } from './state.js'

/** How many of the last lines of a service's output a reader gets first. */
const lastLines = 200
/** Formats a structured line as the stack does in a terminal. */
const formatLine = prettyLines(false)
const maxReaders = 20

/**
 * Returns the control of the stack that started this server; undefined where no page may use it: in production, or when the
 * server is bound to more than loopback.
 */
export function findUsableControl(env: Env): StackControl | undefined {
  return env['NODE_ENV'] !== 'production' && isBoundToLoopback(env) ? findControl(env) : undefined
}

/** Returns how the stack runs each of its services; empty when it does not answer. */
export async function readRuns(control: StackControl | undefined): Promise<ReadonlyMap<string, ServiceRun>> {
  const status = await control?.status().catch(() => undefined)
  return new Map(
    status?.services.map(({ service, state, restarts, lastExit }) => [service, { state, restarts, lastExit }]),
  )
}

/**
 * Serves the output and the restart of the services that the stack runs, only for pages of this site that are read on this
 * machine: `GET /api/services/:service/logs` as server-sent events, and `POST /api/services/:service/restart`.
 */
export function serveStack(app: FastifyInstance, env: Env): void {
  const control = findUsableControl(env)
  if (!control) return
  let readers = 0

  app.get<{ Params: { service: string } }>(
    '/api/services/:service/logs',
    { exposeHeadRoute: false },
    async (request, reply) => {
      if (!isAllowed(request, ['same-origin', 'none'])) return forbid(reply)
      const service = findNamed(request.params.service)
      if (!service) return reply.callNotFound()
      if (readers >= maxReaders) {
        return reply
          .code(503)
          .send(failure('TOO_MANY_READERS', `${maxReaders} pages are reading already; try again later`))
      }
      const stream = openEventStream(reply, { isEndless: true })
      readers++
      stream.signal.addEventListener('abort', () => readers--)
      void stream.sendAll(readLines(control, service, stream.signal))
      return reply
    },
  )

  app.post<{ Params: { service: string } }>('/api/services/:service/restart', async (request, reply) => {
    // Only a script of this site can send the header, and a browser adds the site to every request.
    if (!isAllowed(request, ['same-origin']) || request.headers['x-driftos'] !== 'restart') return forbid(reply)
    const service = findNamed(request.params.service)
    if (!service) return reply.callNotFound()
    try {
      await control.restart(service)
      return await reply.code(202).send({ success: true })
    } catch (error) {
      if (!(error instanceof ControlError)) throw error
      return reply.code(error.code === 'UNKNOWN_SERVICE' ? 404 : 503).send(failure(error.code, error.message))
    }
  })
}

async function* readLines(
  control: StackControl,
  service: string,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  try {
    for await (const line of control.logs({ service, lines: lastLines, follow: true, signal })) {
      const text = formatLine(stripVTControlCharacters(line.text)).trimEnd()
      yield { data: JSON.stringify({ ...line, text }) }
    }
  } catch (error) {
    yield { event: 'failure', data: JSON.stringify((error as Error).message) }
  }
}

function isAllowed(request: FastifyRequest, sites: readonly string[]): boolean {
  return isFromThisMachine(request) && sites.includes(String(request.headers['sec-fetch-site']))
}

function forbid(reply: FastifyReply): FastifyReply {
  return reply.code(403).send(failure('FORBIDDEN', 'Only pages of this site on this machine may control its services'))
}
