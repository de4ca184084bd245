import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import getPort from 'get-port'
import { expect, it, onTestFinished } from 'vitest'
import { buildCoreApp } from './app.fixture.js'
import { streams } from './model-server.fixture.js'

it.each([undefined, 'a-key'])('sends the id and the trace of a request to the model, with the key %s', async (key) => {
  const seen: IncomingHttpHeaders[] = []
  const model = createServer((request, response) => {
    seen.push(request.headers)
    request.resume().on('end', () => streams(['Hello'])(response, {} as never))
  }).listen(0, '127.0.0.1')
  await once(model, 'listening')
  onTestFinished(() => model.close().closeAllConnections())
  const { app } = buildCoreApp({
    POSTGRES_PORT: String(await getPort()),
    LLM_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`,
    LLM_MODEL: 'test',
    ...(key !== undefined && { LLM_API_KEY: key }),
  })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await app.inject({
    method: 'POST',
    url: '/api/v1/llm/chat',
    headers: { 'x-request-id': 'abc', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    payload: { messages: [{ role: 'user', content: 'Hello' }] },
  })
  expect(seen).toMatchObject([
    { 'x-request-id': 'abc', traceparent: expect.stringMatching(`^00-${traceId}-[\\da-f]{16}-01$`) as string },
  ])
})
