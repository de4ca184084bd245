import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { continueTrace, traceHeaders, type Trace } from './trace.js'

/** The request in progress. */
interface Context {
  /** Its fields for the log. */
  readonly fields: { readonly reqId: string; readonly traceId: string }
  /** The headers for the services that it calls. */
  readonly headers: Readonly<Record<string, string>>
}

const current = new AsyncLocalStorage<Context>()

/** The property of a request for its trace: a WeakMap costs more than the trace itself. */
const traceKey = Symbol('trace')

/** Returns the trace of a request, the same for each call. */
export function traceOf(request: IncomingMessage & { [traceKey]?: Trace }): Trace {
  return (request[traceKey] ??= continueTrace(request.headers))
}

/**
 * Carries the id and the trace of each request to `contextFetch` and to every log line. Only for services that call others from their handlers:
 * it slows every promise down.
 */
export function carryContext(app: FastifyInstance): void {
  // After the body is parsed: its events belong to the connection, not to the request.
  app.addHook('preValidation', (request, _reply, done) => {
    const trace = traceOf(request.raw)
    const fields = { reqId: request.id, traceId: trace.traceId }
    current.run({ fields, headers: { 'x-request-id': request.id, ...traceHeaders(trace) } }, done)
  })
}

/**
 * Fetches, with the id and the trace of the request in progress, if there is one. Only for services of this system: to
 * others they reveal which requests belong together, and `tracestate` what the caller's vendors have written there.
 */
export const contextFetch: typeof fetch = (input, init) => {
  const context = current.getStore()
  if (!context) return fetch(input, init)
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  for (const [name, value] of Object.entries(context.headers)) headers.set(name, value)
  return fetch(input, { ...init, headers })
}

/** Returns the fields of the request in progress for a log line; none if its logger has them already. */
export function contextFields(logger: { bindings?: () => object }): object {
  const context = current.getStore()
  return context && !('reqId' in (logger.bindings?.() ?? {})) ? context.fields : {}
}
