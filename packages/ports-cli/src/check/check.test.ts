import { describe, expect, it } from 'vitest'
import { acmeFindings } from './acme.fixture.js'

const compose = (name: string, lines: string) => ({
  'compose.yml': `services:\n  ${name}:\n    image: acme/x\n${lines.replace(/^/gm, '    ')}\n`,
})

describe('findProblems', () => {
  it.each<[what: string, files: Record<string, string>, expected: string[]]>([
    ['a variable with its own port', { '.env': 'CORE_PORT=3001' }, []],
    ["a variable with another service's port", { '.env': 'CORE_PORT=3000' }, ['.env:1 error wrong-port 3000 -> 3001']],
    ['a variable with an unregistered port', { '.env': 'CORE_PORT=4000' }, ['.env:1 error wrong-port 4000 -> 3001']],
    ['a variable with a retired port', { '.env': 'CORE_PORT=3900' }, ['.env:1 error retired-port 3900 -> 3001']],
    ['a public prefix', { '.env': 'VITE_CORE_URL=http://localhost:3000' }, ['.env:1 error wrong-port 3000 -> 3001']],
    ['a part of a name', { '.env': 'CORE_CLIENT_PORT=3000' }, []],
    ['a remote host', { '.env': 'CORE_URL=https://core.example.com:3000' }, []],
    ['a host that is a variable', { '.env': 'CORE_URL=http://$HOST:3000' }, []],
    ['the host of another service', { '.env': 'CORE_URL=http://api:3000' }, []],
    ["a container's host port inside the network", { '.env': 'X=http://web:5173' }, ['.env:1 error wrong-port 5173']],
    ['a label', { 'README.md': '- core: http://localhost:3000' }, ['README.md:1 error wrong-port 3000']],
    ['a label next to the name of another service', { 'README.md': '- core (web): http://localhost:3000' }, []],
    ['a comment', { '.env': '# CORE_URL=http://localhost:3000' }, []],
    ['a test', { 'tests/fixtures/.env': 'CORE_PORT=3000' }, []],
    ['a retired port without a name', { '.env': 'X=http://localhost:3900' }, ['.env:1 warning retired-port 3900']],
    ['an unregistered address', { '.env': 'X=http://localhost:4000' }, ['.env:1 warning unregistered-port 4000']],
    ['a shared alias', { '.env': 'GRAFANA_PORT=3020' }, []],
    ['a shared alias with neither port', { '.env': 'GRAFANA_PORT=3000' }, ['.env:1 error wrong-port 3000']],
    ['a publication', compose('web', "ports: ['5173:8080']"), []],
    [
      'a publication to the wrong port',
      compose('web', "ports: ['5173:5173']"),
      ['compose.yml:4 error wrong-port 5173'],
    ],
    [
      'a publication on a wrong port',
      compose('web', "ports: ['3001:8080']"),
      ['compose.yml:4 error wrong-port 3001 -> 5173'],
    ],
    ['both ports of a container', compose('broker', "ports: ['5673:5672', '15673:15672']"), []],
    [
      'a further port of a container',
      compose('broker', "ports: ['5673:5672', '4369:4369']"),
      ['compose.yml:4 error unregistered-port 4369'],
    ],
    ['an owner that is no service', compose('billing', "ports: ['3000:80']"), ['compose.yml:4 error wrong-port 3000']],
    ['a variant of a service', compose('web-dev', "ports: ['5173:80']"), []],
    [
      'an unregistered publication',
      compose('billing', "ports: ['4000:80']"),
      ['compose.yml:4 error unregistered-port 4000'],
    ],
    ['a web port', compose('proxy', "ports: ['80:80', '443:443']"), []],
    ['its own port in a container', compose('core', 'environment:\n  PORT: 3001'), []],
    [
      'a wrong own port in a container',
      compose('core', 'environment:\n  PORT: 3000'),
      ['compose.yml:5 error wrong-port 3000'],
    ],
    [
      'a single-service repository',
      { 'package.json': '{"name":"core"}', '.env': 'PORT=3000\nAPI_URL=http://localhost:3000' },
      ['.env:1 error wrong-port 3000 -> 3001'],
    ],
    [
      'a package of one service',
      { 'apps/core/package.json': '{"name":"@acme/core"}', 'apps/core/.env': 'PORT=3000' },
      ['apps/core/.env:1 error wrong-port 3000 -> 3001'],
    ],
  ])('judges %s', async (_, files, expected) => {
    expect(await acmeFindings(files)).toEqual(expected)
  })

  it.each<[what: string, files: Record<string, string>, expected: string[]]>([
    ['twice in a file', { 'compose.yml': two('a', 'b') }, ['compose.yml:9 error conflict 4000']],
    ['in alternative files', { 'compose.dev.yml': one('a'), 'compose.prod.yml': one('b') }, []],
    [
      'in an override file, by another service',
      { 'compose.yml': one('a'), 'compose.override.yml': one('b') },
      ['compose.yml:5 error conflict 4000'],
    ],
    ['in an override file, by the same service', { 'compose.yml': one('a'), 'compose.override.yml': one('a') }, []],
    ['under different profiles', { 'compose.yml': two('a', 'b', (name) => `\n    profiles: [${name}]`) }, []],
    [
      'by different addresses',
      { 'compose.yml': two('a', 'b', undefined, (name) => `127.0.0.${name === 'a' ? 1 : 2}:`) },
      [],
    ],
  ])('judges a port that is published %s', async (_, files, expected) => {
    const findings = await acmeFindings(files)
    expect(findings.filter((finding) => finding.includes('conflict'))).toEqual(expected)
  })
})

function one(name: string, more = '', address = ''): string {
  return `services:\n  ${name}:\n    image: acme/x${more}\n    ports:\n      - '${address}4000:80'\n`
}

function two(
  first: string,
  second: string,
  more: (name: string) => string = () => '',
  address: (name: string) => string = () => '',
): string {
  const body = (name: string) => one(name, more(name), address(name)).replace('services:\n', '')
  return `services:\n${body(first)}${body(second)}`
}
