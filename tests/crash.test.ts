import { createServer } from 'node:http'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runsPostgresTests, startPostgres } from '../packages/testing/src/database/index.js'
import { becomesHealthy, startBuiltProcess } from './built-process.js'
import { findFreeOffset, portAt } from './free-offset.js'

const root = fileURLToPath(new URL('..', import.meta.url))

const hasPostgres = runsPostgresTests()

/** Starts clients that send messages until they are stopped, and records the acknowledged ones. */
function startClients(origin: string) {
  const acknowledged: string[] = []
  const over = new AbortController()
  const clients = Array.from({ length: 6 }, async (_, client) => {
    for (let index = 0; !over.signal.aborted; index++) {
      const content = `${['Cook pasta with sauce', 'Repair the brakes of my car'][index % 2]}, ${client}/${index}`
      const body = JSON.stringify({ conversationId: `crash-${client % 2}`, content })
      const headers = { 'content-type': 'application/json' }
      await fetch(`${origin}/api/v1/drift/route`, { method: 'POST', headers, body }).then(
        async (response) => {
          await response.text()
          if (response.ok) acknowledged.push(content)
        },
        () => {},
      )
      if (!acknowledged.includes(content)) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  return {
    acknowledged,
    /** Waits until this many more are acknowledged. */
    more: async (count: number) => {
      const wanted = acknowledged.length + count
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(wanted), { timeout: 60_000, interval: 50 })
    },
    stop: async () => {
      over.abort()
      await Promise.all(clients)
    },
  }
}

async function get<Data>(url: string): Promise<Data> {
  const { data } = (await (await fetch(url)).json()) as { data: Data }
  return data
}

/** Returns every stored message, and an empty text for each branch without one. */
async function readAll(origin: string): Promise<string[]> {
  const kept: string[] = []
  for (const conversation of ['crash-0', 'crash-1']) {
    const branches = await get<{ id: string; messageCount: number }[]>(
      `${origin}/api/v1/drift/branches/${conversation}`,
    )
    for (const { id, messageCount } of branches) {
      if (messageCount === 0) kept.push('')
      const { messages } = await get<{ messages: { content: string }[] }>(`${origin}/api/v1/context/${id}`)
      kept.push(...messages.map(({ content }) => content))
    }
  }
  return kept
}

describe('kill -9 under load', { timeout: 240_000 }, () => {
  it.skipIf(!hasPostgres)(
    'of core, on a real PostgreSQL: no acknowledged message is lost, none is half-written',
    async () => {
      const server = await startPostgres()
      onTestFinished(() => server.stop())
      const offset = await findFreeOffset()
      const core = startBuiltProcess('apps/core', { DRIFTOS_PORT_OFFSET: offset, DATABASE_URL: server.url })
      const origin = `http://127.0.0.1:${portAt('core', offset)}`
      const clients = startClients(origin)
      for (let round = 0; round < 3; round++) {
        await clients.more(20)
        await core.kill()
        core.start()
      }
      await clients.more(20)
      await clients.stop()
      const kept = await readAll(origin)
      expect(kept).toEqual(expect.arrayContaining(clients.acknowledged))
      expect(kept).not.toContain('')
      expect(new Set(kept).size).toBe(kept.length)
    },
  )

  it('of embed, and of the embedded database, to which embed reconnects', async () => {
    const offset = await findFreeOffset()
    const data = `${root}/.driftos/postgres-${portAt('postgres', offset)}`
    onTestFinished(() => rm(data, { recursive: true, force: true }))
    const env = { DRIFTOS_PORT_OFFSET: offset }
    const database = startBuiltProcess('packages/dev-postgres', env)
    const embed = startBuiltProcess('apps/embed', env)
    const origin = `http://127.0.0.1:${portAt('embed', offset)}`
    // The first start of a database writes half a gigabyte.
    const status = async () => (await fetch(`${origin}/ready`)).status
    await expect.poll(() => status().catch(() => 0), { timeout: 120_000, interval: 250 }).toBe(200)
    const clients = startClients(origin)
    await clients.more(20)
    await embed.kill()
    embed.start()
    await clients.more(20)
    await database.kill()
    await expect.poll(status).toBe(503)
    database.start()
    await clients.more(20)
    await clients.stop()
    const kept = await readAll(origin)
    expect(kept).toEqual(expect.arrayContaining(clients.acknowledged))
    expect(kept).not.toContain('')
    expect(new Set(kept).size).toBe(kept.length)
  })

  it('of the gateway: every answer is complete, and it serves again after a restart', async () => {
    const whole = 'x'.repeat(200_000)
    let open = 0
    const upstream = createServer((_request, response) => {
      open++
      response.on('close', () => open--).end(whole)
    })
    const offset = await findFreeOffset()
    await new Promise<void>((resolve) => upstream.listen(portAt('core', offset), '127.0.0.1', resolve))
    onTestFinished(() => void upstream.close())
    const gateway = startBuiltProcess('apps/gateway', { DRIFTOS_PORT_OFFSET: offset })
    const origin = `http://127.0.0.1:${portAt('gateway', offset)}`
    await becomesHealthy(origin)
    const over = new AbortController()
    const answers: string[] = []
    const clients = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) {
        // An answer that breaks off is an error, never a shorter answer.
        await fetch(`${origin}/api/v1/x`).then(
          async (response) => answers.push(await response.text().catch(() => whole)),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        )
      }
    })
    for (let round = 0; round < 3; round++) {
      const wanted = answers.length + 50
      await vi.waitFor(() => expect(answers.length).toBeGreaterThan(wanted), { timeout: 30_000 })
      await gateway.kill()
      gateway.start()
      await becomesHealthy(origin)
    }
    over.abort()
    await Promise.all(clients)
    expect(new Set(answers.map((answer) => answer === whole))).toEqual(new Set([true]))
    await expect.poll(() => open).toBe(0)
  })
})
