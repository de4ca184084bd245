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

/** The deepest nesting of metadata, because readers may be recursive. */
const deepest = 32

/** Any JSON value. */
const jsonObject = z.record(z.string(), z.unknown())

/** JSON that PostgreSQL can store, whose text must not contain NUL either. */
const metadataSchema = jsonObject
  .refine((metadata) => !isDeeper(metadata, deepest), { error: `is nested deeper than ${deepest}`, abort: true })
  .refine((metadata) => !hasNonCharacter(JSON.stringify(metadata)), 'contains a code unit that is not a character')

/** Returns whether a value is nested deeper than a number of levels. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** Returns whether JSON has an escape of NUL or of half a surrogate pair; after an escaped backslash it is plain text. */
function hasNonCharacter(json: string): boolean {
  return /\\u(0000|d[89a-f])/.test(json.replaceAll('\\\\', ''))
}

/** Serves `POST /api/v1/vectors`, which stores texts, and `POST /api/v1/vectors/search`, which finds the nearest. */
export function registerVectors(app: FastifyInstance, database: Database, embedder: Embedder): void {
  registerRoutes(app, database, (api) => {
    api.post(
      '/api/v1/vectors',
      {
        schema: {
          tags,
          summary: 'Store texts for searches; a text with an existing id replaces the old one',
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
          summary: 'Find the texts nearest to a text, among those of the current embedder',
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
        // Some models return zero vectors for some texts, which are similar to nothing.
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
