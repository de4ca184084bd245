import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { embedDecider } from './embed-decider.js'

const decision = { action: 'STAY', reason: 'it goes on', confidence: 1, similarity: 0.9 }
const answers: RequestListener = (_request, response) =>
  void response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ success: true, data: decision }))

/** How long the decider rests: longer than a few calls that fail at once, on a machine that others use too. */
const restMs = 2000

/** Starts a server in place of embed, whose listener can be replaced, and a decider. */
async function start(listener: RequestListener) {
  const embed = { listener, requests: 0 }
  const server = createServer((request, response) => {
    embed.requests++
    request.resume()
    embed.listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const decider = embedDecider({ EMBED_HOST: '127.0.0.1', EMBED_PORT: String(port) }, { restMs })
  onTestFinished(() => decider.close())
  const decide = () => decider.decide({ conversationId: 'x', role: 'user', content: 'Hello' }, [])
  return { embed, decide }
}

describe('embedDecider', () => {
  it.each<[string, RequestListener]>([
    ['is stopped', () => {}],
    ['closes the connection', (request) => request.destroy()],
    ['fails', (_request, response) => void response.writeHead(500).end()],
    ['answers something else', (_request, response) => void response.end('<html>')],
  ])('waits for embed once when it %s, then fails at once until one call succeeds', async (_what, listener) => {
    const { embed, decide } = await start(listener)
    await expect(decide()).rejects.toThrow(/embed|open/)
    for (let index = 0; index < 5; index++) await expect(decide()).rejects.toThrow(/embed|open/)
    expect(embed.requests).toBe(1)

    embed.listener = answers
    await delay(restMs + 20)
    // One call finds out whether embed is back, and the others do not wait for it.
    const results = await Promise.allSettled([decide(), decide(), decide()])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await Promise.all([decide(), decide()])).toEqual([decision, decision])
  })

  it('rests again when the call after the rest fails', async () => {
    const { embed, decide } = await start((_request, response) => void response.writeHead(500).end())
    await expect(decide()).rejects.toThrow(/embed|open/)
    await delay(restMs + 20)
    await expect(decide()).rejects.toThrow(/embed|open/)
    await expect(decide()).rejects.toThrow(/embed|open/)
    expect(embed.requests).toBe(2)
  })
})
