import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Env } from '@driftos/ports'
import { execa } from 'execa'
import getPort from 'get-port'
import { Client } from 'pg'
import { expect, it, onTestFinished, vi } from 'vitest'

/** Long, because the first start of a database writes 500 MB. */
const timeout = 180_000

/** The loopback addresses of this machine; another process can listen on each of them. */
const loopbacks = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .map(({ address }) => address)
  .filter((address) => ['127.0.0.1', '::1'].includes(address))

/** Returns the data directory of a port. */
function dataOf(port: string): string {
  return fileURLToPath(new URL(`../../../.driftos/postgres-${port}`, import.meta.url))
}

/** Returns a free port, whose data is deleted when the test ends. */
async function freePort(): Promise<string> {
  const port = String(await getPort())
  onTestFinished(() => rm(dataOf(port), { recursive: true, force: true }))
  return port
}

function start(env: Env) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--conditions=@driftos/source', main],
    {
      env,
      extendEnv: false,
      reject: false,
      all: true,
    },
  )
  let output = ''
  child.all.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  const listening = () => vi.waitFor(() => expect(output).toContain('PostgreSQL listens'), { timeout })
  return { child, listening }
}

/** Runs a statement as postgres:postgres and returns its rows. */
async function query(port: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: `postgresql://postgres:postgres@localhost:${port}/postgres` })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

it('accepts postgres:postgres, has pgvector, and keeps its data for its own port', { timeout }, async () => {
  const [port, otherPort] = [await freePort(), await freePort()]
  const [first, other] = [start({ POSTGRES_PORT: port }), start({ POSTGRES_PORT: otherPort })]
  await Promise.all([first.listening(), other.listening()])
  expect(await query(port, "select '[1,2,3]'::vector <-> '[1,2,4]'::vector as distance")).toEqual([{ distance: 1 }])
  await query(port, 'create table kept (word text)')
  await query(port, "insert into kept values ('here')")
  await expect(query(otherPort, 'select * from kept')).rejects.toThrow('relation "kept" does not exist')

  const open = new Client({ connectionString: `postgresql://postgres:postgres@localhost:${port}/postgres` })
  open.on('error', () => {})
  await open.connect()
  first.child.kill('SIGTERM')
  expect((await first.child).exitCode).toBe(0)

  const again = start({ POSTGRES_PORT: port })
  await again.listening()
  expect(await query(port, 'select * from kept')).toEqual([{ word: 'here' }])
  again.child.kill('SIGKILL')
  await again.child

  await start({ POSTGRES_PORT: port }).listening()
  expect(await query(port, 'select * from kept')).toEqual([{ word: 'here' }])
})

it('does not start when DATABASE_URL is set', async () => {
  const port = await freePort()
  const { exitCode, stdout } = await start({ POSTGRES_PORT: port, DATABASE_URL: 'postgresql://elsewhere/app' }).child
  expect({ exitCode, stdout }).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stdout": "DATABASE_URL is set: the embedded database is not started",
    }
  `)
  expect(existsSync(dataOf(port))).toBe(false)
})

it(
  'opens its data in one of two processes that start together; the other logs which process has the port',
  { timeout },
  async () => {
    const port = await freePort()
    const both = [start({ POSTGRES_PORT: port }), start({ POSTGRES_PORT: port })]
    const loser = await Promise.race(both.map(async ({ child }) => child))
    expect(loser.exitCode).toBe(1)
    expect(loser.all).toMatch(/^postgres cannot listen on port \d+: it is taken by .*\(pid \d+\)/)
    const winner = both.find(({ child }) => child.exitCode === null)!
    await winner.listening()
    expect(await query(port, 'select 1 as one')).toEqual([{ one: 1 }])
  },
)

it.each(loopbacks)('logs which process has its port on %s, and does not open its data', async (host) => {
  const port = await freePort()
  const holder = createServer().listen({ port: Number(port), host })
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  const { exitCode, stderr } = await start({ POSTGRES_PORT: port }).child
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(
    /^postgres cannot listen on port \d+: it is taken by .*, or set POSTGRES_PORT to a free port\.$/,
  )
  expect(existsSync(dataOf(port))).toBe(false)
})

it('logs why it cannot create its data directory', async () => {
  const port = await freePort()
  await mkdir(dirname(dataOf(port)), { recursive: true })
  await writeFile(dataOf(port), 'a file in its place')
  const { exitCode, stderr } = await start({ POSTGRES_PORT: port }).child
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^postgres cannot open its data in .*: EEXIST: file already exists/)
})

it('logs why it cannot open its data', { timeout }, async () => {
  const port = await freePort()
  const first = start({ POSTGRES_PORT: port })
  await first.listening()
  await query(port, 'drop extension vector')
  await query(port, 'create type vector as (x int)')
  first.child.kill('SIGTERM')
  await first.child
  const { exitCode, stderr } = await start({ POSTGRES_PORT: port }).child
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^postgres cannot open its data in .*: type "vector" already exists\./)
})

it('logs which variable is invalid', async () => {
  const { exitCode, stderr } = await start({ POSTGRES_PORT: '54x3' }).child
  expect(exitCode).toBe(1)
  expect(stderr).toContain('POSTGRES_PORT="54x3" is not a port')
})
