import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runsPostgresTests, startPostgres } from '../packages/testing/src/database/index.js'
import { becomesHealthy, startBuiltProcess } from './built-process.js'
import { findFreeOffset, portAt } from './free-offset.js'

/** Starts a balancer of connections, as Kubernetes has it: it gives each new connection to one of the live ports. */
async function startBalancer(live: Set<number>) {
  let turn = 0
  const server = createServer((client) => {
    const ports = [...live]
    const upstream = connect(ports[turn++ % ports.length]!, '127.0.0.1')
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => client.resetAndDestroy()).on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('a rolling restart', { timeout: 240_000 }, () => {
  it.skipIf(!runsPostgresTests())('of two cores behind the gateway fails no request and loses no message', async () => {
    const database = await startPostgres()
    onTestFinished(() => database.stop())
    const cores = []
    for (let index = 0; index < 2; index++) {
      const offset = await findFreeOffset()
      const port = portAt('core', offset)
      const core = startBuiltProcess('apps/core', { DRIFTOS_PORT_OFFSET: offset, DATABASE_URL: database.url })
      await becomesHealthy(`http://127.0.0.1:${port}`, '/ready')
      cores.push({ core, port })
    }
    const live = new Set(cores.map(({ port }) => port))
    const balancer = await startBalancer(live)
    const offset = await findFreeOffset()
    startBuiltProcess('apps/gateway', { DRIFTOS_PORT_OFFSET: offset, CORE_URL: `http://127.0.0.1:${balancer}` })
    const origin = `http://127.0.0.1:${portAt('gateway', offset)}`
    await becomesHealthy(origin)

    const over = new AbortController()
    const statuses: number[] = []
    const clients = Array.from({ length: 8 }, async (_, client) => {
      const conversationId = `rolling-${client}`
      for (let index = 0; !over.signal.aborted; index++) {
        const body = JSON.stringify({ conversationId, content: `Water the garden, ${client}/${index}` })
        const headers = { 'content-type': 'application/json' }
        for (const response of [
          await fetch(`${origin}/api/v1/drift/route`, { method: 'POST', headers, body }),
          await fetch(`${origin}/api/v1/drift/branches/${conversationId}`),
        ]) {
          await response.text()
          statuses.push(response.status)
        }
      }
    })
    for (const { core, port } of [...cores, ...cores]) {
      // As the preStop hook of the manifests: no new connection for a moment, then the signal.
      live.delete(port)
      await delay(500)
      await core.kill('SIGTERM')
      core.start()
      await becomesHealthy(`http://127.0.0.1:${port}`, '/ready')
      live.add(port)
      const seen = statuses.length
      await expect.poll(() => statuses.length).toBeGreaterThan(seen + 20)
    }
    over.abort()
    await Promise.all(clients)
    expect(new Set(statuses)).toEqual(new Set([200]))

    let stored = 0
    for (let client = 0; client < clients.length; client++) {
      const response = await fetch(`${origin}/api/v1/drift/branches/rolling-${client}`)
      const { data } = (await response.json()) as { data: { messageCount: number }[] }
      for (const { messageCount } of data) stored += messageCount
    }
    expect(stored * 2).toBe(statuses.length)
  })
})
