import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import getPort from 'get-port'
import { describe, expect, it } from 'vitest'
import { upstreamVariable } from './services.fixture.js'
import { startFixture } from './start.fixture.js'

const fixture = new URL('./run.fixture.ts', import.meta.url)
const stuck = new URL('./stop.fixture.ts', import.meta.url)

/** A running service with a request in flight. */
async function startBusy(path: '/slow' | '/endless') {
  const port = String(await getPort())
  const { child, printed } = startFixture(fixture, { [upstreamVariable]: port })
  await printed('Server listening')
  const answer = fetch(`http://localhost:${port}${path}`).then(
    (response) => response.text(),
    () => 'none',
  )
  await printed(`"path":"${path}"`)
  return { child, printed, answer, port }
}

describe.skipIf(process.platform === 'win32')('a service that receives a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes its work before it stops, %s', async (signal) => {
    const { child, printed, answer, port } = await startBusy('/slow')
    child.kill(signal)
    await printed(`${signal} received, stopping`)
    await expect(fetch(`http://localhost:${port}/health`)).rejects.toThrow('fetch failed')
    expect(await answer).toBe('done')
    expect((await child).exitCode).toBe(0)
  })

  it('does not wait for connections without a request, such as those that browsers open in advance', async () => {
    const { child, answer, port } = await startBusy('/slow')
    const unused = connect(Number(port), '127.0.0.1')
    await once(unused, 'connect')
    child.kill('SIGTERM')
    expect(await answer).toBe('done')
    expect((await child).exitCode).toBe(0)
  })

  it.each([
    ['breaks off the events of an EventSource, which reconnects', 'text/event-stream', 0],
    ['waits for other events, such as the answer of a model', '*/*', 1],
  ])('%s', async (_does, accept, exitCode) => {
    const port = String(await getPort())
    const { child, printed } = startFixture(fixture, { [upstreamVariable]: port })
    await printed('Server listening')
    const response = await fetch(`http://localhost:${port}/events`, { headers: { accept } })
    const reader = response.body!.getReader()
    await reader.read()
    child.kill('SIGTERM')
    await printed('SIGTERM received, stopping')
    await delay(1500)
    // A second signal ends what does not stop.
    child.kill('SIGTERM')
    expect((await child).exitCode).toBe(exitCode)
  })

  it('treats the same signal twice within a second as one', async () => {
    const { child, answer } = await startBusy('/slow')
    child.kill('SIGINT')
    await delay(50)
    child.kill('SIGINT')
    expect(await answer).toBe('done')
    expect((await child).exitCode).toBe(0)
  })

  it('exits at once at a later second signal', async () => {
    const { child, answer } = await startBusy('/endless')
    child.kill('SIGTERM')
    await delay(1200)
    child.kill('SIGTERM')
    const { exitCode, stdout } = await child
    expect(exitCode).toBe(1)
    expect(stdout).not.toContain('still in flight')
    expect(await answer).toBe('none')
  })

  it('exits at the deadline although work is still in flight', async () => {
    const { child, printed } = startFixture(stuck, {})
    await printed('started')
    child.kill('SIGTERM')
    const { exitCode, stdout } = await child
    expect(exitCode).toBe(1)
    expect(stdout).toMatchInlineSnapshot(`
      "started
      SIGTERM received, stopping
      work still in flight after 300 ms, exiting without it"
    `)
  })
})
