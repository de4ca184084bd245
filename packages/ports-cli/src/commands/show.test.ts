import type { ServiceDefinition } from '@driftos/ports/define'
import { describe, expect, it } from 'vitest'
import { run, runJson, useExample } from '../cli.fixture.js'

const { PORTS, services, ranges, history, findService } = useExample()
const { reserved } = ranges.services
const free = Array.from({ length: reserved.last - reserved.first + 1 }, (_, index) => reserved.first + index).find(
  (port) => findService(port)?.status === 'reserved',
)
const left = [...new Set(history.map(({ from }) => from))]
const retired = left.filter((port) => findService(port)?.status === 'retired')
/** A port that the registry does not know. */
const unknown = Array.from({ length: 9999 }, (_, index) => 4000 + index).find((port) => !findService(port))!

/** The services that a text finds. */
async function find(text: string): Promise<string[]> {
  const { value } = await runJson(['show', text])
  return (value as { services: { service: string }[] }).services.map(({ service }) => service)
}

describe('show', () => {
  it('prints one service', async () => {
    const { code, stdout, stderr } = await run(['show', 'coreGrafana'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const moves = history.filter(({ service }) => service === 'coreGrafana')
    expect(stdout.trimEnd().split('\n')).toEqual([
      `coreGrafana: ${services.coreGrafana.summary}`,
      `  port       ${PORTS.coreGrafana}`,
      '  variable   GRAFANA_PORT',
      `  origin     http://localhost:${PORTS.coreGrafana}`,
      '  container  grafana, port 3000 inside',
      '  health     /api/health',
      '  group      coreSupport',
      '  status     active',
      ...moves.map(({ from, to, reason }) => `  moved      from ${from} to ${to}: ${reason}`),
    ])
  })

  it.each(Object.entries<ServiceDefinition>(services))(
    'finds %s by its name, its variable, its container and its aliases, in any case',
    async (name, { variable, containerName, aliases = [] }) => {
      for (const text of [name, variable, ...aliases]) {
        expect(await find(text)).toEqual([name])
        expect(await find(text.toUpperCase())).toEqual([name])
      }
      expect((await find(containerName))[0]).toBe(name)
    },
  )

  it.each([
    ['grafana', ['coreGrafana', 'embedGrafana']],
    ['graf', ['coreGrafana', 'embedGrafana']],
    ['embed-grafana', ['embedGrafana']],
  ])('finds by %s, a part of several names, %j', async (text, names) => {
    expect(await find(text)).toEqual(names)
  })

  it('prints both Grafanas', async () => {
    const { stdout } = await run(['show', 'grafana'])
    expect(stdout).toMatch(/^coreGrafana: .*\n\nembedGrafana: /s)
  })

  it.each([
    ['mygateway', 'gateway'],
    ['GATWAY', 'gateway'],
    ['graphana', 'grafana'],
    ['prometeus', 'prometheus'],
    ['croe', 'core'],
  ])('suggests the nearest names for %s: %s', async (text, nearest) => {
    expect(await run(['show', text])).toEqual({
      code: 2,
      stdout: '',
      stderr: `Unknown service "${text}". Did you mean ${nearest}?\nSee driftos-ports show --help.\n`,
    })
  })

  it.each(['', ' ', 'e', 'or', 'toString', '-1', '3000.5', '30x0', 'nothing like it'])(
    'finds nothing for %j',
    async (text) => {
      const { code, stdout, stderr } = await run(['show', '--', text])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toBe(`Unknown service ${JSON.stringify(text)}.\nSee driftos-ports show --help.\n`)
    },
  )

  it('finds a service by its port', async () => {
    expect(await run(['show', `${PORTS.coreGrafana}`])).toEqual(await run(['show', 'coreGrafana']))
  })

  it('finds a service by its other names in the registry', async () => {
    for (const [service, { aliases = [] }] of Object.entries<ServiceDefinition>(services))
      for (const alias of aliases) expect((await run(['show', alias])).stdout).toMatch(new RegExp(`^${service}: `))
  })

  it.each(left.filter((port) => !retired.includes(port)))(
    'prints the past owner of %i, the port of another',
    async (port) => {
      const { stdout } = await run(['show', `${port}`])
      expect(stdout.startsWith(`${findService(port)?.service}: `)).toBe(true)
      for (const { service, to, reason } of history.filter(({ from }) => from === port))
        expect(stdout).toContain(`${service} used port ${port} until it moved to ${to}: ${reason}.\n`)
    },
  )

  it.each(retired)('prints the last owner of %i, a retired port, and its present port', async (port) => {
    const { service } = findService(port)!
    const { code, stdout, stderr } = await run(['show', `${port}`])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Port ${port} is retired\\.\n`))
    for (const { to, reason } of history.filter((move) => move.service === service && move.from === port))
      expect(stdout).toContain(`\n${service} used port ${port} until it moved to ${to}: ${reason}.\n`)
  })

  it.each([
    [`${free}`, `Port ${free} is reserved for a future service.\n`],
    [`${unknown}`, `Port ${unknown} is not registered.\n`],
  ])('prints the status of port %s', async (port, stdout) => {
    expect(await run(['show', port])).toEqual({ code: 0, stdout, stderr: '' })
  })

  it.each(['0', '65536', '99999999999999999999'])('refuses %s, which is no port', async (port) => {
    const { code, stdout, stderr } = await run(['show', port])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('expected a number from 1 to 65535.')
  })

  it('shows the variable that moves a service', async () => {
    const { stdout } = await run(['show', 'core'], { CORE_PORT: '4101' })
    expect(stdout).toContain(`port       4101, moved from ${PORTS.core} by CORE_PORT\n`)
    expect(stdout).toContain('origin     http://localhost:4101\n')
  })

  it("says that a platform's link value is ignored", async () => {
    const { stdout } = await run(['show', 'core'], { CORE_PORT: 'tcp://10.0.0.1:3001' })
    expect(stdout).toContain('CORE_PORT: set by Kubernetes or Docker for a linked service; ignored\n')
  })

  it('prints the registry entry of every service', async () => {
    for (const [name, { summary, variable }] of Object.entries(services)) {
      const { stdout } = await run(['show', name])
      expect(stdout).toContain(`${name}: ${summary}\n`)
      expect(stdout).toContain(`  variable   ${variable}\n`)
    }
  })

  it('names every problem of the environment', async () => {
    const { code, stderr } = await run(['show', 'grafana'], { GRAFANA_PORT: 'x', EMBED_GRAFANA_PORT: 'y' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^GRAFANA_PORT="x" .*\nEMBED_GRAFANA_PORT="y" /)
  })

  it('ignores the variables of other services', async () => {
    expect(await run(['show', 'core'], { EMBED_PORT: 'x' })).toMatchObject({ code: 0 })
  })

  describe('--json', () => {
    it.each<[port: string, value: unknown]>([
      [`${PORTS.core}`, { port: PORTS.core, status: 'assigned', service: 'core' }],
      ...retired.map((port): [string, unknown] => [`${port}`, findService(port)]),
      [`${free}`, { port: free, status: 'reserved' }],
      [`${unknown}`, { port: unknown, status: 'unregistered' }],
    ])('prints the record of port %s', async (port, value) => {
      expect(await runJson(['show', port])).toEqual({ code: 0, stderr: '', value })
    })

    it('prints the services that a name finds', async () => {
      const { value } = await runJson(['show', 'core'], { CORE_PORT: '4101' })
      expect(value).toEqual({
        services: [
          {
            ...services.core,
            service: 'core',
            port: 4101,
            registeredPort: PORTS.core,
            movedBy: 'CORE_PORT',
            origin: 'http://localhost:4101',
            history: history.filter(({ service }) => service === 'core'),
          },
        ],
      })
    })
  })
})
