import { getDatabaseUrl, type Env } from '@driftos/ports'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'

/** How long the database may take to connect or to answer the readiness check, in milliseconds. */
const timeoutMs = 2000

/**
 * Connects the app to PostgreSQL and serves `GET /ready`: 200 while the database answers, 503 while
 * it does not. The app starts without its database and finds it again by itself.
 */
export function registerDatabase(app: FastifyInstance, env: Env): pg.Pool {
  const pool = new pg.Pool({
    connectionString: getDatabaseUrl(env),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // An idle connection that breaks is replaced at the next query; unheard, its error would end the process.
  pool.on('error', (error) => app.log.warn({ err: error }, 'lost a connection to the database'))
  app.addHook('onClose', () => pool.end())

  app.get('/ready', { logLevel: 'warn' }, async (_request, reply) => {
    try {
      await pool.query('select 1')
      return { status: 'ready' }
    } catch (error) {
      app.log.warn({ reason: String(error) }, 'the database does not answer')
      reply.code(503)
      const message = 'the database does not answer: start it, or set DATABASE_URL or POSTGRES_PORT to where it is'
      return { success: false, error: { code: 'DATABASE_DOWN', message } }
    }
  })
  return pool
}
