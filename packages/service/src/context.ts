import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { Env } from '@driftos/ports'
import type { FastifyInstance } from 'fastify'
import { parseSettings } from './settings.js'
import { answerMs } from './time-limits.js'
import { continueTrace, traceHeaders, type Trace } from './trace.js'

/** The request in progress. */
interface Context {
  /** Its fields for the log. */
  readonly fields: { readonly reqId: string; readonly traceId: string }
  /** The headers for the services that it calls. */
  readonly headers: Readonly<Record<string, string>>
  /** When it must have an answer, by the clock of `performance.now()`. */
  readonly deadline: number
}

const current = new AsyncLocalStorage<Context>()

/** The property of a request for its trace: a WeakMap costs more than the trace itself. */
const traceKey = Symbol('trace')

/** Returns the trace of a request, the same for each call. */
export function traceOf(request: IncomingMessage & { [traceKey]?: Trace }): Trace {
  return (request[traceKey] ??= continueTrace(request.headers))
}

/**
 * Carries the id, the trace and the deadline of each request to `contextFetch`, and the id and the trace to every log line.
 * Only for services that call others from their handlers: it slows every promise down.
 */
export function carryContext(app: FastifyInstance, env: Env): void {
  const limitMs = answerMs(parseSettings(env))
  // After the body is parsed: its events belong to the connection, not to the request.
  app.addHook('preValidation', (request, _reply, done) => {
    const trace = traceOf(request.raw)
    const fields = { reqId: request.id, traceId: trace.traceId }
    const headers = { 'x-request-id': request.id, ...traceHeaders(trace) }
    current.run({ fields, headers, deadline: performance.now() + limitMs }, done)
  })
}

/**
 * Fetches, with the id and the trace of the request in progress, if there is one, and gives up with a `TimeoutError` before
 * the caller of that request does. Only for services of this system: to others the headers reveal which requests belong
 * together, and `tracestate` what the caller's vendors have written there.
 */
export const contextFetch: typeof fetch = (input, init) => {
  const context = current.getStore()
  if (!context) return fetch(input, init)
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  for (const [name, value] of Object.entries(context.headers)) headers.set(name, value)
  const deadline = AbortSignal.timeout(Math.max(0, Math.round(context.deadline - performance.now())))
  return fetch(input, { ...init, headers, signal: init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline })
}

/** Returns the fields of the request in progress for a log line; none if its logger has them already. */
export function contextFields(logger: { bindings?: () => object }): object {
  const context = current.getStore()
  return context && !('reqId' in (logger.bindings?.() ?? {})) ? context.fields : {}
}
