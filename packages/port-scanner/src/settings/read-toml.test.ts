import { describe, expect, it } from 'vitest'
import { readToml } from './read-toml.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = 'fly.toml') => describeSightings(readToml, text, path)

describe('readToml', () => {
  it('judges a number by the keys above it', () => {
    expect(
      see(
        [
          'app = "driftos-core"',
          '[http_service]',
          '  internal_port = 3001',
          '[[services.ports]]',
          '  port = 443',
          '[env]',
          'CORE_PORT = "3001"',
          "GATEWAY_URL = 'http://localhost:3000'",
          '[dev]',
          'port = 8787 # wrangler',
          'command = "npm run dev -- --port 3004"',
          '[[scrape]]',
          'name = "core"',
          'targets = ["localhost:3001", "core:3001"]',
          '[server]',
          '# the gateway',
          'addr = "0.0.0.0:3000"',
          'ports = [3000, 3_001]',
          'cmd = ["uvicorn", "app", "--port", "8000"]',
          'x = { port = 3005, name = "demo" }',
          '# port = 3010',
        ].join('\n'),
      ),
    ).toMatchInlineSnapshot(`
      "3:19 3001 container, container | variable internal_port | name http_service | context driftos-core
      5:10 443 listen, host | variable port | name services | context driftos-core
      7:14 3001 env value, host | variable CORE_PORT | context driftos-core
      8:33 3000 url, host | variable GATEWAY_URL | context driftos-core
      10:8 8787 listen, host | variable port | context driftos-core | context wrangler
      11:34 3004 flag, host | variable command | context driftos-core
      14:23 3001 url, host | variable targets | name core | context scrape | context driftos-core
      14:36 3001 url, container | variable targets | name core | context scrape | context driftos-core
      17:17 3000 listen, host | variable addr | context driftos-core | context the gateway
      18:10 3000 publish, host | variable ports | context driftos-core
      18:16 3001 publish, host | variable ports | context driftos-core
      19:37 8000 flag, host | context driftos-core
      20:14 3005 listen, host | variable port | name demo | name x | context driftos-core
      21:10 3010 listen, host | variable port"
    `)
  })

  it.each([
    'soft_limit = 3000',
    'version = "3.0.0"',
    'date = 2024-01-01',
    'time = 10:30:00',
    'max_port = 65535',
    'hex = 0xbb8',
    'port = 3000.5',
    'port = 1e3',
    'transport = 3000',
  ])('takes nothing in %j for a port', (line) => {
    expect(see(line)).toBe('')
  })

  it.each([
    ['\uFEFFport = 3000', [3000]],
    ['port = 3000\nbroken = = 1', [3000]],
    [`port = 3000\na = ${'['.repeat(20_000)}`, [3000]],
    ['🚢 = 1\nport = 3000', [3000]],
    ['url = "http:\\u002F\\u002Flocalhost:3000"', [3000]],
  ])('says of the odd %j what can be said', (text, ports) => {
    expect(portsIn(readToml, text, 'a.toml')).toEqual(ports)
  })

  it('is sound on any text', () => {
    expect(findUnsound(readToml, 'fly.toml')).toBeUndefined()
  })
})
