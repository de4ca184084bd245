import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { continueTrace, traceHeaders, type Trace } from './trace.js'

/** The headers of the request in progress for the services that it calls. */
const current = new AsyncLocalStorage<Readonly<Record<string, string>>>()

const traces = new WeakMap<IncomingMessage, Trace>()

/** Returns the trace of a request, the same for each call. */
export function traceOf(request: IncomingMessage): Trace {
  let trace = traces.get(request)
  if (!trace) {
    trace = continueTrace(request.headers)
    traces.set(request, trace)
  }
  return trace
}

/**
 * Carries the id and the trace of each request to `contextFetch`. Only for services that call others from their handlers:
 * it slows every promise down.
 */
export function carryContext(app: FastifyInstance): void {
  // After the body is parsed: its events belong to the connection, not to the request.
  app.addHook('preValidation', (request, _reply, done) => {
    current.run({ 'x-request-id': request.id, ...traceHeaders(traceOf(request.raw)) }, done)
  })
}

/** Fetches, with the id and the trace of the request in progress, if there is one. */
export const contextFetch: typeof fetch = (input, init) => {
  const carried = current.getStore()
  if (!carried) return fetch(input, init)
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  for (const [name, value] of Object.entries(carried)) headers.set(name, value)
  return fetch(input, { ...init, headers })
}
