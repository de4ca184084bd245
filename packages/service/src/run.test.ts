import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { PORTS, type Env } from '@driftos/ports'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startFixture } from './start-fixture.js'

const fixture = new URL('./run.fixture.ts', import.meta.url)

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
const hasIpv6 = addresses.some(({ address }) => address === '::1')
const isLocalhostIpv6 = (await lookup('localhost', { all: true })).some(({ address }) => address === '::1')
/** An address of this machine that others reach. */
const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address

async function freePort(): Promise<string> {
  return String(await getPort())
}

async function listenOn(host: string, port: string): Promise<void> {
  const server = createServer().listen({ port: Number(port), host, ipv6Only: true })
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

/** What a service prints that does not start, and its exit code. */
async function failing(env: Env) {
  const { exitCode, stdout, stderr } = await startFixture(fixture, { LOG_LEVEL: 'silent', ...env }).child
  return { exitCode, stdout, stderr }
}

async function isAt(host: string, port: string): Promise<boolean> {
  return fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(3000) }).then(
    async (response) => ((await response.json()) as { version?: string }).version === '1.2.3',
    () => false,
  )
}

describe('a service that starts', () => {
  it('listens on its own port and on loopback only', async () => {
    const CORE_PORT = await freePort()
    await startFixture(fixture, { CORE_PORT, PORT: await freePort() }).printed(`127.0.0.1:${CORE_PORT}`)
    expect(await isAt('127.0.0.1', CORE_PORT)).toBe(true)
    await expect.poll(() => isAt('[::1]', CORE_PORT)).toBe(isLocalhostIpv6)
    expect(await isAt(outside ?? 'nowhere.invalid', CORE_PORT)).toBe(false)
  })

  it('listens on the port that the platform gives', async () => {
    const PORT = await freePort()
    await startFixture(fixture, { PORT, CORE_PORT: ' ' }).printed(`127.0.0.1:${PORT}`)
    expect(await isAt('localhost', PORT)).toBe(true)
  })

  it('listens where HOST says', async () => {
    const CORE_PORT = await freePort()
    await startFixture(fixture, { CORE_PORT, HOST: '127.0.0.1' }).printed(`127.0.0.1:${CORE_PORT}`)
    expect(await isAt('127.0.0.1', CORE_PORT)).toBe(true)
    expect(await isAt('[::1]', CORE_PORT)).toBe(false)
  })

  it.skipIf(outside === undefined)('is open to others where HOST says so', async () => {
    const CORE_PORT = await freePort()
    await startFixture(fixture, { CORE_PORT, HOST: '0.0.0.0' }).printed(`:${CORE_PORT}`)
    expect(await isAt(outside!, CORE_PORT)).toBe(true)
  })
})

describe('a service that cannot start', () => {
  it('says who holds its port and which variable moves it', async () => {
    const CORE_PORT = await freePort()
    await listenOn('127.0.0.1', CORE_PORT)
    const { exitCode, stdout, stderr } = await failing({ CORE_PORT })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/^core cannot listen on port \d+: it is taken by .+\. Stop that process, or set CORE_PORT /)
    expect(stderr).toContain(CORE_PORT)
    // Other systems may not tell.
    expect(process.platform === 'linux' ? stderr : `(pid ${process.pid})`).toContain(`(pid ${process.pid})`)
  })

  it.skipIf(!hasIpv6)('shares loopback with no stranger', async () => {
    const CORE_PORT = await freePort()
    await listenOn('::1', CORE_PORT)
    const { exitCode, stderr } = await failing({ CORE_PORT })
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`core cannot listen on port ${CORE_PORT}: it is taken by`)
  })

  it('says which variable is invalid', async () => {
    const { exitCode, stderr } = await failing({ CORE_PORT: '30x0' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^CORE_PORT="30x0" is not a port\b.*65535.*unset it$/)
  })

  it("says all that is wrong, also of others' variables", async () => {
    const { exitCode, stderr } = await failing({ DEMO_PORT: '0', EMBED_URL: 'nonsense', GRAFANA_PORT: '70000' })
    expect(exitCode).toBe(1)
    expect(stderr.split('\n').map((line) => line.split('=')[0])).toEqual(['DEMO_PORT', 'GRAFANA_PORT'])
  })

  it('names both services that would share a port', async () => {
    const { exitCode, stderr } = await failing({ CORE_PORT: String(PORTS.gateway) })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^gateway and core both resolve to port \d+ .*GATEWAY_PORT.*CORE_PORT.*Set CORE_PORT to another port\.$/,
    )
  })

  it('says when its host is none', async () => {
    const { exitCode, stderr } = await failing({ CORE_PORT: await freePort(), HOST: 'nowhere.invalid' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^core cannot listen on port \d+: .*nowhere\.invalid.* CORE_PORT sets the port, HOST the address\.$/,
    )
  })

  it('shows the error of an app that cannot be built', async () => {
    const { exitCode, stderr } = await failing({ BUILD: 'fails' })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('the build of the app fails')
    expect(stderr).toContain('run.fixture.ts')
  })
})
