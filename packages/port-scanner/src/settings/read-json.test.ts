import { describe, expect, it } from 'vitest'
import { readJson } from './read-json.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = 'package.json') => describeSightings(readJson, text, path)

describe('readJson', () => {
  it('reads the scripts of a package as commands', () => {
    expect(
      see(
        JSON.stringify({
          name: 'driftos-embed',
          scripts: {
            dev: 'next dev -p 3002',
            start: 'PORT=3002 node main.js && echo "x"',
            wait: 'wait-on http://localhost:3001',
            test: 'vitest --timeout 3000',
          },
          config: { port: 3002, timeout: 3000 },
        }),
      ),
    ).toMatchInlineSnapshot(`
      "1:55 3002 flag, host | variable dev | context driftos-embed
      1:75 3002 env value, host | variable PORT | variable start | context driftos-embed
      1:141 3001 url, host | variable wait | label wait-on | context driftos-embed
      1:196 3002 listen, host | variable port | context driftos-embed"
    `)
  })

  it('knows what a development container forwards and what it calls it', () => {
    expect(
      see(
        '{ // gateway on port 3000\n"forwardPorts": [3000, "db:5432"],\n"portsAttributes": { "3000": { "label": "Gateway" }, "3010-3012": { "label": "Grafana" } },\n"appPort": ["3101:3001", 3005],\n"runArgs": ["-p", "9091:9090"], }',
        'devcontainer.json',
      ),
    ).toMatchInlineSnapshot(`
      "1:22 3000 prose, host | label gateway on
      2:18 3000 publish, host | variable forwardPorts
      2:28 5432 url, container | variable forwardPorts | name db
      3:23 3000 publish, host | label Gateway
      3:55 3010-3012 publish, host | label Grafana
      4:14 3101 publish, host | variable appPort
      4:19 3001 container, container | variable appPort
      4:26 3005 publish, host | variable appPort
      5:20 9091 publish, host | variable runArgs
      5:25 9090 container, container | variable runArgs"
    `)
  })

  it('names a port by what stands beside it', () => {
    expect(
      see(
        JSON.stringify({
          configurations: [{ port: 9229, args: ['--port', '3001'], env: { PORT: '3001' }, name: 'Launch core' }],
          datasources: [{ name: 'Prometheus', url: 'http://prometheus:9090' }],
          services: { core: { port: 3001 } },
          ports: { gateway: 3000 },
          db: { host: 'postgres', port: 5432 },
          far: { host: 'db.example.com', port: 5432 },
          variable: [
            { key: 'port', value: '3000' },
            { key: 'base_url', value: 'http://localhost:3000' },
          ],
          task: [{ containerPort: 3000, hostPort: 80 }],
          schema: { port: { default: 3000, minimum: 1, maximum: 65_535 } },
          ExposedPorts: { '3000/tcp': {} },
        }).replaceAll(/(?<=[}\]]),/g, ',\n'),
      ),
    ).toMatchInlineSnapshot(`
      "1:28 9229 listen, host | variable port | name Launch core | context configurations
      1:51 3001 flag, host | name Launch core | context configurations
      2:16 3001 env value, host | variable PORT | name Launch core | context configurations
      4:62 9090 url, container | variable url | name prometheus | name Prometheus | context datasources
      5:28 3001 listen, host | variable port | name core | context services
      6:20 3000 listen, host | name gateway | variable ports
      7:32 5432 listen, container | variable port | name postgres | name db
      8:39 5432 listen, host remote | variable port | name db.example.com | name far
      9:36 3000 env value, host | variable port
      10:45 3000 url, host | variable base_url
      11:26 3000 container, container | variable containerPort | context task
      11:42 80 publish, host | variable hostPort | context task
      12:29 3000 env default, host | variable port | name schema
      13:18 3000 expose, container | name ExposedPorts"
    `)
  })

  it('finds what escapes hide, at its place', () => {
    expect(
      see(String.raw`{"expr": "up{instance=\"core:3001\"}", "url": "http:\/\/localhost:3000\/x", "port": "\u0033000"}`),
    ).toMatchInlineSnapshot(`
      "1:30 3001 url, container | variable expr | name core | label up instance
      1:67 3000 url, host | variable url | context /x"
    `)
  })

  it.each([
    '{"timeout": 3000, "width": 3001, "year": 2024}',
    '{"version": "3.0.0", "id": "3001", "time": "10:30", "color": "#3010ff"}',
    '{"viewport": 3000, "airport": 3001, "maxPort": 65535}',
    '{"port": 3000.5, "ports": {"a": 3}, "port2": 70000, "port": -3000}',
    '[3000, 3001, [3002]]',
    '{"ports": [{"weight": 3000}]}',
    '{"name": "TIMEOUT", "value": "3000"}',
    '{"uuid": "3001f0a2-3000-3002-8000-000000003003"}',
  ])('takes nothing in %s for a port', (text) => {
    expect(see(text, 'data.json')).toBe('')
  })

  it("leaves a debugger's port to it", () => {
    const attach = { name: 'Attach', request: 'attach', port: 9229, connect: { port: 5678 } }
    const launch = { url: 'http://localhost:3001', args: ['--port', '3001'], env: { PORT: '3001', GATEWAY_PORT: 3000 } }
    expect(see(JSON.stringify({ configurations: [attach, launch] }).replaceAll('},', '},\n'), '.vscode/launch.json'))
      .toMatchInlineSnapshot(`
      "2:26 3001 url, host | variable url | context configurations
      2:50 3001 flag, host | context configurations
      2:72 3001 env value, host | variable PORT | context configurations
      2:93 3000 env value, host | variable GATEWAY_PORT | context configurations"
    `)
  })

  it('leaves a tsconfig alone', () => {
    expect(see('{"port": 3000}', 'tsconfig.build.json')).toBe('')
  })

  it.each([
    ['{"port": 3000', [3000]],
    ['{"port": 3000,,]}', [3000]],
    ["{port: 3000, 'url': 'http://localhost:3001'}", [3000, 3001]],
    [`${'['.repeat(100_000)}{"port": 3000}`, [3000]],
    [`${'{"a":'.repeat(100_000)}{"port": 3000}`, [3000]],
    ['\uFEFF{"port": "3000"}', [3000]],
    ['{"port": 3000}\n{"port": 3001}', [3000, 3001]],
    ['${/*', []],
  ])('says of odd text what can be said', (text, ports) => {
    expect(portsIn(readJson, text, 'a.json')).toEqual(ports)
  })

  it('is sound on any text', () => {
    expect(findUnsound(readJson, 'package.json')).toBeUndefined()
  })
})
