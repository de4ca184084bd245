import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { PORTS, type Env } from '@driftos/ports'
import getPort from 'get-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { caller, other, upstream, upstreamVariable, variableOf } from './services.fixture.js'
import { startFixture } from './start.fixture.js'

const fixture = new URL('./run.fixture.ts', import.meta.url)

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
const hasIpv6 = addresses.some(({ address }) => address === '::1')
const isLocalhostIpv6 = (await lookup('localhost', { all: true })).some(({ address }) => address === '::1')
/** An address of this machine that other machines can reach. */
const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address

async function freePort(): Promise<string> {
  return String(await getPort())
}

async function listenOn(host: string, port: string): Promise<void> {
  const server = createServer().listen({ port: Number(port), host, ipv6Only: true })
  await once(server, 'listening')
  onTestFinished(() => void server.close())
}

/** Returns the exit code and output of a service that does not start. */
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
  it('listens on its port, on loopback only', async () => {
    const port = await freePort()
    await startFixture(fixture, { [upstreamVariable]: port, PORT: await freePort() }).printed(`127.0.0.1:${port}`)
    expect(await isAt('127.0.0.1', port)).toBe(true)
    await expect.poll(() => isAt('[::1]', port)).toBe(isLocalhostIpv6)
    expect(await isAt(outside ?? 'nowhere.invalid', port)).toBe(false)
  })

  it('listens on PORT when its own variable is blank', async () => {
    const PORT = await freePort()
    await startFixture(fixture, { PORT, [upstreamVariable]: ' ' }).printed(`127.0.0.1:${PORT}`)
    expect(await isAt('localhost', PORT)).toBe(true)
  })

  it('listens on the address in HOST', async () => {
    const port = await freePort()
    await startFixture(fixture, { [upstreamVariable]: port, HOST: '127.0.0.1' }).printed(`127.0.0.1:${port}`)
    expect(await isAt('127.0.0.1', port)).toBe(true)
    expect(await isAt('[::1]', port)).toBe(false)
  })

  it.skipIf(outside === undefined)('accepts connections from other machines with HOST=0.0.0.0', async () => {
    const port = await freePort()
    await startFixture(fixture, { [upstreamVariable]: port, HOST: '0.0.0.0' }).printed(`:${port}`)
    expect(await isAt(outside!, port)).toBe(true)
  })
})

describe('a service with HOST=::', () => {
  it('accepts IPv4, and IPv6 where the system has it', async () => {
    const port = await freePort()
    await startFixture(fixture, { [upstreamVariable]: port, HOST: '::' }).printed(`:${port}`)
    expect(await isAt('127.0.0.1', port)).toBe(true)
    expect(await isAt('[::1]', port)).toBe(hasIpv6)
  })
})

describe('a service that cannot start', () => {
  it('prints the process on its port and the variable that moves it', async () => {
    const port = await freePort()
    await listenOn('127.0.0.1', port)
    const { exitCode, stdout, stderr } = await failing({ [upstreamVariable]: port })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(
        `^${upstream} cannot listen on port \\d+: it is taken by .+\\. Stop that process, or set ${upstreamVariable} `,
      ),
    )
    expect(stderr).toContain(port)
    // Other systems may hide the process.
    expect(process.platform === 'linux' ? stderr : `(pid ${process.pid})`).toContain(`(pid ${process.pid})`)
  })

  it.skipIf(!hasIpv6)('refuses to share loopback with another process', async () => {
    const port = await freePort()
    await listenOn('::1', port)
    const { exitCode, stderr } = await failing({ [upstreamVariable]: port })
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`${upstream} cannot listen on port ${port}: it is taken by`)
  })

  it('prints the invalid variable', async () => {
    const { exitCode, stderr } = await failing({ [upstreamVariable]: '30x0' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(new RegExp(`^${upstreamVariable}="30x0" is not a port\\b.*65535.*unset it\\.?$`))
  })

  it('prints every invalid variable, those of other services included', async () => {
    const { exitCode, stderr } = await failing({
      [variableOf(caller)]: '0',
      [upstreamVariable.replace(/PORT$/, 'URL')]: 'nonsense',
      [variableOf(other)]: '70000',
    })
    expect(exitCode).toBe(1)
    expect(stderr.split('\n').map((line) => line.split('=')[0])).toEqual([variableOf(caller), variableOf(other)])
  })

  it('names both services that resolve to one port', async () => {
    const { exitCode, stderr } = await failing({ [upstreamVariable]: String(PORTS[caller]) })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      new RegExp(
        `^${caller} and ${upstream} both resolve to port \\d+ .*${variableOf(caller)}.*${upstreamVariable}.*Set ${upstreamVariable} to another port\\.$`,
      ),
    )
  })

  it('prints an invalid host', async () => {
    const { exitCode, stderr } = await failing({ [upstreamVariable]: await freePort(), HOST: 'nowhere.invalid' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      new RegExp(
        `^${upstream} cannot listen on port \\d+: .*nowhere\\.invalid.* ${upstreamVariable} sets the port, HOST the address\\.$`,
      ),
    )
  })

  it('prints the error of an app that cannot be built', async () => {
    const { exitCode, stderr } = await failing({ BUILD: 'fails' })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('the build of the app fails')
    expect(stderr).toContain('run.fixture.ts')
  })
})
