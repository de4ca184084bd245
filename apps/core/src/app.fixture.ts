import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Env } from '@driftos/ports'
import { onTestFinished } from 'vitest'
import { buildCore } from './app.js'

/** Builds core with an environment; returns functions that call it. */
export function buildCoreApp(env: Env) {
  const app = buildCore({ LOG_LEVEL: 'silent', ...env })
  onTestFinished(() => app.close())

  async function post(path: string, payload?: object) {
    const url = `/api/v1/${path}`
    const response = await app.inject(payload ? { method: 'POST', url, payload } : { method: 'POST', url })
    return { status: response.statusCode, ...response.json<Answer>() }
  }

  /** Routes a message and expects success. */
  async function route(conversationId: string, content: string): Promise<Routed> {
    const { status, data, error } = await post('drift/route', { conversationId, content })
    if (status !== 200) throw new Error(`${status} ${error?.message}`)
    return data as Routed
  }

  const metric = async (line: string) => {
    const { payload } = await app.inject('/metrics')
    return Number(
      payload
        .split('\n')
        .find((text) => text.startsWith(`${line} `))
        ?.slice(line.length + 1),
    )
  }
  return { app, post, route, metric }
}

interface Answer {
  readonly success: boolean
  readonly data?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

interface Routed {
  readonly action: string
  readonly branchId: string
  readonly branchTopic: string
  readonly reason: string
  readonly confidence: number
}

/** Starts an HTTP server that answers with a given decision, in place of embed. */
export async function startEmbed(decision: object, status = 200) {
  const asked: { content: string; branches: { id: string; isCurrent: boolean }[] }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      asked.push(JSON.parse(text) as (typeof asked)[number])
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ success: status === 200, data: decision }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return { env: { EMBED_HOST: '127.0.0.1', EMBED_PORT: String(port) }, asked }
}
