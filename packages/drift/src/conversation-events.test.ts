import { startEmbeddedDatabase } from '@driftos/testing/database'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildDriftApp } from './api.fixture.js'

let embedded: Awaited<ReturnType<typeof startEmbeddedDatabase>>

beforeAll(async () => {
  embedded = await startEmbeddedDatabase()
})

afterAll(() => embedded.stop())

const build = () => buildDriftApp({ POSTGRES_PORT: String(embedded.port) })

/** Reads the events of a conversation as a client does. */
async function follow({ app }: ReturnType<typeof build>, id: string) {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const response = await fetch(`${origin}/api/v1/drift/conversations/${id}/events`, { signal: abort.signal })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk
  })()
  reading.catch(() => {})
  const versions = () => [...text.matchAll(/^data: (.+)\n\n/gm)].map(([, data]) => (JSON.parse(data!) as Event).version)
  return { response, reading, versions }
}

interface Event {
  readonly version: number | null
}

const soon = { timeout: 10_000, interval: 50 }

describe('the events of a conversation', () => {
  it('come at each change by any replica, and about no other conversation', async () => {
    const here = build()
    const there = build()
    const { response, versions } = await follow(here, 'followed')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    await expect.poll(versions, soon).toEqual([null])

    await there.route('followed', 'trip to Paris')
    await expect.poll(versions, soon).toEqual([null, 1])
    await there.route('other', 'trip to Rome')
    const { branchId } = await here.route('followed', 'dinner')
    await expect.poll(versions, soon).toEqual([null, 1, 2])
    await there.call('DELETE', `drift/branches/${branchId}`)
    await expect.poll(versions, soon).toEqual([null, 1, 2, 3])
    await there.call('DELETE', 'drift/conversations/followed')
    await expect.poll(versions, soon).toEqual([null, 1, 2, 3, null])
    // Its versions start again.
    await there.route('followed', 'trip to Oslo')
    await expect.poll(versions, soon).toEqual([null, 1, 2, 3, null, 1])
  })

  it('begin with the present version', async () => {
    const api = build()
    await api.route('present', 'trip')
    await api.route('present', 'dinner')
    const { versions } = await follow(api, 'present')
    await expect.poll(versions, soon).toEqual([2])
  })

  it('wait for a database that is away', async () => {
    const api = buildDriftApp({ POSTGRES_PORT: '1' })
    const { response, versions, reading } = await follow(api, 'away')
    expect(response.status).toBe(200)
    expect(versions()).toEqual([])
    await api.app.close()
    await reading
  })

  it('end when the app stops', async () => {
    const api = build()
    const { reading, versions } = await follow(api, 'stopped')
    await expect.poll(versions, soon).toEqual([null])
    await api.app.close()
    await reading
  })

  it('are refused for an id that no conversation has', async () => {
    const { call } = build()
    expect(await call('GET', 'drift/conversations/%00/events')).toMatchObject({ status: 400 })
  })
})
