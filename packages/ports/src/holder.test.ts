import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEngine } from './engine.fixture.js'
import { describeHolder, findHolders } from './holder.js'

describe('findHolders', () => {
  it('names the process, and asks no engine about one that passes nothing on', async () => {
    const port = await listen()
    const env = await startEngine(() => expect.unreachable())
    const holders = await findHolders([port], env)
    expect(holders).toEqual(
      new Map([[port, { process: expect.objectContaining({ pid: process.pid }), container: undefined }]]),
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

  it('is empty where nobody tells', async () => {
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
