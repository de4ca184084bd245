import { randomUUID } from 'node:crypto'
import { failureSchema, idSchema, registerRoutes, storableText, successOf, type Database } from '@driftos/drift'
import { desc, eq, sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Embedder } from './embedder/embedder.js'
import { vectors } from './tables.js'

const tags = ['vectors']
const failures = { 400: failureSchema, 502: failureSchema, 503: failureSchema }
const textSchema = storableText().min(1).max(100_000)

/** How deep metadata may be nested: whoever reads it again may do so by recursion. */
const deepest = 32

/** Anything that came as JSON. */
const jsonObject = z.record(z.string(), z.unknown())

/** JSON that PostgreSQL can keep: its text may hold no NUL either. */
const metadataSchema = jsonObject
  .refine((metadata) => !isDeeper(metadata, deepest), { error: `is nested deeper than ${deepest}`, abort: true })
  .refine((metadata) => !hasNonCharacter(JSON.stringify(metadata)), 'holds what is no character')

/** Whether there is a value below so many levels of objects and arrays. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** Whether JSON has an escape of a NUL or of half a surrogate pair; after an escaped backslash it is plain text. */
function hasNonCharacter(json: string): boolean {
  return /\\u(0000|d[89a-f])/.test(json.replaceAll('\\\\', ''))
}

/** Serves `POST /api/v1/vectors`, which keeps texts, and `POST /api/v1/vectors/search`, which finds the nearest. */
export function registerVectors(app: FastifyInstance, database: Database, embedder: Embedder): void {
  registerRoutes(app, database, (api) => {
    api.post(
      '/api/v1/vectors',
      {
        schema: {
          tags,
          summary: 'Keep texts to search in; a text of an id that is there already takes its place',
          body: z.object({
            items: z
              .array(z.object({ id: idSchema.optional(), text: textSchema, metadata: metadataSchema.default({}) }))
              .min(1)
              .max(100),
          }),
          response: { ...failures, 200: successOf(z.array(z.object({ id: z.string() }))) },
        },
      },
      async ({ body: { items } }) => {
        const embedding = await embedder.embed(items.map(({ text }) => text))
        const rows = items.map(({ id = randomUUID(), text, metadata }, index) => ({
          id,
          text,
          metadata,
          embedder: embedding.embedder,
          embedding: embedding.vectors[index]!,
        }))
        // One statement may not write one row twice: of one id, the last counts. Two that write the same rows in
        // different orders can deadlock.
        const latest = [...new Map(rows.map((row) => [row.id, row])).values()].toSorted((one, other) =>
          one.id < other.id ? -1 : 1,
        )
        const db = await database.use()
        await db
          .insert(vectors)
          .values(latest)
          .onConflictDoUpdate({
            target: vectors.id,
            set: {
              text: sql`excluded.text`,
              metadata: sql`excluded.metadata`,
              embedder: sql`excluded.embedder`,
              embedding: sql`excluded.embedding`,
            },
          })
        return { success: true as const, data: rows.map(({ id }) => ({ id })) }
      },
    )

    api.post(
      '/api/v1/vectors/search',
      {
        schema: {
          tags,
          summary: 'Find the texts nearest to a text, among those of the present embedder',
          body: z.object({ text: textSchema, limit: z.number().int().min(1).max(100).default(10) }),
          response: {
            ...failures,
            200: successOf(
              z.array(z.object({ id: z.string(), text: z.string(), metadata: jsonObject, similarity: z.number() })),
            ),
          },
        },
      },
      async ({ body: { text, limit } }) => {
        const { embedder: id, vectors: queries } = await embedder.embed([text])
        // A vector without a direction, which some models have for some texts, is near to nothing.
        const similarity = sql<number>`coalesce(nullif(1 - (${vectors.embedding} <=> ${JSON.stringify(queries[0])}::vector), 'NaN'), 0)`
        const db = await database.use()
        const data = await db
          .select({ id: vectors.id, text: vectors.text, metadata: vectors.metadata, similarity })
          .from(vectors)
          .where(eq(vectors.embedder, id))
          .orderBy(desc(similarity), vectors.id)
          .limit(limit)
        return {
          success: true as const,
          data,
        }
      },
    )
  })
}
