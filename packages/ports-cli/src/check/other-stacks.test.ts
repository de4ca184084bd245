import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, registryOf } from './acme.fixture.js'

type Case = readonly [kind: string, files: Readonly<Record<string, string>>, expected: readonly string[]]

const shop: PortRegistry = registryOf({
  api: { port: 7101, containerName: 'shop-api' },
  web: { port: 7102, containerPort: 7180, containerName: 'shop-web' },
  cache: [7103, 7110],
  cacheOrders: 7104,
  cacheUi: { port: 7105, containerName: 'redis', variable: 'CACHE_UI_PORT' },
  edge: { port: 7106, containerName: 'traefik' },
})

const service = (name: string, ...lines: readonly string[]) => `  ${name}:\n    build: .\n    ${lines.join('\n    ')}\n`
const compose = (...services: readonly string[]) => `services:\n${services.join('')}`
const main = compose(service('api', 'ports: ["7101:7101"]'), service('web', 'ports: ["7102:7180"]'))

const shopWith = (containerPort: number) => registryOf({ shop: [7301, containerPort], edge: 7302 })
const deployment = (...lines: readonly string[]) =>
  `kind: Deployment\nmetadata: { name: cache-orders }\nspec: { template: { spec: { containers: [{ name: cache-orders, ${lines.join(', ')} }] } } }\n`

const environments = ['prod', 'production', 'staging', 'uat', 'qa', 'testnet', 'aws', 'azure', 'coolify', 'vps', 'k3s']
const cases: readonly Case[] = [
  ...environments.flatMap((environment): Case[] => [
    [
      `the ports of the stack "${environment}"`,
      {
        'compose.yml': main,
        [`compose.${environment}.yml`]: compose(service('api', 'ports: ["7201:7101", "7202:7202"]')),
      },
      [],
    ],
    [
      `a script for "${environment}"`,
      { 'api/package.json': '{"name":"api"}', [`scripts/${environment}-up.sh`]: 'curl http://localhost:7201/health\n' },
      [],
    ],
  ]),
  [
    "another service's number in another environment",
    { 'compose.yml': main, 'compose.prod.yml': compose(service('web', 'ports: ["7101:7180"]')) },
    [],
  ],
  [
    "another service's number in another environment that has the service alone",
    { 'compose.prod.yml': compose(service('web', 'ports: ["7101:7180"]')) },
    ['compose.prod.yml:4 error wrong-port 7101 -> 7102'],
  ],
  [
    'a file that replaces what the main one publishes',
    { 'compose.yml': main, 'compose.local.yml': compose(service('api', 'ports: !override ["7201:7101"]')) },
    [],
  ],
  [
    'the same where the main file does not publish it',
    { 'compose.local.yml': compose(service('api', 'ports: ["7201:7101"]')) },
    ['compose.local.yml:4 error wrong-port 7201 -> 7101'],
  ],
  [
    "a second stack in a directory of its own on a service's port",
    { 'compose.yml': main, 'actors/compose.yml': compose(service('actors', 'ports: ["7101:9000"]')) },
    [],
  ],
  [
    "a tool next to the stack on a service's port",
    { 'compose.yml': main, 'compose.tools.yml': compose(service('tools', 'ports: ["7101:9000"]')) },
    ['compose.tools.yml:4 error wrong-port 7101'],
  ],
  ...['Makefile', 'build.mk', 'justfile'].map((file): Case => [
    `containers that targets of ${file} start`,
    { [file]: 'one:\n\tdocker run -p 7301:80 --name one one\ntwo:\n\tdocker run -p 7301:80 --name two two\n' },
    [`${file}:2 error unregistered-port 7301`, `${file}:4 error unregistered-port 7301`],
  ]),
  ...['playwright.config.ts', 'vitest.config.ts', 'cypress.config.js'].map((file): Case => [
    `the server that ${file} starts`,
    {
      'web/package.json': '{"name":"web"}',
      [`web/${file}`]: "export default { env: { url: 'http://localhost:7301' } }\n",
    },
    [],
  ]),
  ...['playwright.config.ts', 'cypress.config.js'].map((file): Case => [
    `the page that ${file} opens`,
    {
      'web/package.json': '{"name":"web"}',
      [`web/${file}`]: "export default { use: { baseURL: 'http://localhost:7301' } }\n",
    },
    [`web/${file}:1 warning unregistered-port 7301`],
  ]),
  ...['.claude/skills/proxy.md', '.cursor/rules/x.md', 'App.Templates/x/appsettings.json', 'scaffold/a.json'].map(
    (file): Case => [`what ${file} shows`, { [file]: '{ "apiUrl": "http://localhost:7301", "API_PORT": 7301 }\n' }, []],
  ),
  [
    'commands of a document with unregistered numbers',
    {
      'README.md':
        '```sh\nWEB_PORT=7244 pnpm dev\ndocker run -p 7245:7101 api\nkubectl port-forward svc/api 7246:7301\n```\n',
    },
    [],
  ],
  [
    'settings of a document with unregistered numbers, but not those that a heading, a sentence or a comment offers for a change',
    {
      'docs/a.md':
        '```env\nAPI_PORT=7243\n```\n\n`API_PORT=7243`\n\n| Variable | Default |\n|---|---|\n| `API_PORT` | 7243 |\n',
      'docs/b.md': '## Changing ports\n\nEdit `.env`:\n\n```env\nWEB_PORT=7244\nAPI_PORT=7243\n```\n',
      'docs/c.md': 'To use other numbers, for example:\n\n```env\nWEB_PORT=7244\nAPI_PORT=7243\n```\n',
      'docs/d.md': '```env\n# Change ports to avoid conflicts\nWEB_PORT=7244\nAPI_PORT=7243\n```\n',
    },
    [2, 5, 9].map((line) => `docs/a.md:${line} warning wrong-port 7243`),
  ],
  [
    'a command of a document that starts a program with a port that it does not have inside',
    { 'README.md': '```sh\ndocker run -p 7245:7245 api\n```\n' },
    ['README.md:2 warning wrong-port 7245'],
  ],
  [
    'a document that nobody follows any more',
    {
      'README.md':
        '# Ports\n\n> Superseded by docs/ports.md, kept for historical reference.\n\n## List\n\n- api: http://localhost:7102\n',
    },
    [],
  ],
  ...['ALLOWED_ORIGINS', 'CORS_ORIGIN', 'OAUTH_REDIRECT_URI', 'TRUSTED_HOSTS'].map((variable): Case => [
    `the clients of ${variable}`,
    { '.env': `${variable}=http://localhost:7301\n` },
    [],
  ]),
  [
    'the address of a gateway for three services',
    {
      '.env': 'API_URL=http://localhost:7106\nWEB_URL=http://localhost:7106\nCACHE_ORDERS_URL=http://localhost:7106\n',
    },
    [],
  ],
  [
    'a list of addresses of which one is right',
    { '.env': 'WEB_URL=http://localhost:7102,http://localhost:7101,http://localhost:7301\n' },
    [],
  ],
  [
    'a list of addresses of which none is',
    { '.env': 'WEB_URL=http://localhost:7101,http://localhost:7301\n' },
    ['.env:1 error wrong-port 7101', '.env:1 error wrong-port 7301'],
  ],
  [
    'the default of a variable that several services share, with the number of one of them',
    { 'orders/application.yml': 'redis:\n  host: ${CACHE_ORDERS_HOST}\n  port: ${CACHE_PORT:7104}\n' },
    [],
  ],
  ['the port of a container whose service is another one', { '.env': 'REDIS_PORT=6379\n' }, []],
  ['the address of a service through the proxy', { '.env': 'NEXT_PUBLIC_API_URL=http://localhost:7106/api\n' }, []],
  [
    'the default that is the port inside the container',
    { 'src/config.ts': 'export const port = Number(process.env.CACHE_PORT ?? 7110)\n' },
    [],
  ],
  [
    'a container with another port for its health check',
    {
      'compose.yml': compose(
        service('cache', 'ports: ["7103:7110"]', 'healthcheck: { test: ["CMD", "curl", "localhost:7199"] }'),
      ),
    },
    [],
  ],
  [
    "another service's number in a health check",
    {
      'compose.yml': compose(
        service('cache', 'ports: ["7103:7110"]', 'healthcheck: { test: ["CMD", "curl", "localhost:7101"] }'),
      ),
    },
    ['compose.yml:5 error wrong-port 7101'],
  ],
  [
    'the image of a service with a debugger',
    {
      'api/package.json': '{"name":"api"}',
      'api/Dockerfile': 'FROM node\nENV PORT=7101\nEXPOSE ${PORT}\nEXPOSE 9229\n',
    },
    [],
  ],
  [
    'an image with another port',
    { 'api/package.json': '{"name":"api"}', 'api/Dockerfile': 'FROM node\nEXPOSE 9229\n' },
    ['api/Dockerfile:2 error wrong-port 9229'],
  ],
  [
    "a service's port inside on another one outside, next to a right publication",
    {
      'compose.yml': compose(
        service('redis', 'ports: ["7105:7105", "7204:7104"]'),
        service('shop-web', 'ports: ["7101:7101", "7202:7180"]'),
      ),
    },
    [
      'compose.yml:4 error unregistered-port 7204',
      'compose.yml:7 error wrong-port 7101',
      'compose.yml:7 error wrong-port 7202',
    ],
  ],
  ...['.ci/cluster.yml', 'test-cluster.yml', 'tests.local.yaml'].map((file): Case => [
    `the stack of ${file}`,
    { [file]: compose(service('api', 'ports: ["7201:7101"]'), service('other', 'ports: ["7301:80"]')) },
    [],
  ]),
  [
    'a health check inside a container of which a variable moves the host half alone',
    {
      'api/package.json': '{"name":"api"}',
      'api/compose.yml': compose(service('api', 'ports: ["${API_PORT:-7101}:7101"]')),
      'api/Dockerfile': 'FROM node\nENV PORT=7101\nHEALTHCHECK CMD curl -f http://localhost:7101/health\n',
    },
    [],
  ],
  [
    "a proxy of a test runner's server",
    {
      'web/package.json': '{"name":"web"}',
      'web/vitest.config.ts': "export default { server: { proxy: { '/api': 'http://localhost:7101' } } }\n",
      'api/main.ts': 'app.listen(process.env.API_PORT ?? 7101)\n',
    },
    [],
  ],
  ...[
    "sed -i 's|http://localhost:7301|http://localhost:7101|' .env",
    'read -p "Address [http://localhost:7301]: " address',
    'docker compose exec api curl http://localhost:7301/health',
    'kubectl exec api -- wget -qO- http://127.0.0.1:7301',
  ].map((command): Case => [`what no command reaches: ${command}`, { 'run.sh': `${command}\n` }, []]),
  ['what a command reaches', { 'run.sh': 'curl http://localhost:7301\n' }, ['run.sh:1 warning unregistered-port 7301']],
  [
    'a block that is called like one service, in the directory of the service that has the number',
    { 'cacheOrders/compose.yml': compose(service('cache', 'ports: ["7104:7110"]')) },
    [],
  ],
  [
    'the image of another service of the same package',
    { 'package.json': '{"name":"api"}', 'Dockerfile.cacheOrders': 'FROM node\nEXPOSE 7104\n' },
    [],
  ],
  ['the port of a node', { 'helm/values.yaml': 'api:\n  env:\n    WEB_URL: http://localhost:30080\n' }, []],
  ['a server of tools', { '.vscode/mcp.json': '{ "servers": { "x": { "url": "http://127.0.0.1:7301/mcp" } } }' }, []],
  [
    'ports above those of a registry',
    { 'compose.yml': compose(service('grpc', 'ports: ["50051:50051"]')), '.env': 'X=http://localhost:40213\n' },
    [],
  ],
  [
    "a server's own address in a setting",
    { 'config.toml': 'laddr = "tcp://0.0.0.0:7301"\n[api]\npage = "http://0.0.0.0:7302"\n' },
    ['config.toml:3 warning unregistered-port 7302'],
  ],
  [
    "a file that is called like another service in a service's package",
    {
      'api/pom.xml': '<project/>\n',
      'api/src/main/resources/configurations/cache-orders.yml': 'server:\n  port: 7180\n',
    },
    [],
  ],
  ...[
    "# Generated by 'django-admin startproject'",
    '// Generated by Vue CLI',
    '/* Generated by the Gradle init task */',
  ].map((notice): Case => [
    `code that a person continues: ${notice}`,
    { 'client.py': `${notice}\nurl = "http://localhost:7301"\n` },
    ['client.py:2 warning unregistered-port 7301'],
  ]),
  ...['// Code generated by protoc. DO NOT EDIT.', '/* This file is generated automatically */', '# @generated'].map(
    (notice): Case => [
      `code with the notice ${notice}`,
      { 'client.py': `${notice}\nurl = "http://localhost:7301"\n` },
      [],
    ],
  ),
  ...[
    ['a bundle with line ends', 'callSomething()\n'.repeat(60_000), []],
    ['a long source file', 'callSomething()\n'.repeat(20_000), ['a.js:20001 warning unregistered-port 7301']],
  ].map(([kind, lines, expected]): Case => [
    kind as string,
    { 'a.js': `${lines as string}fetch('http://localhost:7301')\n` },
    expected as string[],
  ]),
  [
    'an Nx project without a package',
    { 'apps/api/project.json': '{"name":"api"}', 'apps/api/src/main.ts': 'app.listen(7102)\n' },
    ['apps/api/src/main.ts:1 error wrong-port 7102 -> 7101'],
  ],
  [
    'settings with a key of Swagger',
    { 'api/pom.xml': '<project/>\n', 'api/application.yml': 'swagger:\n  enabled: true\nserver:\n  port: 7102\n' },
    ['api/application.yml:4 error wrong-port 7102 -> 7101'],
  ],
]

describe('findProblems, for what is not the registered stack', () => {
  it.each(cases)('judges %s', async (_kind, files, expected) => {
    expect(await findingsOf(shop, files)).toEqual(expected)
  })

  it.each([
    ['VITE_PORT=7301', { vite: { port: 7301, variable: 'VITE_PORT' }, web: 7302 }, []],
    [
      'VITE_PORT=7301',
      { vite: { port: 7303, variable: 'VITE_PORT' }, web: 7302 },
      ['web/.env:1 error wrong-port 7301 -> 7303'],
    ],
    [
      'WEB_URL=http://localhost:7303',
      { shop: { port: 7301, aliases: ['web'] }, edge: 7303 },
      ['web/.env:1 error wrong-port 7303 -> 7301'],
    ],
    ['WEB_PORT=7303', { shop: { port: 7301, aliases: ['web'] }, edge: 7303 }, []],
    [
      'WEB_PORT=7304',
      { shop: { port: 7301, aliases: ['web'] }, edge: 7303 },
      ['web/.env:1 error wrong-port 7304 -> 7301'],
    ],
    ['SHOP_URL=http://localhost:7301/v1', { shop: 7302, gateway: 7301 }, ['web/.env:1 error wrong-port 7301 -> 7302']],
    ['shopUri=http://localhost:7301/api-shop', { shop: 7302, scGateway: 7301 }, []],
    ['PROMETHEUS_PORT=7301', { prometheus: 7302, shop: 7301 }, ['web/.env:1 error wrong-port 7301 -> 7302']],
  ] as const)('judges %s in the registry %j', async (line, services, expected) => {
    expect(
      await findingsOf(registryOf(services), { 'web/package.json': '{"name":"web"}', 'web/.env': `${line}\n` }),
    ).toEqual(expected)
  })

  it.each([
    ['EXPOSE 8080', { web: 5174 }, []],
    ['EXPOSE 8080', { web: { port: 5174, containerPort: 80 } }, ['web/Dockerfile:2 error wrong-port 8080']],
    ['EXPOSE 8080', { web: 7301 }, ['web/Dockerfile:2 error wrong-port 8080']],
  ] as const)('judges the image with %s in the registry %j', async (line, services, expected) => {
    const files = { 'web/package.json': '{"name":"web"}', 'web/Dockerfile': `FROM nginx\n${line}\n` }
    expect(await findingsOf(registryOf(services), files)).toEqual(expected)
  })

  it('reports unregistered ports up to the last one that a registry may contain', async () => {
    const found = await findingsOf(shop, { '.env': 'X=http://localhost:32767\nY=http://localhost:32768\n' })
    expect(found).toEqual(['.env:1 warning unregistered-port 32767'])
    expect(() => registryOf({ shop: 32_767 })).not.toThrow()
    expect(() => registryOf({ shop: 32_768 })).toThrow('32768')
  })

  it('leaves the settings of another program in the repository of one service', async () => {
    const files = {
      'package.json': '{"name":"shop"}',
      'docker/supervisord.conf': '[inet_http_server]\nport=127.0.0.1:7301\n',
    }
    expect(await findingsOf(registryOf({ shop: 7101 }), files)).toEqual([])
  })

  const exposes = 'FROM node\nEXPOSE 7999\n'
  it.each([
    ['one place', { 'cacheOrders/Dockerfile': exposes }, ['cacheOrders/Dockerfile:2 error wrong-port 7999']],
    [
      'two places that agree',
      {
        'cacheOrders/Dockerfile': exposes,
        'compose.yml': compose(service('cache-orders', 'ports: ["7104:7999"]')),
      },
      [],
    ],
    [
      'two places that do not',
      {
        'cacheOrders/Dockerfile': exposes,
        'compose.yml': compose(service('cache-orders', 'ports: ["7104:7998"]')),
      },
      ['cacheOrders/Dockerfile:2 error wrong-port 7999', 'compose.yml:4 error wrong-port 7998'],
    ],
    [
      'a cluster that sets the number itself',
      {
        'cacheOrders/Dockerfile': 'FROM node\nEXPOSE 7104\n',
        'k8s/deployment.yaml': deployment('env: [{ name: PORT, value: "7999" }]', 'ports: [{ containerPort: 7999 }]'),
      },
      [],
    ],
  ] as const)('judges the unregistered number inside a container in %s', async (_, files, expected) => {
    expect(await findingsOf(shop, files)).toEqual(expected)
  })

  it.each([
    ['scripts/apply_smoke.mjs', 'const SHOP_URL = "http://localhost:7302"', []],
    ['scripts/apply.mjs', 'const SHOP_PORT = 7302', ['scripts/apply.mjs:1 error wrong-port 7302 -> 7301']],
    ['scripts/apply.mjs', 'const port = process.env.SHOP_PORT ?? 7380', []],
    ['docs/adr/0001-ports.md', '- shop: http://localhost:7302', []],
    ['docs/ports.md', '- shop: http://localhost:7302', ['docs/ports.md:1 error wrong-port 7302']],
    ['Makefile', 'urls:\n\techo "shop: http://shop.localhost:30443"', []],
    ['.env', 'SHOP_URL=http://localhost:30443', []],
    ['legacy/2024/.env', 'SHOP_PORT=7302', []],
    ['apps/legacy/.env', 'SHOP_PORT=7302', ['apps/legacy/.env:1 error wrong-port 7302 -> 7301']],
    ['docs/ports-verification-20260420.md', '- shop: http://localhost:7302', []],
    ['docs/2026-04-20-audit.md', '- shop: http://localhost:7302', []],
    [
      'api/2024-01-15/client.ts',
      'const SHOP_PORT = 7302',
      ['api/2024-01-15/client.ts:1 error wrong-port 7302 -> 7301'],
    ],
    ['src/posts/client.ts', 'const SHOP_PORT = 7302', ['src/posts/client.ts:1 error wrong-port 7302 -> 7301']],
    ['apps/decisions/.env', 'SHOP_PORT=7302', ['apps/decisions/.env:1 error wrong-port 7302 -> 7301']],
    ['services/performance/.env', 'SHOP_PORT=7302', ['services/performance/.env:1 error wrong-port 7302 -> 7301']],
    ['_jest-setup_/env.js', 'const SHOP_PORT = 7302', []],
    ['performance/mediator/server.js', 'app.listen(7999)', []],
    ['tools/mediator/server.js', 'app.listen(7999)', ['tools/mediator/server.js:1 error unregistered-port 7999']],
    ['shop/e2e.env', 'PORT=7999', []],
    ['.idea/state.xml', '<url>http://localhost:7999</url>', []],
    ['results/run-20251124-0843/metadata.json', '{ "url": "http://localhost:7999" }', []],
    [
      'settings/metadata.json',
      '{ "url": "http://localhost:7999" }',
      ['settings/metadata.json:1 warning unregistered-port 7999'],
    ],
    ['k8s/forward.sh', 'curl http://localhost:7999', ['k8s/forward.sh:1 warning unregistered-port 7999']],
    ['k8s/config.yaml', 'kind: ConfigMap\ndata: { URL: "http://localhost:7999" }', []],
    ['compose.yml', 'services:\n  mail:\n    image: mail\n    ports: ["25:25", "465:465"]', []],
    ['Makefile', "run:\n\tsed -i 's,http://shop:7302,http://shop:7999,' a.json", []],
    ['justfile', "run:\n    perl -pi -e 's,http://shop:7302,http://shop:7999,' a.json", []],
    ['Makefile', 'run:\n\tcurl http://shop:7302', ['Makefile:2 error wrong-port 7302']],
    ['shop/README.md', '```sh\nPORT=7999 npm start\n```', []],
    [
      'client/application.yml',
      'edge:\n  url: http://localhost:7301',
      ['client/application.yml:2 error wrong-port 7301 -> 7302'],
    ],
    ['shop/Dockerfile.edge', 'FROM nginx\nEXPOSE 7302', []],
    ['shop/Dockerfile', 'FROM nginx\nEXPOSE 7302', ['shop/Dockerfile:2 error wrong-port 7302']],
  ] as const)('judges %s with %j', async (file, text, expected) => {
    const files = { [file]: `${text}\n`, 'shop/package.json': '{"name":"shop"}' }
    expect(await findingsOf(shopWith(7380), files)).toEqual(expected)
  })

  it.each([
    ['an address at the gateway', { shop: 7301, gateway: 7302 }, 'shop:\n  url: http://localhost:7302', []],
    [
      'the number of another service',
      { shop: 7301, blog: 7302 },
      'shop:\n  url: http://localhost:7302',
      ['client/application.yml:2 error wrong-port 7302 -> 7301'],
    ],
  ] as const)('judges %s in settings of a client', async (_, services, text, expected) => {
    expect(await findingsOf(registryOf(services), { 'client/application.yml': `${text}\n` })).toEqual(expected)
  })

  it.each([
    ['the program', { shop: { port: 7309, containerPort: 7380 } }, ['shop/Dockerfile:2 error wrong-port 7999']],
  ] as const)('judges EXPOSE where a registry contains %s', async (_, services, expected) => {
    const files = { 'shop/package.json': '{"name":"shop"}', 'shop/Dockerfile': 'FROM node\nEXPOSE 7999\n' }
    expect(await findingsOf(registryOf(services), files)).toEqual(expected)
  })

  it('accepts the further listeners that a broker declares', async () => {
    const broker = (...lines: readonly string[]) =>
      compose(
        service('broker', 'ports: ["7401:9092"]', 'environment:', ...lines),
        service('api', 'environment: { BROKER_URL: "broker:9090" }'),
      )
    const registry = registryOf({ broker: [7401, 9092], api: 7101, keycloak: 9090 })
    const listeners = [
      '  LISTENERS: "PLAINTEXT://:9090,EXTERNAL://:9092"',
      '  ADVERTISED_LISTENERS: "PLAINTEXT://broker:9090"',
    ]
    expect(await findingsOf(registry, { 'compose.yml': broker(...listeners) })).toEqual([])
    expect(await findingsOf(registry, { 'compose.yml': broker('  ID: "1"') })).toEqual([
      'compose.yml:9 error wrong-port 9090',
    ])
  })

  it('takes compose files with several of the same ports for alternatives', async () => {
    const stack = (name: string, ...ports: readonly number[]) =>
      compose(...ports.map((port, index) => service(`${name}${index || ''}`, `ports: ["${port}:9001"]`)))
    const registry = registryOf({ shop: [7301, 9000], blog: [7302, 9000] })
    const whole = compose(service('shop', 'ports: ["7301:9000"]'), service('blog', 'ports: ["7302:9000"]'))
    const files = (other: string) => ({ 'stacks/saga.yml': whole, 'stacks/cqrs.yml': other })
    expect(await findingsOf(registry, files(stack('other', 7301, 7302)))).toEqual([])
    const clash = await findingsOf(registry, files(stack('other', 7301, 7308)))
    expect(clash).toContain('stacks/cqrs.yml:4 error wrong-port 7301')
  })

  it('gives a fragment that several services merge to none of them', async () => {
    const text =
      'x-node: &node\n  image: redis\n  command: ["redis-server", "--port", "7302"]\nservices:\n  one: *node\n  two: *node\n'
    const files = { 'package.json': '{"name":"shop"}', 'compose.yml': text }
    expect(await findingsOf(registryOf({ shop: 7301, edge: 7302 }), files)).toEqual([])
  })

  it('leaves out every directory that the README lists', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const [, list = ''] = /directories called\n?([^,]*(?:, `\w+`)*[^,]*),/.exec(readme) ?? []
    const directories = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
    expect(directories).toContain('legacy')
    for (const directory of directories) {
      expect(await findingsOf(shopWith(7380), { [`${directory}/.env`]: 'SHOP_PORT=7302\n' }), directory).toEqual([])
    }
  })
})
