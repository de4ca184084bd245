import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  pgSchema,
  real,
  text,
  timestamp,
  uniqueIndex,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core'
import type { RouteResult } from './contract.js'

/** The tables of conversations, in the schema of the app that keeps them. */
export type Tables = ReturnType<typeof tablesOf>

const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

/** Describes the tables that `migrations.ts` makes in a schema. */
export function tablesOf(schemaName: string) {
  const schema = pgSchema(schemaName)

  const conversations = schema.table('conversations', {
    id: text().primaryKey(),
    /** Counts the writes, so that a decision on an older state is noticed. */
    version: integer().notNull().default(1),
    /** The process that writes the next message, while several processes write. */
    turnOwner: text('turn_owner'),
    turnUntil: timestamp('turn_until', { withTimezone: true }),
    createdAt: createdAt(),
  })

  const idempotencyKeys = schema.table(
    'idempotency_keys',
    {
      key: text().primaryKey(),
      /** The hash of the request. */
      fingerprint: text().notNull(),
      /** The request that holds the key. */
      owner: text().notNull(),
      conversationId: text('conversation_id').notNull(),
      claimedAt: timestamp('claimed_at', { withTimezone: true }).notNull().defaultNow(),
      /** Null while the request is in progress. */
      answer: jsonb().$type<RouteResult>(),
    },
    (table) => [index().on(table.claimedAt), index().on(table.conversationId)],
  )

  const branches = schema.table(
    'branches',
    {
      id: text().primaryKey(),
      conversationId: text('conversation_id')
        .notNull()
        .references(() => conversations.id, { onDelete: 'cascade' }),
      parentId: text('parent_id').references((): AnyPgColumn => branches.id, { onDelete: 'cascade' }),
      topic: text().notNull(),
      createdAt: createdAt(),
      updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    },
    (table) => [index().on(table.conversationId), index().on(table.parentId)],
  )

  const branchId = () =>
    text('branch_id')
      .notNull()
      .references(() => branches.id, { onDelete: 'cascade' })

  const messages = schema.table(
    'messages',
    {
      id: text().primaryKey(),
      branchId: branchId(),
      /** The order in which the messages came. */
      sequence: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
      role: text({ enum: ['user', 'assistant'] }).notNull(),
      content: text().notNull(),
      createdAt: createdAt(),
    },
    (table) => [index().on(table.branchId, table.sequence)],
  )

  const facts = schema.table(
    'facts',
    {
      id: text().primaryKey(),
      branchId: branchId(),
      key: text().notNull(),
      value: text().notNull(),
      confidence: real().notNull(),
      messageIds: text('message_ids')
        .array()
        .notNull()
        .default(sql`'{}'`),
      createdAt: createdAt(),
    },
    (table) => [uniqueIndex().on(table.branchId, table.key)],
  )

  return { conversations, branches, messages, facts, idempotencyKeys }
}
