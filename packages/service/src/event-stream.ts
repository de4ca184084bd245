import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** The open streams that a stop of the app ends. */
    readonly endlessStreams: Set<EventStream>
  }
}

/** How often a comment is sent, so that no proxy closes an idle connection. */
const heartbeatMs = 15_000

/** How far behind a reader may be before it is disconnected, in bytes. */
const maxBacklogBytes = 1_048_576

/** One event of a stream, by the HTML standard. */
export interface ServerSentEvent {
  /** The type; `message` by default. */
  readonly event?: string
  /** The data, in one line. */
  readonly data?: string
  /** How soon a browser reconnects, in milliseconds. */
  readonly retry?: number
}

/** The options of `openEventStream`. */
export interface EventStreamOptions {
  /** Whether the stream has no end of its own: a stop of the app ends it. */
  readonly isEndless: boolean
  /** How often a comment is sent, in milliseconds; 15,000 by default. */
  readonly heartbeatMs?: number
  /** How far behind a reader may be before it is disconnected, in bytes; 1 MiB by default. */
  readonly maxBacklogBytes?: number
}

/** The server-sent events of one reader. */
export interface EventStream {
  /** Sends an event; disconnects a reader that is too far behind. */
  send(event: ServerSentEvent): void
  /**
   * Sends events as fast as the reader reads them, and ends the stream after the last one. An error of the events breaks the
   * connection off. Never rejects.
   */
  sendAll(events: AsyncIterable<ServerSentEvent>): Promise<void>
  /** Ends the stream; has no effect on one that has ended. */
  end(): void
  /** Aborted when the stream has ended or the reader has disconnected. */
  readonly signal: AbortSignal
}

/** Prepares an app for event streams. */
export function registerEventStreams(app: FastifyInstance): void {
  app.decorate('endlessStreams', new Set<EventStream>())
  // An endless answer would keep the app from stopping.
  app.addHook('preClose', async () => {
    for (const stream of app.endlessStreams) stream.end()
  })
}

/** Answers with server-sent events, with comments in between. */
export function openEventStream(reply: FastifyReply, options: EventStreamOptions): EventStream {
  const { endlessStreams } = reply.server
  const body = new PassThrough()
  const closed = new AbortController()
  const heartbeat = setInterval(() => write(':\n\n'), options.heartbeatMs ?? heartbeatMs).unref()

  function write(text: string): void {
    if (body.writableLength > (options.maxBacklogBytes ?? maxBacklogBytes)) body.destroy()
    else if (!body.writableEnded && !body.destroyed) body.write(text)
  }

  const stream: EventStream = {
    send: (event) => write(format(event)),
    async sendAll(events) {
      try {
        for await (const event of events) {
          write(format(event))
          if (body.writableNeedDrain) await once(body, 'drain', closed).catch(() => {})
          if (closed.signal.aborted) return
        }
        stream.end()
      } catch (error) {
        body.destroy(error as Error)
      }
    },
    end() {
      if (!body.writableEnded) body.end()
    },
    signal: closed.signal,
  }
  if (options.isEndless) endlessStreams.add(stream)
  body.once('close', () => {
    clearInterval(heartbeat)
    endlessStreams.delete(stream)
    closed.abort()
  })
  // Its first event may be far away, and the headers go with the first bytes.
  if (options.isEndless) write(':\n\n')
  void reply
    // The last one keeps nginx from collecting the answer.
    .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    .type('text/event-stream; charset=utf-8')
    .send(body)
  return stream
}

function format({ retry, event, data }: ServerSentEvent): string {
  const lines = Object.entries({ retry, event, data }).filter(([, value]) => value !== undefined)
  return `${lines.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`
}
