import getPort from 'get-port'
import { expect, it } from 'vitest'
import { buildCoreApp } from './app.fixture.js'
import { startModel, streams } from './model/server.fixture.js'

it.each(['', 'a-key'])('sends neither the id nor the trace of a request to the model, with the key %j', async (key) => {
  const model = await startModel(streams(['Hello']))
  const { app } = buildCoreApp({ POSTGRES_PORT: String(await getPort()), ...model.env, LLM_API_KEY: key })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await app.inject({
    method: 'POST',
    url: '/api/v1/llm/chat',
    headers: { 'x-request-id': 'abc', traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'a=1' },
    payload: { messages: [{ role: 'user', content: 'Hello' }] },
  })
  expect(model.asked).toHaveLength(1)
  expect(JSON.stringify(model.asked[0]!.headers)).not.toMatch(new RegExp(`abc|${traceId}|x-request-id|trace`))
})
