import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Env } from '@driftos/ports'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { fastify } from 'fastify'
import getPort from 'get-port'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { registerDatabase } from './database.js'

let db: PGlite

beforeAll(async () => {
  db = await PGlite.create()
}, 60_000)

afterAll(() => db.close())

/** The database on a port; gives what stops it. */
async function serveDatabase(port: number): Promise<() => Promise<void>> {
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 10 })
  await server.start()
  return () => server.stop()
}

function build(env: Env) {
  let log = ''
  const app = fastify({ logger: { level: 'debug', stream: { write: (line: string) => void (log += line) } } })
  const pool = registerDatabase(app, env)
  onTestFinished(() => app.close())
  return { app, pool, log: () => log }
}

describe('/ready', () => {
  it('follows the database: it goes and comes back, and the app stays', async () => {
    const port = await getPort()
    const { app } = build({ POSTGRES_PORT: String(port) })
    const status = async () => (await app.inject('/ready')).statusCode
    expect(await status()).toBe(503)

    let stop = await serveDatabase(port)
    const response = await app.inject('/ready')
    expect({ status: response.statusCode, body: response.json<unknown>() }).toEqual({
      status: 200,
      body: { status: 'ready' },
    })

    await stop()
    await expect.poll(status).toBe(503)
    expect(await status()).toBe(503)

    stop = await serveDatabase(port)
    onTestFinished(stop)
    await expect.poll(status).toBe(200)
  })

  it('says what to do while the database is away, and tells no password', async () => {
    const port = await getPort()
    const { app, log } = build({ DATABASE_URL: `postgresql://user:hunter2@localhost:${port}/app` })
    const response = await app.inject('/ready')
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchInlineSnapshot(`
      {
        "error": {
          "code": "DATABASE_DOWN",
          "message": "the database does not answer: start it, or set DATABASE_URL or POSTGRES_PORT to where it is",
        },
        "success": false,
      }
    `)
    expect(log()).toContain('the database does not answer')
    expect(log() + response.payload).not.toContain('hunter2')
  })

  it('is 503 soon when the database accepts connections and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as { port: number }
    const { app } = build({ POSTGRES_PORT: String(port), POSTGRES_HOST: '127.0.0.1' })
    const startedAt = performance.now()
    expect((await app.inject('/ready')).statusCode).toBe(503)
    expect(performance.now() - startedAt).toBeLessThan(4000)
  })

  it('is 503 when something else answers on the port', async () => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    onTestFinished(() => void stranger.close())
    const { port } = stranger.address() as { port: number }
    const { app } = build({ POSTGRES_PORT: String(port) })
    expect((await app.inject('/ready')).statusCode).toBe(503)
  })
})

describe('registerDatabase', () => {
  it('gives a pool of the resolved database, which ends with the app', async () => {
    const port = await getPort()
    const stop = await serveDatabase(port)
    onTestFinished(stop)
    const { app, pool } = build({ POSTGRES_PORT: String(port) })
    expect((await pool.query('select 1 + 1 as sum')).rows).toEqual([{ sum: 2 }])
    await app.close()
    expect(pool.ended).toBe(true)
  })

  it('refuses an invalid database URL without telling it', () => {
    expect(() => build({ DATABASE_URL: 'mysql://user:hunter2@localhost/app' })).toThrow(/^DATABASE_URL="\*\*\*" /)
  })
})
