import { request, type IncomingMessage } from 'node:http'
import type { Env } from '@driftos/ports'
import { ControlError, type ControlErrorCode } from './control-error.js'
import { controlVariable, type ControlFailure, type LogLine, type StackStatus } from './protocol.js'

/** Which lines `logs` returns. */
export interface LogOptions {
  /** One service; all services unless given. */
  readonly service?: string
  /** How many of the last lines come first, 0 to 10,000; 100 unless given. The stack keeps up to 1,000 lines a service. */
  readonly lines?: number
  /** Whether to continue with new lines until the signal, or the end of the stack; false unless given. */
  readonly follow?: boolean
  /** Ends the iteration. */
  readonly signal?: AbortSignal
}

/** A connection to a running stack; each call makes its own request. Every function throws `ControlError`. */
export interface StackControl {
  /** The path of the socket. */
  readonly path: string
  /** Returns the stack and its services. */
  status(): Promise<StackStatus>
  /** Yields the status now and after each change, until the signal or the end of the stack. */
  watch(options?: { readonly signal?: AbortSignal }): AsyncGenerator<StackStatus, void>
  /** Yields the last lines of output, oldest first, and then new ones with `follow`. */
  logs(options?: LogOptions): AsyncGenerator<LogLine, void>
  /** Stops a service gracefully and starts it again; starts one that is not running. Returns before it is ready. */
  restart(service: string): Promise<void>
  /** Stops the stack as a signal does: services first, then the database. Returns before they have stopped. */
  stop(): Promise<void>
}

/** How long the stack may take to begin an answer, in milliseconds. */
const answerTimeoutMs = 5000

/** Returns the control of the stack that started this process; undefined for a process that no stack started. */
export function findControl(env: Env): StackControl | undefined {
  const path = env[controlVariable]?.trim()
  return path ? connectControl(path) : undefined
}

/**
 * Returns the control of the stack at a socket. Nothing is connected before the first call.
 *
 * @param path - the path of the socket, such as `findRunningStacks` returns
 */
export function connectControl(path: string): StackControl {
  return {
    path,
    async status() {
      return read<StackStatus>(path, await send(path, 'GET', '/status'))
    },
    async *watch({ signal } = {}) {
      yield* stream<StackStatus>(path, '/status?follow=true', signal)
    },
    async *logs({ service, lines, follow = false, signal } = {}) {
      const query = new URLSearchParams({ follow: String(follow) })
      if (service !== undefined) query.set('service', service)
      if (lines !== undefined) query.set('lines', String(lines))
      yield* stream<LogLine>(path, `/logs?${query.toString()}`, signal)
    },
    async restart(service) {
      ;(await send(path, 'POST', `/services/${encodeURIComponent(service)}/restart`)).resume()
    },
    async stop() {
      ;(await send(path, 'POST', '/stop')).resume()
    },
  }
}

/** Sends a request and returns the answer once its head has arrived. */
async function send(path: string, method: 'GET' | 'POST', url: string, signal?: AbortSignal): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ socketPath: path, method, path: url, agent: false, ...(signal && { signal }) }, resolve)
    outgoing.setTimeout(answerTimeoutMs, () => outgoing.destroy(new Error(`no answer within ${answerTimeoutMs} ms`)))
    outgoing.once('response', () => outgoing.setTimeout(0))
    outgoing.once('error', (cause) => {
      reject(
        new ControlError(
          'UNREACHABLE',
          `No stack answers at ${path}: ${cause.message}. Start it by \`pnpm dev\` or \`pnpm start\`.`,
          { cause },
        ),
      )
    })
    outgoing.end()
  })
  if (response.statusCode! < 400) return response
  const { error } = await read<ControlFailure>(path, response)
  throw new ControlError(error.code as ControlErrorCode, error.message)
}

async function read<Body>(path: string, response: IncomingMessage): Promise<Body> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string
  return parse(path, text) as Body
}

async function* stream<Item>(path: string, url: string, signal?: AbortSignal): AsyncGenerator<Item, void> {
  if (signal?.aborted) return
  try {
    const response = await send(path, 'GET', url, signal)
    let rest = ''
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield parse(path, line) as Item
    }
  } catch (error) {
    if (signal?.aborted) return
    // The stack was killed while it sent.
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return
    throw error
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ControlError('PROTOCOL', `The process at ${path} does not answer as a stack does`, { cause })
  }
}
