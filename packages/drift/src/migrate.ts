import { sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Migration } from './migrations.js'
import { inTransaction } from './transaction.js'

/**
 * Runs the missing migrations of a schema in one transaction. If several processes start at once, one migrates and the
 * others wait.
 */
export async function migrate(pool: pg.Pool, schemaName: string, migrations: readonly Migration[]): Promise<void> {
  const schema = sql.identifier(schemaName)
  await inTransaction(pool, async (tx) => {
    // Ends with the transaction. A lock of the session would outlive a connection that another client shares.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('driftos'), hashtext(${schemaName}))`)
    await tx.execute(sql`create schema if not exists ${schema}`)
    await tx.execute(
      sql`create table if not exists ${schema}.migrations (name text primary key, applied_at timestamptz not null default now())`,
    )
    const { rows } = await tx.execute<{ name: string }>(sql`select name from ${schema}.migrations`)
    const applied = new Set(rows.map(({ name }) => name))
    for (const { name, up } of migrations) {
      if (applied.has(name)) continue
      await tx.execute(sql.raw(up(`"${schemaName}"`)))
      await tx.execute(sql`insert into ${schema}.migrations (name) values (${name})`)
    }
  })
}
