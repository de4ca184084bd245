import { describe, expect, it } from 'vitest'
import { findingsIn, manifestOf } from '../check.fixture.js'

describe('retired-port', () => {
  it.each([
    [
      'under the variable of the service that left it',
      { '.env': 'GATEWAY_PORT=3003\n' },
      '.env:1:14 error retired-port 3003 -> 3000',
    ],
    [
      'in an address',
      { 'a.ts': "fetch('http://localhost:3003/health')\n" },
      'a.ts:1:25 error retired-port 3003 -> 3000',
    ],
    [
      'published by a container',
      { 'compose.yml': 'services:\n  x:\n    ports: ["3003:80"]\n' },
      'compose.yml:3:14 error retired-port 3003 -> 3000',
    ],
    [
      'in a table of ports',
      { 'README.md': '| Service | Port |\n|---|---|\n| Gateway | 3003 |\n' },
      'README.md:3:13 error retired-port 3003 -> 3000',
    ],
    [
      'where another service is meant',
      { 'package.json': manifestOf('driftos-core'), '.env': 'PORT=3003\n' },
      '.env:1:6 error retired-port 3003 -> 3001',
    ],
    [
      'that a function gives',
      { 'a.ts': 'const getGatewayPort = () => 3003\n' },
      'a.ts:1:30 error retired-port 3003 -> 3000',
    ],
    [
      'published under an old name',
      { 'compose.yml': 'services:\n  gateway:\n    ports: ["${OLD_PORT:-3003}:3000"]\n' },
      'compose.yml:3:26 error retired-port 3003 -> 3000',
    ],
    [
      'in a test',
      { 'test/a.ts': "fetch('http://localhost:3003')\n" },
      'test/a.ts:1:25 warning retired-port 3003 -> 3000',
    ],
  ])('finds 3003 %s', async (_, files: Readonly<Record<string, string>>, finding) => {
    expect(await findingsIn(files)).toEqual([finding])
  })

  it.each([
    ['told of the past', { 'README.md': '- **Gateway (3003 → 3000)**: moved to be the main entry point\n' }],
    ['inside a container', { 'compose.yml': 'services:\n  core:\n    ports: ["3001:3003"]\n' }],
    ['on another machine', { 'a.ts': "fetch('https://example.com:3003')\n" }],
    ['that is no port', { 'a.ts': 'setTimeout(run, 3003)\n' }],
    ['that is compared', { 'a.ts': 'if (port === 3003 || port !== 3003) stop()\nif (3003 === port) stop()\n' }],
    ['that is a case', { 'a.ts': 'switch (port) {\n  case 3003:\n    stop()\n}\n' }],
    ['of an old list', { 'a.ts': 'const OLD_PORTS = [3003]\n' }],
    ['of a retired name', { 'a.ts': 'const RETIRED_PORT = 3003\n' }],
    ['of a legacy service', { 'a.ts': 'const legacyGatewayPort = 3003\n' }],
    ['below an old key', { 'a.ts': 'const ports = { old: 3003 }\n' }],
    ['of a former variable', { '.env': 'PREVIOUS_GATEWAY_PORT=3003\n' }],
  ])('passes over a 3003 %s', async (_, files: Readonly<Record<string, string>>) => {
    expect(await findingsIn(files)).toEqual([])
  })
})
