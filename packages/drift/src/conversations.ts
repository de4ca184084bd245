import { randomUUID } from 'node:crypto'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { isForeignKeyViolation } from './database-errors.js'
import type { DeletedConversation } from './contract.js'
import type { Database } from './database.js'
import type { BranchState, NewMessage, Save } from './decider.js'
import type { Tables } from './tables.js'
import type { Queries } from './transaction.js'
import type { Turns } from './turns.js'

/** How much of a conversation a decision sees: branches, messages of each, and characters of a message. */
const bounds = { branches: 100, messages: 8, characters: 1000 }

/** The state of a conversation that was read. A conversation that was deleted and created again restarts its versions. */
interface Revision {
  readonly version: number
  /** The database's text, because its time is more precise than a Date. */
  readonly createdAt: string
}

/** A conversation as a decision sees it. */
export interface ConversationState {
  /** Undefined for a conversation that has no message yet. */
  readonly revision: Revision | undefined
  /** The ones written to most recently, the current one first. */
  readonly branches: readonly BranchState[]
}

/** Reads the data for a decision; empty for an unknown conversation. */
export async function readConversationState(
  db: Queries,
  { conversations, branches, messages }: Tables,
  id: string,
): Promise<ConversationState> {
  // Read before the branches: a write in between makes the version stale, so that the decision is repeated.
  const [revision] = await db
    .select({ version: conversations.version, createdAt: sql<string>`${conversations.createdAt}::text` })
    .from(conversations)
    .where(eq(conversations.id, id))
  if (!revision) return { revision, branches: [] }
  const { rows } = await db.execute<Pick<BranchState, 'id' | 'topic' | 'recent'>>(sql`
    select ${branches.id}, ${branches.topic}, latest.recent
    from ${branches}
    cross join lateral (
      select json_agg(json_build_object('role', role, 'content', content) order by sequence) as recent,
        max(sequence) as sequence
      from (
        select role, left(content, ${bounds.characters}) as content, sequence
        from ${messages}
        where ${messages.branchId} = ${branches.id}
        order by sequence desc
        limit ${bounds.messages}
      ) as m
    ) as latest
    where ${branches.conversationId} = ${id} and latest.recent is not null
    order by latest.sequence desc
    limit ${bounds.branches}`)
  return {
    revision,
    branches: rows.map((row, index) => Object.assign(row, { isCurrent: index === 0 })),
  }
}

/** Whether a branch is one of a conversation's. */
export async function hasBranch(
  db: Queries,
  { branches }: Tables,
  conversationId: string,
  branchId: string,
): Promise<boolean> {
  const found = await db
    .select({ id: branches.id })
    .from(branches)
    .where(and(eq(branches.id, branchId), eq(branches.conversationId, conversationId)))
  return found.length > 0
}

/** The branch of a message: an existing or a new one. */
export type Place = { readonly branchId: string } | { readonly topic: string; readonly parentId?: string | undefined }

/** How to write a message. */
export interface WriteOptions {
  readonly revision: Revision | undefined
  readonly turns: Turns
  readonly place: Place
  readonly save?: Save | undefined
  /** Runs at the end of the transaction. */
  readonly finish?: (tx: Queries, written: WrittenMessage) => Promise<void>
}

/** What was written. */
export interface WrittenMessage {
  readonly messageId: string
  readonly branchId: string
  readonly topic: string
}

/**
 * Writes a message, and its branch and conversation where they are new: all of it or nothing.
 *
 * @returns undefined when the conversation is no longer what was read, or reserved by another process
 */
export async function writeMessage(
  database: Database,
  tables: Tables,
  { conversationId, role, content }: NewMessage,
  { revision, turns, place, save, finish }: WriteOptions,
): Promise<WrittenMessage | undefined> {
  const { conversations, branches, messages } = tables
  const branchId = 'branchId' in place ? place.branchId : randomUUID()
  const work = async (tx: Queries) => {
    // The row is locked until the end, so that the messages of one conversation are written one after another.
    const [claimed] =
      revision === undefined
        ? await tx.insert(conversations).values({ id: conversationId }).onConflictDoNothing().returning()
        : await tx
            .update(conversations)
            .set({ version: revision.version + 1, ...turns.released })
            .where(
              and(
                eq(conversations.id, conversationId),
                eq(conversations.version, revision.version),
                sql`${conversations.createdAt} = ${revision.createdAt}::timestamptz`,
                turns.isFree,
              ),
            )
            .returning()
    if (!claimed) return undefined

    const [branch] =
      'branchId' in place
        ? await tx
            .update(branches)
            .set({ updatedAt: sql`now()` })
            .where(eq(branches.id, branchId))
            .returning()
        : await tx
            .insert(branches)
            .values({ id: branchId, conversationId, parentId: place.parentId ?? null, topic: place.topic })
            .returning()
    const messageId = randomUUID()
    // Refused where no branch was updated.
    await tx.insert(messages).values({ id: messageId, branchId, role, content })
    await save?.(tx, branchId)
    const written = { messageId, branchId, topic: branch!.topic }
    await finish?.(tx, written)
    return written
  }
  return database.transaction(work).catch((error: unknown) => {
    if (isForeignKeyViolation(error)) return undefined
    throw error
  })
}

/** Deletes a conversation with all that is in it; undefined if there is none. */
export async function deleteConversation(
  database: Database,
  { conversations, branches, messages, facts, idempotencyKeys }: Tables,
  id: string,
): Promise<DeletedConversation | undefined> {
  return database.transaction(async (tx) => {
    // Locked first, so that the counts match the deleted rows.
    const [found] = await tx.select().from(conversations).where(eq(conversations.id, id)).for('update')
    if (!found) return undefined
    const { rows } = await tx.execute<DeletedConversation>(sql`
      with doomed as (select ${branches.id} from ${branches} where ${branches.conversationId} = ${id})
      select (select count(*)::int from doomed) as "deletedBranches",
        (select count(*)::int from ${messages} where branch_id in (select id from doomed)) as "deletedMessages",
        (select count(*)::int from ${facts} where branch_id in (select id from doomed)) as "deletedFacts"`)
    await tx.delete(conversations).where(eq(conversations.id, id))
    // The answers contain topics. A request in progress keeps its key.
    await tx
      .delete(idempotencyKeys)
      .where(and(eq(idempotencyKeys.conversationId, id), isNotNull(idempotencyKeys.answer)))
    return rows[0]
  })
}
