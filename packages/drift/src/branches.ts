import { asc, eq, sql } from 'drizzle-orm'
import type { BranchSummary, Context, DeletedBranch } from './contract.js'
import type { Database } from './database.js'
import { factOf } from './facts.js'
import type { Tables } from './tables.js'
import type { Queries } from './transaction.js'

/** Returns the branches of a conversation, oldest first; empty for an unknown one. */
export async function listBranches(
  db: Queries,
  { branches, messages, facts }: Tables,
  conversationId: string,
): Promise<BranchSummary[]> {
  type Row = Omit<BranchSummary, 'parentId'> & { parentId: string | null }
  const { rows } = await db.execute<Row>(sql`
    select b.id, b.topic, b.parent_id as "parentId", b.created_at as "createdAt", b.updated_at as "updatedAt",
      (select count(*)::int from ${messages} where branch_id = b.id) as "messageCount",
      (select count(*)::int from ${facts} where branch_id = b.id) as "factCount"
    from ${branches} as b
    where b.conversation_id = ${conversationId}
    order by b.created_at, b.id`)
  return rows.map(({ id, topic, messageCount, factCount, parentId, createdAt, updatedAt }) => ({
    id,
    topic,
    messageCount,
    factCount,
    parentId: parentId ?? undefined,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }))
}

/** A branch's messages, and the facts of its whole conversation; undefined if there is no such branch. */
export async function readContext(
  db: Queries,
  { branches, messages, facts }: Tables,
  branchId: string,
): Promise<Context | undefined> {
  const [branch] = await db.select().from(branches).where(eq(branches.id, branchId))
  if (!branch) return undefined
  const [history, siblings] = [
    await db.select().from(messages).where(eq(messages.branchId, branchId)).orderBy(asc(messages.sequence)),
    await db
      .select({ branch: branches, fact: facts })
      .from(branches)
      .leftJoin(facts, eq(facts.branchId, branches.id))
      .where(eq(branches.conversationId, branch.conversationId))
      .orderBy(asc(branches.createdAt), asc(branches.id), asc(facts.createdAt), asc(facts.key)),
  ]
  const byBranch = new Map<string, Context['allFacts'][number]>()
  for (const { branch: sibling, fact } of siblings) {
    const known = byBranch.get(sibling.id)
    const entry = known ?? {
      branchId: sibling.id,
      branchTopic: sibling.topic,
      isCurrent: sibling.id === branchId,
      facts: [],
    }
    if (!known) byBranch.set(sibling.id, entry)
    if (fact) entry.facts.push(factOf(fact))
  }
  return {
    branchId,
    branchTopic: branch.topic,
    messages: history.map(({ id, role, content, createdAt }) => ({
      id,
      role,
      content,
      createdAt: createdAt.toISOString(),
    })),
    allFacts: [...byBranch.values()],
  }
}

/** Deletes a branch with all its descendants; undefined if there is none. */
export async function deleteBranch(
  database: Database,
  { conversations, branches, messages, facts }: Tables,
  branchId: string,
): Promise<DeletedBranch | undefined> {
  return database.transaction(async (tx) => {
    // A new version, so that no decision routes a message into a deleted branch.
    const [touched] = await tx
      .update(conversations)
      .set({ version: sql`${conversations.version} + 1` })
      .where(
        eq(
          conversations.id,
          tx.select({ id: branches.conversationId }).from(branches).where(eq(branches.id, branchId)),
        ),
      )
      .returning()
    if (!touched) return undefined
    const { rows } = await tx.execute<DeletedBranch>(sql`
      with recursive doomed as (
        select id from ${branches} where id = ${branchId}
        union all
        select child.id from ${branches} as child join doomed on child.parent_id = doomed.id
      )
      select (select count(*)::int from ${messages} where branch_id in (select id from doomed)) as "deletedMessages",
        (select count(*)::int from ${facts} where branch_id in (select id from doomed)) as "deletedFacts"`)
    const deleted = await tx.delete(branches).where(eq(branches.id, branchId)).returning({ id: branches.id })
    return deleted.length > 0 ? rows[0] : undefined
  })
}
