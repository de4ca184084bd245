import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Asked {
  readonly stream?: boolean
  readonly messages: readonly { readonly role: string; readonly content: string }[]
}

/**
 * Starts a server with OpenAI's API. It decides that every message stays, and streams the answer "You said" and the
 * message. If the message contains `break off`, the answer breaks off after the first piece; with `go on` it never ends.
 */
export async function startFakeModel() {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const body = JSON.parse(text) as Asked
      asked.push(body)
      if (body.stream) stream(response, body.messages.at(-1)!.content)
      else decide(response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    /** The variables that configure core to use this server. */
    env: { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: 'test-model' },
    asked,
    stop: () => server.close().closeAllConnections(),
  }
}

function decide(response: ServerResponse): void {
  const decision = { action: 'STAY', branch: null, topic: null, reason: 'it goes on', confidence: 0.8 }
  const message = { role: 'assistant', content: JSON.stringify(decision) }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
  )
}

function stream(response: ServerResponse, question: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (content: string, finish: string | null = null) =>
    void response.write(
      `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`,
    )
  send('You said ')
  if (question.includes('go on')) return
  if (question.includes('break off')) {
    setImmediate(() => response.destroy())
    return
  }
  send(question)
  send('.', 'stop')
  response.end('data: [DONE]\n\n')
}
