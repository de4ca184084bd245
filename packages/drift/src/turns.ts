import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Database } from './database.js'
import type { Tables } from './tables.js'

/** How long a process may take for its turn before others write again, in seconds. */
const leaseSeconds = 5

/** How long a process remembers that others write to a conversation, in milliseconds. */
const memoryMs = 2000

/** How long a process waits before it looks for a free turn, in milliseconds: at random, so that each of several gets one. */
const pauseMs = { least: 10, most: 40 }

/**
 * Turns of processes that write to one conversation at the same time. Without them, the process with the shorter way
 * decides and writes again before the others are ready, so that they lose nearly every race. A process that has lost
 * reserves the conversation for its next message. A conversation that one process writes to is never reserved.
 */
export interface Turns {
  /** Waits and reserves a turn if other processes write to the conversation; returns false when the turn is taken. */
  take(conversationId: string): Promise<boolean>
  /** Notes that another process was faster, or has reserved the conversation. */
  lost(conversationId: string): void
  /** The condition under which a conversation may be written to. */
  readonly isFree: SQL
  /** The columns of a conversation whose turn is over. */
  readonly released: { readonly turnOwner: null; readonly turnUntil: null }
}

/** Creates the turns of one process. */
export function createTurns(database: Database, { conversations }: Tables): Turns {
  const owner = randomUUID()
  const contended = new LRUCache<string, true>({ max: 1000, ttl: memoryMs })
  const isFree = sql`(${conversations.turnOwner} is null or ${conversations.turnOwner} = ${owner} or ${conversations.turnUntil} < now())`
  return {
    isFree,
    released: { turnOwner: null, turnUntil: null },
    async take(conversationId) {
      if (!contended.has(conversationId)) return true
      await delay(pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least))
      const db = await database.use()
      const reserved = await db
        .update(conversations)
        .set({ turnOwner: owner, turnUntil: sql`now() + make_interval(secs => ${leaseSeconds})` })
        .where(and(eq(conversations.id, conversationId), isFree))
        .returning({ id: conversations.id })
      if (reserved.length > 0) return true
      // A deleted conversation has no turn either.
      const found = await db
        .select({ id: conversations.id })
        .from(conversations)
        .where(eq(conversations.id, conversationId))
      return found.length === 0
    },
    lost: (conversationId) => void contended.set(conversationId, true),
  }
}
