import type { ServiceDefinition } from '@driftos/ports/define'
import { describe, expect, it } from 'vitest'
import { run, runJson, useExample } from '../cli.fixture.js'

const { PORTS, services, ranges, history } = useExample()

describe('list', () => {
  it('groups every service by its range', async () => {
    const { code, stdout, stderr } = await run(['list'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const blocks = stdout.trimEnd().split('\n\n')
    const all = Object.entries<ServiceDefinition>(services)
    for (const [index, group] of [...(Object.keys(ranges) as (keyof typeof ranges)[]), undefined].entries()) {
      const [title, ...lines] = blocks[index]!.split('\n')
      const { summary = '', first = 0, last = 0 } = group ? ranges[group] : {}
      expect(title).toBe(group ? `${summary}, ${first}-${last}` : 'Outside the ranges')
      const members = all.filter(([, service]) => service.group === group)
      expect(lines.filter((line) => !line.endsWith(' reserved')).map((line) => line.trim().split(/ {2,}/, 3))).toEqual(
        members.map(([name, { port, variable }]) => [`${port}`, name, variable]),
      )
    }
  })

  it.each([
    ['the defaults', {}],
    ['an offset', { DRIFTOS_PORT_OFFSET: '50000' }],
    [
      'every variable',
      Object.fromEntries(Object.values(services).map(({ variable }, index) => [variable, `${50_000 + index}`])),
    ],
    ['links', Object.fromEntries(Object.values(services).map(({ variable }) => [variable, 'tcp://10.0.0.1:3000']))],
  ])('fits a terminal of 80 columns with %s, and cuts nothing elsewhere', async (_, env) => {
    const terminal = await run(['list'], { ...env, COLUMNS: '80', NO_COLOR: '1' }, true)
    for (const line of terminal.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const piped = await run(['list'], { ...env, COLUMNS: '20' })
    for (const { stdout } of [terminal, piped])
      for (const name of Object.keys(services)) expect(stdout).toContain(` ${name} `)
    for (const { summary } of Object.values(services)) expect(piped.stdout).toContain(`  ${summary}\n`)
  })

  it('marks what an override moves, with its variable', async () => {
    const { stdout } = await run(['list'], { GRAFANA_PORT: '4101', CORE_PORT: ' 4102 ', EMBED_PORT: `${PORTS.embed}` })
    expect(stdout).toContain('  4101   coreGrafana ')
    expect(stdout).toContain(`moved from ${PORTS.coreGrafana} by GRAFANA_PORT\n`)
    expect(stdout).toContain(`moved from ${PORTS.core} by CORE_PORT\n`)
    expect(stdout.match(/moved from/g)).toHaveLength(2)
  })

  it('marks services that the offset moves, and not those with a variable', async () => {
    const { stdout } = await run(['list'], { DRIFTOS_PORT_OFFSET: '100', CORE_PORT: `${PORTS.core}` })
    expect(stdout).toContain(`  ${PORTS.gateway + 100}   gateway `)
    expect(stdout).toContain(`moved from ${PORTS.gateway} by DRIFTOS_PORT_OFFSET\n`)
    expect(stdout).toContain(`  ${PORTS.core}   core `)
    expect(stdout.match(/moved from/g)).toHaveLength(Object.keys(services).length - 1)
  })

  it("says that a platform's link value is ignored", async () => {
    const { stdout } = await run(['list'], { CORE_PORT: 'tcp://10.0.0.1:3001' })
    expect(stdout).toContain(`  ${PORTS.core}   core `)
    expect(stdout).toContain('CORE_PORT ignored: set by Kubernetes or Docker for a linked service\n')
    expect(stdout).not.toContain('moved')
  })

  it('shows both that a link value is ignored and that the offset moves the service', async () => {
    const { stdout } = await run(['list'], { CORE_PORT: 'tcp://10.0.0.1:3001', DRIFTOS_PORT_OFFSET: '100' })
    const { core } = PORTS
    expect(stdout).toMatch(
      new RegExp(`  ${core + 100}   core .*\n.*moved from ${core} by DRIFTOS_PORT_OFFSET\n.*CORE_PORT ignored: `),
    )
  })

  it('takes a blank variable for none', async () => {
    expect(await run(['list'], { CORE_PORT: ' ', DRIFTOS_PORT_OFFSET: '' })).toEqual(await run(['list']))
  })

  it('prints one group', async () => {
    const { stdout } = await run(['list', '--group', 'monitoring'])
    expect(stdout).toBe(
      `Monitoring, 9000-9999\n  ${PORTS.prometheus}   prometheus  PROMETHEUS_PORT  Metrics collection\n`,
    )
  })

  it.each(['nope', '', 'toString'])('refuses the group %j', async (group) => {
    expect(await run(['list', '--group', group])).toEqual({
      code: 2,
      stdout: '',
      stderr: `--group: expected ${Object.keys(ranges).join(', ')}, got ${JSON.stringify(group)}.\nSee driftos-ports list --help.\n`,
    })
  })

  it('refuses a positional argument', async () => {
    expect(await run(['list', 'core'])).toMatchObject({ code: 2, stdout: '' })
  })

  it('names every problem of the environment', async () => {
    const { code, stdout, stderr } = await run(['list'], { CORE_PORT: 'x', EMBED_PORT: '0', DEMO_URL: 'ftp://a' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n').toSorted()).toEqual([
      `CORE_PORT="x" is not a port: set a number from 1 to 65535, such as ${PORTS.core}, or unset it`,
      `DEMO_URL="ftp://a" is not an origin for demo: write http:// or https:// and a host, without user, query or fragment, such as http://localhost:${PORTS.demo}, or unset it`,
      `EMBED_PORT="0" is not a port: set a number from 1 to 65535, such as ${PORTS.embed}, or unset it`,
    ])
  })

  it('names an invalid offset once', async () => {
    const { code, stderr } = await run(['list'], { DRIFTOS_PORT_OFFSET: 'x' })
    expect(code).toBe(2)
    expect(stderr.match(/DRIFTOS_PORT_OFFSET/g)).toHaveLength(1)
  })

  it('refuses two services on one port', async () => {
    const { code, stdout, stderr } = await run(['list'], { CORE_PORT: `${PORTS.gateway}` })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^(gateway and core|core and gateway) both resolve to port ${PORTS.gateway} `))
  })

  describe('--json', () => {
    it('prints the registry, resolved', async () => {
      const { code, stderr, value } = await runJson(['list'], { CORE_PORT: '4101' })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(value).toMatchObject({ ranges, history })
      const { services: entries } = value as { services: { service: string; registeredPort: number }[] }
      expect(Object.fromEntries(entries.map((entry) => [entry.service, entry.registeredPort]))).toEqual(PORTS)
      expect(entries.find(({ service }) => service === 'core')).toEqual({
        service: 'core',
        port: 4101,
        registeredPort: PORTS.core,
        movedBy: 'CORE_PORT',
        variable: 'CORE_PORT',
        origin: 'http://localhost:4101',
        group: 'services',
        status: 'active',
        containerPort: null,
        summary: 'LLM service',
      })
    })

    it('prints one group', async () => {
      const { value } = await runJson(['list', '--group', 'coreSupport'])
      expect(value).toMatchObject({ services: [{ service: 'coreGrafana', port: PORTS.coreGrafana }] })
    })

    it('prints nothing on standard output for wrong usage', async () => {
      expect(await run(['list', '--json', '--group', 'x'])).toMatchObject({ code: 2, stdout: '' })
    })
  })
})
