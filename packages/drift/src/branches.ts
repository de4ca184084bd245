import { asc, eq, sql } from 'drizzle-orm'
import type { BranchSummary, Context, Conversation, DeletedBranch, Fact } from './contract.js'
import type { Database } from './database.js'
import { factOf } from './facts.js'
import type { Tables } from './tables.js'
import type { Queries } from './transaction.js'

/** The limits of a conversation that is read: the number of its latest messages, and their bytes. */
const bounds = { messages: 2000, bytes: 8 * 1024 * 1024 }

/** Returns the branches of a conversation, oldest first; empty for an unknown one. */
export async function listBranches(db: Queries, tables: Tables, conversationId: string): Promise<BranchSummary[]> {
  const { rows } = await db.execute<BranchRow>(
    sql`${selectBranches(tables, conversationId)} order by b.created_at, b.id`,
  )
  return rows.map(summaryOf)
}

type BranchRow = Omit<BranchSummary, 'parentId'> & { parentId: string | null }

function selectBranches({ branches, messages, facts }: Tables, conversationId: string) {
  return sql`
    select b.id, b.topic, b.parent_id as "parentId", b.created_at as "createdAt", b.updated_at as "updatedAt",
      (select count(*)::int from ${messages} where branch_id = b.id) as "messageCount",
      (select count(*)::int from ${facts} where branch_id = b.id) as "factCount"
    from ${branches} as b
    where b.conversation_id = ${conversationId}`
}

function summaryOf({ parentId, createdAt, updatedAt, ...branch }: BranchRow): BranchSummary {
  return { ...branch, parentId: parentId ?? undefined, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) }
}

const toIso = (time: string) => new Date(time).toISOString()

/** Reads the branches of a conversation with their facts, and its latest messages; empty for an unknown one. */
export async function readConversation(db: Queries, tables: Tables, conversationId: string): Promise<Conversation> {
  const { branches, messages, facts } = tables
  type Row = { branches: (BranchRow & { facts: Fact[] })[]; messages: Conversation['messages'] }
  // One statement sees one state of the database, and needs no transaction.
  const { rows } = await db.execute<Row>(sql`
    with branch as (
      select listed.*, (
        select coalesce(json_agg(json_build_object('id', id, 'key', key, 'value', value, 'confidence', confidence,
          'messageIds', message_ids) order by created_at, key), '[]')
        from ${facts}
        where branch_id = listed.id
      ) as facts
      from (${selectBranches(tables, conversationId)}) as listed
    ), latest as (
      select m.*, sum(octet_length(m.content)) over (order by m.sequence desc) as bytes
      from ${messages} as m join ${branches} as b on b.id = m.branch_id
      where b.conversation_id = ${conversationId}
      order by m.sequence desc
      limit ${bounds.messages}
    )
    select (select coalesce(json_agg(branch order by "createdAt", id), '[]') from branch) as branches, (
      select coalesce(json_agg(json_build_object('id', id, 'branchId', branch_id, 'role', role, 'content', content,
        'createdAt', created_at) order by sequence), '[]')
      from latest
      where bytes <= ${bounds.bytes}
    ) as messages`)
  const [found] = rows as [Row]
  const total = found.branches.reduce((sum, { messageCount }) => sum + messageCount, 0)
  return {
    branches: found.branches.map((branch) => ({ ...summaryOf(branch), facts: branch.facts.map(factOf) })),
    messages: found.messages.map((message) => ({ ...message, createdAt: toIso(message.createdAt) })),
    omittedMessages: total - found.messages.length,
  }
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
