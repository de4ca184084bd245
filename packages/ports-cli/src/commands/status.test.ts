import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { findCheckout } from '@driftos/ports/checkout'
import * as probe from '@driftos/ports/probe'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { findFreePort, healthOf, program, run, runJson, runProgram, serve, start, useExample } from '../cli.fixture.js'

useExample()

vi.mock('@driftos/ports/probe', { spy: true })

afterEach(() => {
  vi.resetAllMocks()
})

const hasPython = spawnSync('python3', ['--version']).status === 0
/** Runs a program in a network namespace without IPv6. Linux allows this to every user unless it is configured otherwise. */
const withoutIpv6 = [
  'unshare',
  '-rn',
  'sh',
  '-c',
  'ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"',
  'sh',
] as const
const hasMachineWithoutIpv6 = spawnSync(withoutIpv6[0], [...withoutIpv6.slice(1), 'true']).status === 0
const nodeServer = `require('node:http').createServer((_, response) => response.end('hello')).listen(+process.argv[1], '127.0.0.1')`

/** Starts a foreign program on a port; it ends with the test. */
async function startStranger(command: string, args: readonly string[], port: number): Promise<number> {
  const child = spawn(command, args, { stdio: 'ignore' })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  while (!(await probe.isPortOpen(port))) await delay(20)
  return child.pid!
}

describe('status', () => {
  it('is 0 with latency and process when the right service is healthy', async () => {
    const port = await serve(healthOf('core'))
    const { code, stdout, stderr } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^core  ${port}\\s+up +[\\d.]+ ms, \\S.* \\(pid ${process.pid}\\)\n$`))
  })

  it('is 1 when nothing listens', async () => {
    const port = await findFreePort()
    const { code, stdout, stderr } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^core  ${port}\\s+down      .+\n$`))
  })

  it.runIf(hasMachineWithoutIpv6)('reports every service as down where there is no IPv6', () => {
    const [command, ...args] = [...withoutIpv6, process.execPath, ...program, 'status', 'core', 'postgres']
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(stdout).toMatch(/^core +\d+ +down +\S.*\npostgres +\d+ +down +\S.*\n$/)
  })

  it('is 1 with the reason when the right service is not ready', async () => {
    const port = await serve(healthOf('core', 503))
    const { code, stdout } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stdout).toMatch(/ down +.*503.*, .* \(pid \d+\)\n$/)
  })

  it('is 1 when a service accepts and never answers', async () => {
    const port = await serve(() => {})
    const { code, stdout } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stdout).toMatch(/ down +.*2000 ms, .* \(pid \d+\)\n$/)
  })

  it('reports another service as a stranger', async () => {
    const port = await serve(healthOf('embed'))
    const { code, stdout } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stdout).toMatch(/ stranger +.*200.*\/health, /)
  })

  it('reports a server that is not a database as a stranger', async () => {
    const port = await serve(healthOf('postgres'))
    const { code, stdout } = await run(['status', 'postgres'], { POSTGRES_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stdout).toMatch(/ stranger +.*PostgreSQL, /)
  })

  it('probes a database in its protocol', async () => {
    const server = createServer((socket) => void socket.once('data', () => socket.end('N')))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    expect(await run(['status', 'postgres'], { POSTGRES_PORT: `${port}` })).toMatchObject({ code: 0 })
  })

  it.each([
    {
      name: 'python3',
      args: (port: number) => ['-m', 'http.server', `${port}`, '--bind', '127.0.0.1'],
      exists: hasPython,
    },
    { name: 'node', args: (port: number) => ['-e', nodeServer, `${port}`], exists: true },
  ])('names $name as the stranger on a port', async ({ name, args, exists }) => {
    if (!exists) return
    const port = await findFreePort()
    const pid = await startStranger(name, args(port), port)
    const { code, stdout } = await run(['status', 'demo'], { DEMO_PORT: `${port}` })
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^demo  ${port}\\s+stranger +.*\\d+.*/health, ${name}.* \\(pid ${pid}\\)\n$`))
  })

  it('prints "unknown holder" when the system does not show the process', async () => {
    vi.mocked(probe.findHolders).mockResolvedValue(new Map())
    const port = await serve(healthOf('core'))
    const { stdout } = await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect(stdout).toMatch(/ up +[\d.]+ ms, unknown holder\n$/)
  })

  it.each([
    [{ pid: 812, command: 'docker-proxy -proto tcp' }, 'container grafana (docker-proxy -proto tcp, pid 812)'],
    [undefined, 'container grafana'],
  ])('names the container behind its engine %j', async (process, held) => {
    vi.mocked(probe.probeService).mockResolvedValue({ service: 'core', port: 4000, state: 'up', latencyMs: 3 })
    vi.mocked(probe.findHolders).mockResolvedValue(new Map([[4000, { process, container: 'grafana' }]]))
    const { stdout } = await run(['status', 'core'])
    expect(stdout).toBe(`core  4000   up         3 ms, ${held}\n`)
    const { value } = await runJson(['status', 'core'])
    const [status] = (value as { services: unknown[] }).services
    expect(status).toEqual(expect.objectContaining({ container: 'grafana', ...(process && { holder: process }) }))
  })

  it('names no process of this machine as the holder of a port on another', async () => {
    vi.mocked(probe.probeService).mockResolvedValue({ service: 'core', port: 443, state: 'up', latencyMs: 3 })
    vi.mocked(probe.findHolders).mockResolvedValue(
      new Map([[443, { process: { pid: 1, command: 'nginx' }, container: undefined }]]),
    )
    const { stdout } = await run(['status', 'core'], { CORE_URL: 'https://core.example.com' })
    expect(stdout).toBe('core  443    up         3 ms\n')
  })

  it('looks for no process on a free port', async () => {
    const port = await findFreePort()
    await run(['status', 'core'], { CORE_PORT: `${port}` })
    expect(probe.findHolders).toHaveBeenCalledExactlyOnceWith([], expect.anything())
  })

  it('aligns several services, in the order of the command line, each once', async () => {
    const [core, embed] = [await serve(healthOf('core')), await findFreePort()]
    const { code, stdout } = await run(['status', 'legacy', 'core', 'driftos-core'], {
      CORE_PORT: `${core}`,
      LEGACY_PORT: `${embed}`,
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^legacy {2}\d+ +down .*\ncore {4}\d+ +up .*\n$/)
  })

  it('takes a name for all that it may mean', async () => {
    const [one, two] = [await findFreePort(), await findFreePort()]
    const { stdout } = await run(['status', 'grafana'], { GRAFANA_PORT: `${one}`, EMBED_GRAFANA_PORT: `${two}` })
    expect(stdout).toMatch(/^coreGrafana .*\nembedGrafana .*\n$/)
  })

  it('probes no service when a name is mistyped', async () => {
    expect(await run(['status', 'core', 'emebd'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Unknown service "emebd". Did you mean embed?\nSee driftos-ports status --help.\n',
    })
    expect(probe.probeService).not.toHaveBeenCalled()
  })

  it('lists every problem of the environment and probes no service', async () => {
    const env = { CORE_PORT: 'x', EMBED_URL: 'ftp://a' }
    const { code, stdout, stderr } = await run(['status', 'core', 'embed', 'demo'], env)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^CORE_PORT="x" .*\nEMBED_URL="ftp:\/\/a" /)
    expect(probe.probeService).not.toHaveBeenCalled()
  })

  it('ignores the variables of other services', async () => {
    const port = await serve(healthOf('core'))
    expect(await run(['status', 'core'], { CORE_PORT: `${port}`, EMBED_PORT: 'x' })).toMatchObject({ code: 0 })
  })

  it('colours by state', async () => {
    const port = await serve(healthOf('core'))
    const { stdout } = await run(['status', 'core'], { CORE_PORT: `${port}`, FORCE_COLOR: '1' })
    expect(stdout.startsWith('\u001B[32mcore ')).toBe(true)
  })

  it('exits with its code', async () => {
    const [up, down] = [await serve(healthOf('core')), await findFreePort()]
    const [first, second] = [
      await runProgram(['status', 'core'], { CORE_PORT: `${up}` }),
      await runProgram(['status', 'core'], { CORE_PORT: `${down}` }),
    ]
    expect([first, second]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 1, stderr: '' },
    ])
  })
})

describe('status --json', () => {
  it('prints service, port, state, latency, holder and the reason for each that is not up', async () => {
    const [up, stranger, down] = [await serve(healthOf('core')), await serve(healthOf('core')), await findFreePort()]
    const { code, stderr, value } = await runJson(['status', 'core', 'embed', 'demo'], {
      CORE_PORT: `${up}`,
      EMBED_PORT: `${stranger}`,
      DEMO_PORT: `${down}`,
    })
    const holder = { pid: process.pid, command: expect.any(String) as string, cwd: process.cwd() }
    const checkout = expect.objectContaining({ root: findCheckout(process.cwd())!.root }) as object
    const reason = expect.stringMatching(/./) as string
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(value).toStrictEqual({
      services: [
        { service: 'core', port: up, state: 'up', latencyMs: expect.any(Number) as number, holder, checkout },
        { service: 'embed', port: stranger, state: 'stranger', reason, holder, checkout },
        { service: 'demo', port: down, state: 'down', reason },
      ],
    })
  })
})

describe('status --watch', () => {
  it.each([
    [[], '\n\n'],
    [['--json'], '\n'],
  ])(
    'without a terminal prints one listing after another with %j, until it is interrupted',
    async (flags, separator) => {
      const port = await serve(healthOf('core'))
      const child = start(['status', 'core', '--watch', ...flags], { CORE_PORT: `${port}` })
      let [stdout, stderr] = ['', '']
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      for await (const chunk of child.stdout) {
        stdout += (chunk as Buffer).toString()
        if (stdout.split(separator).length > 2) break
      }
      child.kill('SIGINT')
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]

      expect({ code, signal, stderr }).toEqual({ code: null, signal: 'SIGINT', stderr: '' })
      const [first = '', second = ''] = stdout.split(separator)
      if (flags.length > 0)
        expect([first, second].map((line) => JSON.parse(line) as unknown)).toMatchObject([
          { services: [{ state: 'up' }] },
          { services: [{ state: 'up' }] },
        ])
      else
        expect([first, second]).toEqual([expect.stringMatching(/^core .* up /), expect.stringMatching(/^core .* up /)])
      expect(stdout).not.toContain('\u001B')
    },
  )

  it.skipIf(process.platform === 'win32')('ends in silence when its reader has left', async () => {
    const port = await serve(healthOf('core'))
    const child = start(['status', 'core', '--watch'], { CORE_PORT: `${port}` })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await once(child, 'close')).toEqual([0, null])
    expect(stderr).toBe('')
  })

  it('redraws a terminal', async () => {
    vi.mocked(probe.probeService)
      .mockResolvedValueOnce({ service: 'core', port: 3001, state: 'down', reason: 'nothing listens' })
      .mockRejectedValueOnce(new Error('watched enough'))
    const { runCli } = await import('../cli.js')
    const texts: string[] = []
    const io = {
      env: { NO_COLOR: '1' },
      cwd: process.cwd(),
      isTerminal: true,
      write: (text: string) => texts.push(text),
      writeError: () => {},
    }
    await expect(runCli(['status', 'core', '--watch'], io)).rejects.toThrow('watched enough')
    expect(texts.join('')).toBe('\u001B[H\u001B[2Jcore  3001   down       nothing listens\n')
  })
})
