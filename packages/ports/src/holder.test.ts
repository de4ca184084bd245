import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { startEngine } from './engine.fixture.js'
import { describeHolder, findHolders } from './holder.js'

describe('findHolders', () => {
  it('names the process, and asks no engine about one that passes nothing on', async () => {
    const port = await listen()
    const env = await startEngine(() => expect.unreachable())
    const holders = await findHolders([port], env)
    expect(holders).toEqual(
      new Map([
        [
          port,
          {
            process: expect.objectContaining({ pid: process.pid }),
            container: undefined,
            ...(process.platform !== 'win32' && { cwd: process.cwd() }),
          },
        ],
      ]),
    )
  })

  it.skipIf(process.platform === 'win32')('names the container of a port whose process the system hides', async () => {
    const port = await freePort()
    const env = await startEngine((_, response) =>
      response.end(JSON.stringify([{ Names: ['/grafana'], Ports: [{ IP: '', PublicPort: port, Type: 'tcp' }] }])),
    )
    const container = { process: undefined, container: 'grafana' }
    expect(await findHolders([port, await freePort()], env)).toEqual(new Map([[port, container]]))
  })

  it.skipIf(process.platform === 'win32')('returns the directory of a container’s compose project', async () => {
    const port = await freePort()
    const Labels = { 'com.docker.compose.project.working_dir': '/srv/shop/deploy' }
    const Ports = [{ IP: '127.0.0.1', PublicPort: port, Type: 'tcp' }]
    const env = await startEngine((_, response) => response.end(JSON.stringify([{ Names: ['/db'], Ports, Labels }])))
    expect((await findHolders([port], env)).get(port)).toEqual({ container: 'db', cwd: '/srv/shop/deploy' })
  })

  it('is empty where the system shows no process', async () => {
    expect(await findHolders([await freePort()], { DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toEqual(new Map())
  })
})

describe('describeHolder', () => {
  const listening = { pid: 4242, command: 'node main.js' }

  it.each([
    [{ process: listening, container: undefined }, 'node main.js (pid 4242)'],
    [{ process: listening, container: 'grafana' }, 'container grafana (node main.js, pid 4242)'],
    [{ process: undefined, container: 'grafana' }, 'container grafana'],
    [undefined, 'a process that the system does not name'],
  ])('puts %j in words', (holder, words) => {
    expect(describeHolder(holder)).toBe(words)
  })
})

describe('describeHolder of another checkout', () => {
  const tree = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-holder-')))
  afterAll(() => rmSync(tree, { recursive: true, force: true }))
  const checkouts = {
    mine: 'ref: refs/heads/main\n',
    'mine-feature': 'ref: refs/heads/feature/x\n',
    'far/old': `${'a'.repeat(40)}\n`,
  }
  for (const [name, head] of Object.entries(checkouts)) {
    mkdirSync(join(tree, name, '.git'), { recursive: true })
    mkdirSync(join(tree, name, 'apps/core'), { recursive: true })
    writeFileSync(join(tree, name, '.git/HEAD'), head)
  }
  const words = (cwd: string) =>
    describeHolder(
      { process: { pid: 7, command: 'node main.js' }, container: undefined, cwd: join(tree, cwd) },
      join(tree, 'mine/apps'),
    )

  it.each([
    ['mine/apps/core', 'node main.js (pid 7)'],
    ['mine-feature/apps/core', 'node main.js (pid 7) in ../mine-feature, branch feature/x'],
    ['far/old', `node main.js (pid 7) in ${tree}/far/old, commit aaaaaaa`],
    ['deleted', `node main.js (pid 7) in ../deleted`],
  ])('names the directory %s', (cwd, expected) => {
    expect(words(cwd)).toBe(expected)
  })
})

/** A port on which this process listens until the test ends. */
async function listen(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
