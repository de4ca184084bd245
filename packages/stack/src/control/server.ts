import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { LogLine, StackStatus } from '@driftos/control'
import type { LogBuffer } from './log-buffer.js'

/** What the control server shows and does. */
export interface Controlled {
  readonly logs: LogBuffer
  readonly status: () => StackStatus
  /** Calls a function after each change of the status until the returned function is called. */
  readonly onChange: (run: () => void) => () => void
  readonly isStopping: () => boolean
  readonly restart: (service: string) => void
  readonly stop: () => void
}

/** How much a client that does not read may leave unsent before it is disconnected, in bytes. */
const longestBacklog = 4_194_304

const mostLines = 10_000

interface Answer {
  readonly status: number
  readonly body: object
}

/** Creates the server of the protocol that the README of `@driftos/control` describes. */
export function createControlServer(controlled: Controlled): Server {
  const server = createServer((request, response) => {
    const answer = route(controlled, request, response)
    if (answer) send(response, answer)
  })
  // Clients follow logs for hours.
  server.requestTimeout = 0
  return server
}

/** Returns the answer; undefined when the request is answered by a stream. */
function route(controlled: Controlled, request: IncomingMessage, response: ServerResponse): Answer | undefined {
  const [pathname = '', query] = (request.url ?? '').split('?', 2)
  const searchParams = new URLSearchParams(query)
  request.resume()
  const [, service] = /^\/services\/([^/]+)\/restart$/.exec(pathname) ?? []

  if (pathname === '/status') return only('GET', () => answerStatus(controlled, searchParams, response))
  if (pathname === '/logs') return only('GET', () => answerLogs(controlled, searchParams, response))
  if (service !== undefined) return only('POST', () => restart(controlled, decode(service)))
  if (pathname === '/stop') {
    return only('POST', () => {
      controlled.stop()
      return { status: 202, body: {} }
    })
  }
  return failure(404, 'NOT_FOUND', `The stack does not serve ${pathname}`)

  function only(method: string, answer: () => Answer | undefined): Answer | undefined {
    if (request.method === method) return answer()
    response.setHeader('allow', method)
    return failure(405, 'METHOD_NOT_ALLOWED', `${pathname} accepts ${method} only`)
  }
}

function answerStatus(controlled: Controlled, query: URLSearchParams, response: ServerResponse): Answer | undefined {
  if (query.get('follow') !== 'true') return { status: 200, body: controlled.status() }
  const write = openStream(response)
  const end = controlled.onChange(() => write(controlled.status()))
  response.once('close', end)
  write(controlled.status())
  return undefined
}

function answerLogs(
  { logs, status }: Controlled,
  query: URLSearchParams,
  response: ServerResponse,
): Answer | undefined {
  const service = query.get('service') ?? undefined
  const lines = query.get('lines') ?? '100'
  if (service !== undefined && !status().services.some((one) => one.service === service))
    return unknownService(service, status())
  if (!/^\d{1,5}$/.test(lines) || Number(lines) > mostLines) {
    return failure(
      400,
      'BAD_REQUEST',
      `lines=${JSON.stringify(lines)} is invalid: expected a number from 0 to ${mostLines}`,
    )
  }
  const write = openStream(response)
  for (const line of logs.last(Number(lines), service)) write(line)
  if (query.get('follow') !== 'true') {
    response.end()
    return undefined
  }
  const end = logs.follow((line) => {
    if (service === undefined || line.service === service) write(line)
  })
  response.once('close', end)
  return undefined
}

function restart({ isStopping, restart: run, status }: Controlled, service: string): Answer {
  if (!status().services.some((one) => one.service === service)) return unknownService(service, status())
  if (isStopping())
    return failure(409, 'STOPPING', 'The stack is stopping: start it again by `pnpm dev` or `pnpm start`')
  run(service)
  return { status: 202, body: {} }
}

/** Starts a stream of JSON lines and returns how to write one. */
function openStream(response: ServerResponse): (item: StackStatus | LogLine) => void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
  return (item) => {
    if (response.writableLength > longestBacklog) response.destroy()
    else if (!response.destroyed) response.write(`${JSON.stringify(item)}\n`)
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function unknownService(service: string, { services }: StackStatus): Answer {
  const names = services.map((one) => one.service).join(', ')
  return failure(404, 'UNKNOWN_SERVICE', `${service} is not a service of this stack: expected one of ${names}`)
}

function failure(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
