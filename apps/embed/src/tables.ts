import { customType, integer, jsonb, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Vector } from './embedder/embedder.js'

/** The schema of embed's tables, the drift API's among them. */
export const schemaName = 'embed'

const schema = pgSchema(schemaName)

/** pgvector's type without its length: embedders differ in it. */
const vector = customType<{ data: Vector; driverData: string }>({
  dataType: () => 'vector',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => JSON.parse(value) as number[],
})

/** The mean of a branch's vectors, for each embedder that has seen the branch. */
export const centroids = schema.table(
  'centroids',
  {
    branchId: text('branch_id').notNull(),
    embedder: text().notNull(),
    centroid: vector().notNull(),
    /** The number of vectors. */
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.branchId, table.embedder] })],
)

/** The texts that clients store for searches. */
export const vectors = schema.table('vectors', {
  id: text().primaryKey(),
  embedder: text().notNull(),
  text: text().notNull(),
  metadata: jsonb().$type<Record<string, unknown>>().notNull(),
  embedding: vector().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})
