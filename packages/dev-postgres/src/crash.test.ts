import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { openDirectory } from './data/directory.js'
import { serveDatabase, type Engine } from './server.js'
import { delay } from './testing.js'

it('is opened again after its engine has crashed, with every commit', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'driftos-crash-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const open = await openDirectory(join(directory, 'data'), () => {})
  const port = await getPort()
  const lines: string[] = []
  let engine!: Engine
  let failure: Error | undefined
  const stop = await serveDatabase(async () => (engine = await open()), port, {
    log: (line) => lines.push(line),
    onFailure: (error) => (failure = error),
  })
  onTestFinished(async () => {
    await stop()
    await engine.close()
  })
  const connect = async () => {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end().catch(() => {}))
    return client
  }

  const [other, another] = [await connect(), await connect()]
  await other.query('create table kept (n int)')
  await other.query("set timezone = 'Asia/Tokyo'")
  for (let n = 1; n <= 3; n++) {
    const client = await connect()
    await client.query('insert into kept values ($1)', [n])
    await client.query('begin')
    await client.query('insert into kept values (-1)')
    const failed = client.query('select pg_sleep(60)').catch((error: unknown) => error)
    const waiting = other.query("select count(*)::int as n, current_setting('timezone') as zone from kept")
    await delay(50)
    await engine.close(0)
    expect(await failed).toMatchObject({ code: '57P02' })
    expect((await waiting).rows).toEqual([{ n, zone: 'Asia/Tokyo' }])
    expect((await another.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }])
  }
  expect(lines).toHaveLength(6)
  expect(failure).toBeUndefined()

  await engine.close(0)
  await expect.poll(() => failure?.message).toContain('4 times in a minute')
  await expect(connect()).rejects.toThrow('ECONNREFUSED')
})
