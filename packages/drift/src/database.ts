import type { Env } from '@driftos/ports'
import { DrizzleQueryError } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { explainDatabaseError, isSchemaMissing } from './database-errors.js'
import { DriftError } from './errors.js'
import type { Migration } from './migrations.js'
import { createSchema, reasonOf } from './schema.js'
import { parseDatabaseSettings } from './settings.js'
import { inTransaction, type Queries } from './transaction.js'

/** How long the database may take to connect or to answer the readiness check, in milliseconds. */
const connectTimeoutMs = 2000

/** How long it may take to answer a statement, in milliseconds. */
const statementTimeoutMs = 10_000

/** The options of `registerDatabase`. */
export interface DatabaseOptions {
  readonly env: Env
  /** The PostgreSQL schema of the app's tables, separate from those of other apps. */
  readonly schema: string
  readonly migrations: readonly Migration[]
  readonly metrics: Registry
  /** Returns additional fields for `/ready`. */
  readonly describe?: () => object
}

/** The app's part of PostgreSQL. */
export interface Database {
  /**
   * The queries, once the schema is up to date.
   *
   * @throws the driver's error while the database is down, a `DriftError` while the schema is not up to date
   */
  use(): Promise<Queries>
  /** Runs some work in one transaction. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>
  /** Converts a driver error into an API error if the database is down. */
  explain(error: unknown): unknown
}

/**
 * Connects the app to PostgreSQL and serves `GET /ready`, and `/api/v1/ready` with it: 200 while the database answers,
 * 503 while it does not. The app starts without its database, reconnects by itself, and migrates its schema as soon as
 * it is connected.
 */
export function registerDatabase(app: FastifyInstance, options: DatabaseOptions): Database {
  const { env, schema, migrations, metrics, describe } = options
  const { connectionString, poolSize } = parseDatabaseSettings(env)
  const connection = {
    connectionString,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: `driftos-${schema}`,
  }
  const pool = new pg.Pool({ ...connection, max: poolSize, query_timeout: statementTimeoutMs })
  const tables = createSchema({ connection, schema, migrations })
  // A broken connection is replaced at the next query. Without a listener its error would end the process: the pool
  // listens on idle connections only, not on one between two statements of a transaction.
  pool.on('error', (error) => app.log.warn({ err: error }, 'lost a connection to the database'))
  pool.on('connect', (client) => client.on('error', () => {}))
  app.addHook('onClose', () => {
    tables.close()
    return pool.end()
  })
  observePool(pool, metrics)

  const db = drizzle({ client: pool })
  const database: Database = {
    async use() {
      await tables.ready()
      return db
    },
    async transaction(work) {
      await database.use()
      return inTransaction(pool, work)
    },
    explain(error) {
      // Its cause may be an error of another connection.
      if (error instanceof DriftError) return error
      // The query layer's error contains the values of the statement, which are private.
      const cause = error instanceof DrizzleQueryError ? error.cause : error
      if (!isSchemaMissing(cause)) return explainDatabaseError(cause) ?? cause
      tables.reset()
      const message = `The schema ${schema} is missing in the database; the next request creates it`
      return new DriftError(503, 'DATABASE_DOWN', message, { cause })
    },
  }
  let reported: string | undefined
  // The readiness is asked for often, and one line about a problem is enough.
  function report(error: unknown, explained: unknown): void {
    const { message } = explained as Error
    if (message !== reported) app.log.warn({ reason: reasonOf(error) }, 'the database is not ready')
    reported = message
  }
  app.addHook('onReady', () => {
    void database.use().catch((error: unknown) => report(error, database.explain(error)))
  })

  const answerReadiness: RouteHandlerMethod = async (_request, reply) => {
    try {
      await database.use()
      await pool.query({ text: 'select 1', query_timeout: connectTimeoutMs } as pg.QueryConfig)
      reported = undefined
      return { status: 'ready', ...describe?.() }
    } catch (error) {
      const explained = database.explain(error)
      if (!(explained instanceof DriftError)) throw explained
      report(error, explained)
      reply.code(explained.statusCode)
      return { success: false, error: { code: explained.code, message: explained.message } }
    }
  }
  app.get('/ready', { logLevel: 'warn' }, answerReadiness)
  // The same under the path that the gateway forwards.
  app.get('/api/v1/ready', { logLevel: 'warn' }, answerReadiness)
  return database
}

function observePool(pool: pg.Pool, metrics: Registry): void {
  const connections = new Gauge({
    name: 'database_pool_connections',
    help: 'Connections of the database pool by state, and the requests that wait for one',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      connections.set({ state: 'idle' }, pool.idleCount)
      connections.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
}
