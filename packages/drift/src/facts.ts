import { randomUUID } from 'node:crypto'
import { asc, desc, eq, sql } from 'drizzle-orm'
import { isForeignKeyViolation } from './database-errors.js'
import type { Fact } from './contract.js'
import type { Role } from './decider.js'
import type { Tables } from './tables.js'
import type { Queries } from './transaction.js'

/** How many of a branch's latest messages are read for facts. */
const messagesRead = 200

/** A message in which facts are looked for. */
export interface FactSource {
  readonly id: string
  readonly role: Role
  readonly content: string
}

/** A fact as it was found in messages. */
export interface ExtractedFact {
  /** The key, such as `budget`. A branch has one fact per key, the latest. */
  readonly key: string
  readonly value: string
  /** From 0 to 1. */
  readonly confidence: number
  /** The messages that contain it. */
  readonly messageIds: readonly string[]
}

/** Finds facts in the messages of a branch, oldest first. */
export interface FactExtractor {
  extract(messages: readonly FactSource[]): Promise<readonly ExtractedFact[]>
}

/** The latest messages of a branch, the oldest of them first; undefined if there is no such branch. */
export async function readFactSources(
  db: Queries,
  { branches, messages }: Tables,
  branchId: string,
): Promise<FactSource[] | undefined> {
  const latest = await db
    .select({ id: messages.id, role: messages.role, content: messages.content })
    .from(messages)
    .where(eq(messages.branchId, branchId))
    .orderBy(desc(messages.sequence))
    .limit(messagesRead)
  if (latest.length > 0) return latest.toReversed()
  const [branch] = await db.select({ id: branches.id }).from(branches).where(eq(branches.id, branchId))
  return branch && []
}

/** Stores facts and replaces those with the same keys; returns undefined if there is no such branch. */
export async function saveFacts(
  db: Queries,
  { facts }: Tables,
  branchId: string,
  found: readonly ExtractedFact[],
): Promise<Fact[] | undefined> {
  // One statement may not write one row twice, and two that write the same rows in different orders can deadlock.
  const latest = [...new Map(found.map((fact) => [fact.key, fact])).values()].toSorted((one, other) =>
    one.key < other.key ? -1 : 1,
  )
  if (latest.length === 0) return []
  const rows = await db
    .insert(facts)
    .values(
      latest.map(({ key, value, confidence, messageIds }) => ({
        id: randomUUID(),
        branchId,
        key,
        value,
        confidence,
        messageIds: [...messageIds],
      })),
    )
    .onConflictDoUpdate({
      target: [facts.branchId, facts.key],
      set: {
        value: sql`excluded.value`,
        confidence: sql`excluded.confidence`,
        messageIds: sql`excluded.message_ids`,
      },
    })
    .returning()
    .catch((error: unknown) => {
      if (isForeignKeyViolation(error)) return undefined
      throw error
    })
  return rows?.map(factOf)
}

/** The facts of a branch, the oldest first; undefined if there is no such branch. */
export async function listFacts(
  db: Queries,
  { branches, facts }: Tables,
  branchId: string,
): Promise<Fact[] | undefined> {
  const rows = await db
    .select({ fact: facts })
    .from(branches)
    .leftJoin(facts, eq(facts.branchId, branches.id))
    .where(eq(branches.id, branchId))
    .orderBy(asc(facts.createdAt), asc(facts.key))
  if (rows.length === 0) return undefined
  return rows.flatMap(({ fact }) => (fact ? [factOf(fact)] : []))
}

/** A row as the API shows it. */
export function factOf({ id, key, value, confidence, messageIds }: Omit<Fact, 'messageId'>): Fact {
  const [messageId] = messageIds
  return { id, key, value, confidence, messageIds, ...(messageId !== undefined && { messageId }) }
}
