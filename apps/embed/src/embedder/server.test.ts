import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasServer, prefix } from './server.fixture.js'
import { serverEmbedder } from './server.js'

async function start(listener: RequestListener, env: Record<string, string> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return serverEmbedder({ [`${prefix}_PORT`]: String(port), [`${prefix}_HOST`]: '127.0.0.1', ...env })
}

const answer =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe.skipIf(!hasServer)('the legacy embedding service', () => {
  it('gets the texts, and its model is part of the embedder’s name', async () => {
    const seen: unknown[] = []
    const embedder = await start((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        seen.push([request.method, request.url, JSON.parse(body)])
        const embeddings = [
          [3, 4],
          [0, 2],
        ].slice(0, body.includes('[') ? 2 : 1)
        answer({ embeddings, dimension: 2, model: 'mini' })(request, response)
      })
    })
    expect(await embedder.embed(['one'])).toEqual({ embedder: 'server-mini-2', vectors: [[0.6, 0.8]] })
    expect((await embedder.embed(['one', 'two'])).vectors).toEqual([
      [0.6, 0.8],
      [0, 1],
    ])
    expect(seen).toEqual([
      ['POST', '/embed', { text: 'one' }],
      ['POST', '/embed', { text: ['one', 'two'] }],
    ])
  })

  it.each([
    ['an error', answer({ detail: 'Model not loaded' }, 503)],
    ['no JSON', (_request, response) => void response.end('<html>')],
    ['too few vectors', answer({ embeddings: [], dimension: 2, model: 'mini' })],
    ['vectors of another dimension', answer({ embeddings: [[1, 2, 3]], dimension: 2, model: 'mini' })],
    ['something else', answer([1, 2])],
  ])('causes an error with its name when it answers %s', async (_what, listener) => {
    await expect((await start(listener)).embed(['one'])).rejects.toMatchObject({
      statusCode: 502,
      code: 'EMBEDDER_ANSWER',
      message: expect.stringMatching(/^legacyEmbedding answered \d+ without embeddings$/) as string,
    })
  })

  it('causes an error without an address when it is down', async () => {
    const embedder = serverEmbedder({ [`${prefix}_PORT`]: String(await getPort()) })
    await expect(embedder.embed(['one'])).rejects.toMatchObject({
      statusCode: 502,
      message: `legacyEmbedding is not reachable: start it, set ${prefix}_PORT to its port, or unset EMBEDDER`,
    })
  })

  it('causes an error when it does not answer within UPSTREAM_TIMEOUT_MS', async () => {
    const embedder = await start(() => {}, { UPSTREAM_TIMEOUT_MS: '100' })
    await expect(embedder.embed(['one'])).rejects.toMatchObject({
      statusCode: 504,
      message: 'legacyEmbedding did not answer within UPSTREAM_TIMEOUT_MS',
    })
  })
})
