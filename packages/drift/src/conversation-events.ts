import { inArray, sql } from 'drizzle-orm'
import { openEventStream, type EventStream } from '@driftos/service'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Database } from './database.js'
import { DriftError } from './errors.js'
import type { Tables } from './tables.js'

/** How often the database is asked for changes, in milliseconds: one query for all conversations that are followed. */
const intervalMs = 1000
/** The limit of streams: each uses a connection while its page is open. */
const maxStreams = 500

/** The event streams of conversations. */
export interface ConversationEvents {
  /**
   * Answers with the server-sent events of a conversation: `data: {"version"}` now and after each change, whichever replica
   * makes it; the version is null while the conversation has no message.
   *
   * @throws {DriftError} `TOO_MANY_STREAMS`
   */
  follow(conversationId: string, reply: FastifyReply): void
}

interface Follower {
  readonly conversationId: string
  readonly stream: EventStream
  /** What was sent last. */
  revision?: string
}

/** Creates the event streams of an app, which end when it stops. */
export function createConversationEvents(
  app: FastifyInstance,
  database: Database,
  { conversations }: Tables,
): ConversationEvents {
  const followers = new Set<Follower>()
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    const ids = [...new Set([...followers].map(({ conversationId }) => conversationId))]
    const db = await database.use()
    const { id, version, createdAt } = conversations
    const rows = await db
      .select({ id, version, createdAt: sql<string>`${createdAt}::text` })
      .from(conversations)
      .where(inArray(id, ids))
    const found = new Map(rows.map((row) => [row.id, row]))
    for (const follower of followers) {
      const row = found.get(follower.conversationId)
      // A conversation that was deleted and created again restarts its versions.
      const revision = row ? `${row.createdAt} ${row.version}` : ''
      if (revision === follower.revision) continue
      follower.revision = revision
      follower.stream.send({ data: JSON.stringify({ version: row?.version ?? null }) })
    }
  }

  async function run(): Promise<void> {
    // While the database is down `/ready` reports it, and nothing changes.
    await look().catch(() => {})
    timer = followers.size > 0 ? setTimeout(() => void run(), intervalMs).unref() : undefined
  }

  app.addHook('preClose', async () => clearTimeout(timer))

  return {
    follow(conversationId, reply) {
      if (followers.size >= maxStreams)
        throw new DriftError(503, 'TOO_MANY_STREAMS', `${maxStreams} event streams are open: try again later`)
      const follower: Follower = { conversationId, stream: openEventStream(reply, { isEndless: true }) }
      followers.add(follower)
      follower.stream.signal.addEventListener('abort', () => followers.delete(follower))
      timer ??= setTimeout(() => void run(), 0)
    },
  }
}
