import { execa, execaSync } from 'execa'
import getPort from 'get-port'
import { Client } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { acceptsClients } from './accepts.js'
import { openEngine, serveDatabase, type Engine } from './server.js'
import { delay } from './testing.js'

const hasPsql = Boolean(process.env['CI']) || execaSync('psql', ['--version'], { reject: false }).exitCode === 0
if (!hasPsql) console.log('skipped: psql: not installed')

const connectionString = (port: number) => `postgresql://postgres@127.0.0.1:${port}/postgres`

/** Run a statement after calling `onConnected`, and throw the client's error. */
const clients: Readonly<Record<string, (port: number, sql: string, onConnected?: () => void) => Promise<unknown>>> = {
  async pg(port, sql, onConnected) {
    const client = new Client({ connectionString: connectionString(port) })
    client.on('error', () => {})
    await client.connect()
    onConnected?.()
    return client.query(sql).finally(() => client.end().catch(() => {}))
  },
  async 'postgres.js'(port, sql, onConnected) {
    const client = postgres(connectionString(port), { max: 1, fetch_types: false })
    try {
      await client.unsafe('select 0')
      onConnected?.()
      return await client.unsafe(sql)
    } finally {
      await client.end({ timeout: 0 })
    }
  },
  ...(hasPsql && {
    async psql(port: number, sql: string, onConnected?: () => void) {
      const psql = execa('psql', [connectionString(port), '-c', String.raw`\echo connected`, '-c', sql], {
        reject: false,
        env: { LC_ALL: 'C' },
      })
      psql.stdout.once('data', () => onConnected?.())
      const { stderr, exitCode } = await psql
      if (exitCode !== 0) throw new Error(stderr)
    },
  }),
}

async function failureOf(run: Promise<unknown>): Promise<string> {
  const { code, message } = (await run.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  )) as { code?: string; message: string }
  return `${code ?? ''} ${message}`
}

let engine: Engine
beforeAll(async () => {
  engine = await openEngine()
})
afterAll(() => engine.close())

it.each(Object.entries(clients))('answers 57P03 to %s until the data is open', async (_name, run) => {
  const port = await getPort()
  let open!: (engine: Engine) => void
  const opened = new Promise<Engine>((resolve) => (open = resolve))
  expect(await acceptsClients('127.0.0.1', port)).toBe(false)
  const serving = serveDatabase(() => opened, port)
  await expect.poll(() => failureOf(run(port, 'select 1'))).toMatch(/the database system is starting up/)
  expect(await acceptsClients('127.0.0.1', port)).toBe(false)
  open(engine)
  const stop = await serving
  expect(await acceptsClients('127.0.0.1', port)).toBe(true)
  await run(port, 'select 1')
  await stop()
  expect(await acceptsClients('127.0.0.1', port)).toBe(false)
})

it.each(Object.entries(clients))('answers 57P01 to %s when it stops, and to those that wait', async (name, run) => {
  const port = await getPort()
  const stop = await serveDatabase(() => engine, port)
  const [idle, waiting] = [await connect(port), await connect(port)]
  let onConnected!: () => void
  const ended = new Promise<unknown>((resolve) => idle.on('error', resolve))
  const connected = new Promise<void>((resolve) => (onConnected = resolve))
  const running = failureOf(run(port, 'select pg_sleep(600)', onConnected))
  await connected
  let waits: Promise<string>
  const isRunning = () => {
    waits = failureOf(waiting.query('select 1'))
    return Promise.race([waits.then(() => false), delay(1500).then(() => true)])
  }
  await expect.poll(isRunning).toBe(true)
  await stop()
  // postgres.js reports an error of a statement only when the server is ready for the next one.
  const reported = name === 'postgres.js' ? 'CONNECTION_CLOSED' : 'terminating connection due to administrator command'
  expect(await running).toContain(reported)
  expect(await waits!).toMatch(/^57P01 /)
  expect(await ended).toMatchObject({ code: '57P01' })
})

async function connect(port: number): Promise<Client> {
  const client = new Client({ connectionString: connectionString(port) })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}
