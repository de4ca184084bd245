import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Migration } from './migrations.js'
import type { Queries } from './transaction.js'

/** How long a statement waits for a lock of a running application. */
const lockTimeoutMs = 10_000

/** How long to wait before the next try while another process migrates: the first and the longest wait. */
const waitMs = { first: 100, longest: 2000 }

/** The options of `migrate`. */
export interface MigrateOptions {
  readonly connection: pg.ClientConfig
  readonly schema: string
  readonly migrations: readonly Migration[]
  /** Ends a migration in progress, which the database then rolls back. */
  readonly signal: AbortSignal
}

/**
 * Runs the missing migrations of a schema in one transaction, without a time limit. If several processes start at once,
 * one migrates and the others wait. A finished schema is only read, so that a role without CREATE can use it.
 */
export async function migrate({ connection, schema, migrations, signal }: MigrateOptions): Promise<void> {
  const client = new pg.Client({ ...connection, query_timeout: 0, keepAlive: true })
  client.on('error', () => {})
  const end = () => void client.end().catch(() => {})
  signal.addEventListener('abort', end, { once: true })
  try {
    await client.connect()
    const db: Queries = drizzle({ client })
    for (let wait = waitMs.first; ; wait = Math.min(wait * 2, waitMs.longest)) {
      if ((await findMissing(db, schema, migrations)).length === 0) return
      if (await tryMigrate(client, db, schema, migrations)) return
      await delay(wait, undefined, { signal })
    }
  } finally {
    signal.removeEventListener('abort', end)
    await client.end().catch(() => {})
  }
}

/** Returns the migrations that are not applied. */
async function findMissing(
  db: Queries,
  schemaName: string,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const table = `${schemaName}.migrations`
  const { rows: found } = await db.execute<{ exists: boolean }>(sql`select to_regclass(${table}) is not null as exists`)
  if (!found[0]!.exists) return migrations
  const { rows } = await db.execute<{ name: string }>(sql`select name from ${sql.identifier(schemaName)}.migrations`)
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.filter(({ name }) => !applied.has(name))
}

/** Migrates in one transaction; returns false while another process does. */
async function tryMigrate(
  client: pg.Client,
  db: Queries,
  schemaName: string,
  migrations: readonly Migration[],
): Promise<boolean> {
  const schema = sql.identifier(schemaName)
  await client.query('begin')
  try {
    // The role or the server may have other limits.
    await client.query(`set local statement_timeout = 0; set local lock_timeout = ${lockTimeoutMs}`)
    // Ends with the transaction. A lock of the session would outlive a connection that another client shares.
    const { rows } = await db.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtext('driftos'), hashtext(${schemaName})) as locked`,
    )
    if (!rows[0]!.locked) {
      await client.query('rollback')
      return false
    }
    // Needs a permission even where the schema exists.
    const { rows: found } = await db.execute(sql`select from pg_namespace where nspname = ${schemaName}`)
    if (found.length === 0) await db.execute(sql`create schema ${schema}`)
    await db.execute(
      sql`create table if not exists ${schema}.migrations (name text primary key, applied_at timestamptz not null default now())`,
    )
    for (const { name, up } of await findMissing(db, schemaName, migrations)) {
      await db.execute(sql.raw(up(`"${schemaName}"`)))
      await db.execute(sql`insert into ${schema}.migrations (name) values (${name})`)
    }
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
