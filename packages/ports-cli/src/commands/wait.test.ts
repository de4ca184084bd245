import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { findFreePort, healthOf, run, runJson, runProgram, serve, useExample } from '../cli.fixture.js'

useExample()

describe('wait', () => {
  it('returns at once, and silently, when the services are healthy', async () => {
    const [core, embed] = [await serve(healthOf('core')), await serve(healthOf('embed'))]
    const env = { CORE_PORT: `${core}`, EMBED_PORT: `${embed}` }
    expect(await run(['wait', 'core', 'embed', 'core'], env)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('waits for a service that comes up later, and prints its name while it waits', async () => {
    const port = await findFreePort()
    const waiting = run(['wait', 'core', '--timeout', '10'], { CORE_PORT: `${port}` })
    await delay(300)
    await serve(healthOf('core'), port)
    expect(await waiting).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^Waiting for core on port ${port}: .*\n$`)) as string,
    })
  })

  it('waits until a service that answers is healthy, and prints each new reason', async () => {
    let isReady = false
    const [ready, unready] = [healthOf('core'), healthOf('core', 503)]
    const port = await findFreePort()
    const waiting = run(['wait', 'core', '--timeout', '10'], { CORE_PORT: `${port}` })
    await delay(300)
    await serve((request, response) => (isReady ? ready : unready)(request, response), port)
    await delay(500)
    isReady = true
    expect(await waiting).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^Waiting for core on port ${port}: .*\nWaiting for core on port ${port}: .*503.*\n$`),
      ) as string,
    })
  })

  it('never counts another service on the port', async () => {
    const port = await serve(healthOf('embed'))
    const { code, stderr } = await run(['wait', 'core', '--timeout', '0.5'], { CORE_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`^Timed out after 0\\.5 s waiting for core on port ${port}: .*200.*/health`, 'm'))
  })

  it('names who did not come, and the last reason', async () => {
    const [core, embed, demo] = [
      await serve(healthOf('core')),
      await serve(healthOf('embed', 503)),
      await findFreePort(),
    ]
    const env = { CORE_PORT: `${core}`, EMBED_PORT: `${embed}`, DEMO_PORT: `${demo}` }
    const { code, stdout, stderr } = await run(['wait', 'core', 'embed', 'demo', '--timeout', '.3'], env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).not.toContain('core')
    expect(stderr).toMatch(new RegExp(`^Timed out after 0\\.3 s waiting for embed on port ${embed}: .*503`, 'm'))
    expect(stderr).toMatch(new RegExp(`^Timed out after 0\\.3 s waiting for demo on port ${demo}: .`, 'm'))
  })

  it.each(['0.001', '0.2', '0.4'])('keeps time for an answer in %s s, and keeps to them', async (seconds) => {
    const port = await serve(() => {})
    const { code, stderr } = await run(['wait', 'core', '--timeout', seconds], { CORE_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Timed out after [\d.]+ s waiting for core on port \d+: .* [2-4]\d\d ms\n$/m)
  })

  it.each(['0', '-0', 'soon', '', '30x0', 'NaN', 'Infinity', '1e9', '-1'])(
    'refuses a timeout of %j',
    async (seconds) => {
      expect(await run(['wait', 'core', `--timeout=${seconds}`])).toEqual({
        code: 2,
        stdout: '',
        stderr: `--timeout: expected seconds, such as 30, got ${JSON.stringify(seconds)}.\nSee driftos-ports wait --help.\n`,
      })
    },
  )

  it.each([
    [['emebd', 'core'], 'Unknown service "emebd". Did you mean embed?'],
    [['core', 'graf'], 'Ambiguous service "graf": expected one of coreGrafana, embedGrafana.'],
    [[''], 'Unknown service "".'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(['wait', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('names every problem of the environment instead of waiting for the rest', async () => {
    const { code, stdout, stderr } = await runProgram(['wait', 'core', 'embed', 'demo'], {
      CORE_PORT: 'x',
      EMBED_PORT: 'y',
      DEMO_PORT: `${await findFreePort()}`,
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^CORE_PORT="x" .*\nEMBED_PORT="y" .*\n$/)
  })

  it('exits with its code', async () => {
    const [up, down] = [await serve(healthOf('core')), await findFreePort()]
    expect(await runProgram(['wait', 'core'], { CORE_PORT: `${up}` })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await runProgram(['wait', 'core', '--timeout', '0.1'], { CORE_PORT: `${down}` })).toMatchObject({ code: 1 })
  })

  it('prints with --json what became of each service', async () => {
    const [core, demo] = [await serve(healthOf('core')), await findFreePort()]
    const { code, value } = await runJson(['wait', 'core', 'demo', '--timeout', '0.2'], {
      CORE_PORT: `${core}`,
      DEMO_PORT: `${demo}`,
    })
    expect(code).toBe(1)
    expect(value).toEqual({
      services: [
        { service: 'core', port: core, state: 'up', latencyMs: expect.any(Number) as number },
        { service: 'demo', port: demo, state: 'down', reason: expect.stringMatching(/./) as string },
      ],
    })
  })
})
