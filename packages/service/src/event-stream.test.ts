import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createService } from './create.js'
import { openEventStream, type EventStream, type EventStreamOptions, type ServerSentEvent } from './event-stream.js'
import { caller } from './services.fixture.js'

/** Starts a service with one stream; returns how to read it, and the stream of each reader. */
async function startStream(options: EventStreamOptions, begin: (stream: EventStream) => void = () => {}) {
  const app = createService({ service: caller, version: '1.0.0', env: { LOG_LEVEL: 'silent' } })
  const streams: EventStream[] = []
  app.get('/events', (_request, reply) => {
    const stream = openEventStream(reply, options)
    streams.push(stream)
    begin(stream)
    return reply
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  return { app, streams, origin, read: () => fetch(`${origin}/events`) }
}

/** Yields events until `count`, with the number of those that were taken. */
function createSource(count: number, fail?: Error) {
  const source = { taken: 0, isEnded: false, events }
  async function* events(): AsyncGenerator<ServerSentEvent> {
    try {
      while (source.taken < count) {
        source.taken++
        yield { data: 'x'.repeat(10_000) }
      }
      if (fail) throw fail
    } finally {
      source.isEnded = true
    }
  }
  return source
}

describe('openEventStream', () => {
  it('sends the headers of an endless stream at once', async () => {
    const { read } = await startStream({ isEndless: true })
    const { headers } = await read()
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
  })

  it('sends events with the fields that they have, and comments in silence', async () => {
    const { read } = await startStream({ isEndless: false, heartbeatMs: 50 }, (stream) => {
      stream.send({ retry: 1000 })
      stream.send({ event: 'site', data: '{"a":1}' })
      stream.send({ data: '[DONE]' })
      setTimeout(() => stream.end(), 130)
    })
    const sent = 'retry: 1000\n\nevent: site\ndata: {"a":1}\n\ndata: [DONE]\n\n'
    expect(await (await read()).text()).toMatch(new RegExp(`^${sent.replaceAll(/[[\]{}]/g, String.raw`\$&`)}(:\n\n)+$`))
  })

  it('ends at a stop of the app if it is endless', async () => {
    const { app, read } = await startStream({ isEndless: true })
    const response = await read()
    await app.close()
    expect(await response.text()).toMatch(/^[^]*\n\n$/)
  })

  it('reaches its end during a stop of the app if it has one', async () => {
    const { app, read } = await startStream({ isEndless: false }, (stream) => {
      setTimeout(() => {
        stream.send({ data: 'last' })
        stream.end()
      }, 600)
    })
    const response = await read()
    const [text] = await Promise.all([response.text(), app.close()])
    expect(text).toContain('data: last')
  })

  it('reports that the reader has disconnected, and accepts further events', async () => {
    const { streams, origin } = await startStream({ isEndless: true })
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
    await expect.poll(() => streams[0]!.signal.aborted).toBe(true)
    streams[0]!.send({ data: 'late' })
    streams[0]!.end()
  })

  it('disconnects a reader that is too far behind', async () => {
    const { streams, origin } = await startStream({ isEndless: true, maxBacklogBytes: 100_000 })
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    socket.pause()
    for (let sent = 0; sent < 2000 && !streams[0]!.signal.aborted; sent++) {
      streams[0]!.send({ data: 'x'.repeat(10_000) })
      if (sent % 10 === 0) await delay(1)
    }
    expect(streams[0]!.signal.aborted).toBe(true)
  })

  it('sends all events of a source, and ends', async () => {
    const source = createSource(500)
    const { read } = await startStream({ isEndless: false }, (stream) => void stream.sendAll(source.events()))
    expect((await (await read()).text()).match(/^data: /gm)).toHaveLength(500)
  })

  it('takes no more from a source than the reader reads, and nothing once it has disconnected', async () => {
    const source = createSource(100_000)
    const { origin } = await startStream({ isEndless: false }, (stream) => void stream.sendAll(source.events()))
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    socket.pause()
    let before = -1
    await expect.poll(() => before === (before = source.taken), { interval: 200, timeout: 10_000 }).toBe(true)
    expect(source.taken).toBeLessThan(10_000)
    socket.destroy()
    await expect.poll(() => source.isEnded).toBe(true)
  })

  it('breaks the answer off when the source fails', async () => {
    const source = createSource(1, new Error('the source failed'))
    const { read } = await startStream({ isEndless: false }, (stream) => void stream.sendAll(source.events()))
    await expect(read().then((response) => response.text())).rejects.toThrow('terminated')
  })
})
