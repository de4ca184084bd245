import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type pg from 'pg'

/** The query builder, without its own transactions: those keep a connection for ever where their BEGIN fails. */
export type Queries = Omit<NodePgDatabase, 'transaction'>

/** Runs a function in one transaction, on a connection that always returns to the pool. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (queries: Queries) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let isUsable = true
  try {
    await client.query('begin')
    const result = await work(drizzle({ client }))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => (isUsable = false))
    throw error
  } finally {
    // A connection that cannot roll back is closed, which rolls back too.
    client.release(!isUsable)
  }
}
