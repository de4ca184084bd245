import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request to the model. */
export interface Asked {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: {
    readonly model: string
    readonly stream?: boolean
    readonly messages: readonly { readonly role: string; readonly content: string }[]
    readonly [parameter: string]: unknown
  }
}

/** How the model answers one request. */
export type Reply = (response: ServerResponse, asked: Asked) => void

/** Starts a server with OpenAI's API: each request gets the next reply, and later ones the last reply. */
export async function startModel(...replies: readonly Reply[]) {
  const asked: Asked[] = []
  const closed: number[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const index = asked.length
      const body = JSON.parse(text) as Asked['body']
      asked.push({ url: request.url!, headers: request.headers, body })
      response.on('close', () => {
        if (!response.writableFinished) closed.push(index)
      })
      replies[Math.min(index, replies.length - 1)]!(response, asked[index]!)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return {
    /** The variables that configure core to use this server. */
    env: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: 'test-model', LLM_API_KEY: 'key-of-hunter2' },
    asked,
    /** The indexes of the requests that were aborted before their answers. */
    closed,
  }
}

const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }

/** Answers with a text, or with JSON. */
export function says(content: unknown): Reply {
  return (response) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const message = { role: 'assistant', content: text }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'x', object: 'chat.completion', choices, usage }))
  }
}

/** Answers with an error. */
export function fails(status: number, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ error: { message: 'no, key-of-hunter2 is wrong', type: 'x' } }))
  }
}

/** Answers with any body. */
export function sends(status: number, type: string, body: string): Reply {
  return (response) => void response.writeHead(status, { 'content-type': type }).end(body)
}

/** Does not answer. */
export const isSilent: Reply = () => {}

/** Answers with invalid HTTP. */
export const saysNonsense: Reply = (response) => void response.end('<html>')

/** How a stream ends: complete, cut, without a finish_reason or [DONE], with either alone, or not at all. */
type Ending = 'done' | 'cut' | 'early' | 'finished' | 'marked' | 'open'

/** Streams pieces, and ends. */
export function streams(pieces: readonly string[], ending: Ending = 'done'): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (data: object) => void response.write(`data: ${JSON.stringify({ id: 'x', ...data })}\n\n`)
    for (const content of pieces) send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
    if (ending === 'open') return
    if (ending === 'cut') setTimeout(() => response.destroy(), 50)
    else if (ending === 'early') response.end()
    else if (ending === 'marked') response.write('data: [DONE]\n\n')
    else if (ending === 'finished') {
      send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
      setTimeout(() => response.destroy(), 50)
    } else {
      send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
      send({ choices: [], usage })
      response.end('data: [DONE]\n\n')
    }
  }
}
