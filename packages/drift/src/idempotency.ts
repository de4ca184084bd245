import { createHash, randomUUID } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { RouteResult } from './contract.js'
import type { Database } from './database.js'
import type { NewMessage } from './decider.js'
import { DriftError } from './errors.js'
import type { Tables } from './tables.js'
import type { Queries } from './transaction.js'

/** How long an answer is kept, in hours. */
const lifeHours = 24

/** How long a request without an answer holds its key, in seconds: a crashed process blocks its key for this time. */
const leaseSeconds = 30

/** How often a process deletes old answers, and how many at once. */
const cleaning = { everyMs: 600_000, rows: 1000 }

/** The header `Idempotency-Key`: a string with quotes, as the IETF's draft has it, or without, as most clients send it. */
export const idempotencyKeySchema = z
  .string()
  .trim()
  .regex(
    /^(?:"[\x20-\x21\x23-\x7e]{1,255}"|[\x21\x23-\x7e]{1,255})$/,
    'is not a key of 1 to 255 visible ASCII characters',
  )
  .transform((text) => text.replaceAll('"', ''))

/** A key that a request holds until it has an answer. */
export interface Claim {
  /**
   * Stores the answer in the message's transaction.
   *
   * @throws {DriftError} when another request took the key over in the meantime; the message is not stored then
   */
  complete(tx: Queries, answer: RouteResult): Promise<void>
  /** Frees the key of a request that failed. */
  release(): Promise<void>
}

/** The keys of the requests that store messages. */
export interface IdempotencyKeys {
  /**
   * Claims a key for a request.
   *
   * @returns the stored answer if the same request was answered before
   * @throws {DriftError} 422 if the key belongs to another request, 409 while the same request is in progress
   */
  claim(
    key: string,
    message: NewMessage,
    pinnedTo: string | undefined,
  ): Promise<{ answer: RouteResult } | { claim: Claim }>
}

/** Creates the keys of one schema. */
export function createIdempotencyKeys(database: Database, { idempotencyKeys: keys }: Tables): IdempotencyKeys {
  let cleanedAt = performance.now()

  /** Deletes a bounded number of old answers, without delaying a request. */
  function clean(db: Queries): void {
    if (performance.now() - cleanedAt < cleaning.everyMs) return
    cleanedAt = performance.now()
    void db
      .execute(
        sql`delete from ${keys} where key in (
          select key from ${keys} where claimed_at < now() - make_interval(hours => ${lifeHours}) limit ${cleaning.rows})`,
      )
      .catch(() => {})
  }

  /** Claims a key that is free, held by a crashed process, or too old. */
  async function tryClaim(db: Queries, row: typeof keys.$inferInsert): Promise<boolean> {
    const claimed = await db
      .insert(keys)
      .values(row)
      .onConflictDoUpdate({
        target: keys.key,
        set: { ...row, claimedAt: sql`now()`, answer: null },
        setWhere: sql`${keys.claimedAt} < now() - make_interval(hours => ${lifeHours})
          or (${keys.answer} is null and ${keys.claimedAt} < now() - make_interval(secs => ${leaseSeconds}))`,
      })
      .returning({ owner: keys.owner })
    return claimed.length > 0
  }

  return {
    async claim(key, message, pinnedTo) {
      const db = await database.use()
      clean(db)
      const owner = randomUUID()
      const fingerprint = fingerprintOf(message, pinnedTo)
      const row = { key, fingerprint, owner, conversationId: message.conversationId }
      const isOwn = and(eq(keys.key, key), eq(keys.owner, owner), isNull(keys.answer))
      // The other request may free its key between the two statements.
      for (let attempt = 0; attempt < 3; attempt++) {
        if (await tryClaim(db, row)) {
          return {
            claim: {
              async complete(tx, answer) {
                const completed = await tx.update(keys).set({ answer }).where(isOwn).returning({ key: keys.key })
                if (completed.length === 0) throw inProgress()
              },
              async release() {
                await db.delete(keys).where(isOwn)
              },
            },
          }
        }
        const [known] = await db.select().from(keys).where(eq(keys.key, key))
        if (known && known.fingerprint !== fingerprint) throw reused()
        if (known?.answer) return { answer: known.answer }
        if (known) throw inProgress()
      }
      throw inProgress()
    },
  }
}

function fingerprintOf({ conversationId, role, content }: NewMessage, pinnedTo: string | undefined): string {
  const request = JSON.stringify([conversationId, role, content, pinnedTo ?? null])
  return createHash('sha256').update(request).digest('hex')
}

function reused(): DriftError {
  const message = 'This Idempotency-Key belongs to a request with another body: use a new key for each message'
  return new DriftError(422, 'IDEMPOTENCY_KEY_REUSED', message)
}

function inProgress(): DriftError {
  const message = 'A request with this Idempotency-Key is in progress: send it again in a moment'
  return new DriftError(409, 'IDEMPOTENCY_KEY_IN_USE', message)
}
