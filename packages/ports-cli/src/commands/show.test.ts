import { services } from '@driftos/ports'
import { describe, expect, it } from 'vitest'
import { run, runJson } from '../cli.fixture.js'

/** The services that a text finds. */
async function find(text: string): Promise<string[]> {
  const { value } = await runJson(['show', text])
  return (value as { services: { service: string }[] }).services.map(({ service }) => service)
}

describe('show', () => {
  it('prints one service', async () => {
    const { code, stdout, stderr } = await run(['show', 'coreGrafana'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "coreGrafana: Dashboards for core
        port       3010
        variable   GRAFANA_PORT
        origin     http://localhost:3010
        container  grafana, port 3000 inside
        health     /api/health
        group      coreSupport
        status     active
        moved      from 3002 to 3010: it conflicted with embed
      "
    `)
  })

  it.each([
    ['core', ['core']],
    ['CORE', ['core']],
    ['embed', ['embed']],
    ['coregrafana', ['coreGrafana']],
    ['grafana', ['coreGrafana', 'embedGrafana']],
    ['embed-grafana', ['embedGrafana']],
    ['driftos-core', ['core']],
    ['graf', ['coreGrafana', 'embedGrafana']],
    ['embedding-server', ['legacyEmbedding']],
    ['postgres', ['postgres']],
  ])('finds by %s: %j', async (text, names) => {
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
  ])('says what %s is nearest to: %s', async (text, nearest) => {
    expect(await run(['show', text])).toEqual({
      code: 2,
      stdout: '',
      stderr: `No service is called "${text}"; did you mean ${nearest}?\nSee driftos-ports show --help.\n`,
    })
  })

  it.each(['', ' ', 'e', 'or', 'toString', '-1', '3000.5', '30x0'])('finds nothing for %j', async (text) => {
    const { code, stdout, stderr } = await run(['show', '--', text])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`No service is called ${JSON.stringify(text)}`)
  })

  it('finds a service by its port', async () => {
    expect(await run(['show', '3010'])).toEqual(await run(['show', 'coreGrafana']))
  })

  it('says who left the port of another', async () => {
    const { stdout } = await run(['show', '3002'])
    expect(stdout).toMatch(/^embed: /)
    expect(stdout).toContain("3002 was coreGrafana's until it moved to 3010.\n")
    expect(stdout).toContain("3002 was embedGrafana's until it moved to 3020.\n")
  })

  it.each([
    ['3003', "3003 is retired: the gateway's until it moved to 3000.\n"],
    ['3007', '3007 is reserved for a service to come.\n'],
    ['4000', '4000 is not registered: nobody holds it or held it.\n'],
  ])('says what the port %s is', async (port, stdout) => {
    expect(await run(['show', port])).toEqual({ code: 0, stdout, stderr: '' })
  })

  it.each(['0', '65536', '99999999999999999999'])('refuses %s, which is no port', async (port) => {
    const { code, stdout, stderr } = await run(['show', port])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('ports are 1 to 65535')
  })

  it.each([
    ['nothing', []],
    ['two', ['core', 'embed']],
  ])('refuses %s', async (_, names) => {
    const { code, stdout, stderr } = await run(['show', ...names])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('show takes one service or one port')
  })

  it('says what moves a service', async () => {
    const { stdout } = await run(['show', 'core'], { CORE_PORT: '4101' })
    expect(stdout).toContain('port       4101, moved from 3001 by CORE_PORT\n')
    expect(stdout).toContain('origin     http://localhost:4101\n')
  })

  it("says that a platform's link value is ignored", async () => {
    const { stdout } = await run(['show', 'core'], { CORE_PORT: 'tcp://10.0.0.1:3001' })
    expect(stdout).toContain('variable   CORE_PORT, ignored: a platform wrote it for its links\n')
  })

  it('prints for every service what the registry says', async () => {
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

  it('asks nothing of the variables of other services', async () => {
    expect(await run(['show', 'core'], { EMBED_PORT: 'x' })).toMatchObject({ code: 0 })
  })

  describe('--json', () => {
    it.each([
      ['3001', { port: 3001, status: 'assigned', service: 'core' }],
      ['3003', { port: 3003, status: 'retired', service: 'gateway', movedTo: 3000 }],
      ['3007', { port: 3007, status: 'reserved' }],
      ['4000', { port: 4000, status: 'unregistered' }],
    ])('prints what the port %s is', async (port, value) => {
      expect(await runJson(['show', port])).toEqual({ code: 0, stderr: '', value })
    })

    it('prints the services that a name finds', async () => {
      const { value } = await runJson(['show', 'core'], { CORE_PORT: '4101' })
      expect(value).toMatchInlineSnapshot(`
        {
          "services": [
            {
              "containerName": "driftos-core",
              "group": "services",
              "healthPath": "/health",
              "history": [],
              "metricsPath": "/metrics",
              "movedBy": "CORE_PORT",
              "origin": "http://localhost:4101",
              "port": 4101,
              "registeredPort": 3001,
              "scheme": "http",
              "service": "core",
              "status": "active",
              "summary": "LLM service",
              "variable": "CORE_PORT",
            },
          ],
        }
      `)
    })
  })
})
