import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, proposedPorts, registryOf } from './acme.fixture.js'

type Case = readonly [kind: string, files: Readonly<Record<string, string>>, expected: readonly string[]]

const shop: PortRegistry = registryOf({
  api: { port: 7101, containerName: 'shop-api' },
  web: { port: 7102, containerPort: 80, containerName: 'shop-web' },
  mail: 7103,
  broker0: 7104,
  mailAdmin: { port: 7105, containerName: 'mail-admin' },
})

const service = (name: string, ...lines: readonly string[]) => `  ${name}:\n    build: .\n    ${lines.join('\n    ')}\n`
const compose = (...services: readonly string[]) => `services:\n${services.join('')}`

const debugging = [
  'python -m debugpy --listen 0.0.0.0:7200 app.py',
  'java -agentlib:jdwp=transport=dt_socket,server=y,address=*:7200 -jar app.jar',
  'dlv --headless --listen=:7200 exec ./app',
]

const cases: readonly Case[] = [
  ...debugging.map((command): Case => [
    `the debugger of ${command.split(' ')[0]}`,
    { 'compose.debug.yml': compose(service('api', 'ports: ["7101:7101", "7200:7200"]', `command: ${command}`)) },
    [],
  ]),
  [
    'a further port that no debugger opens',
    { 'compose.yml': compose(service('api', 'ports: ["7101:7101", "7200:7200"]')) },
    ['compose.yml:4 error unregistered-port 7200'],
  ],
  ...['Debug Port', 'Health Port', 'Metrics port'].map((title): Case => [
    `the column "${title}"`,
    { 'README.md': `| Service | ${title} |\n|---|---|\n| api | 7103 |\n` },
    [],
  ]),
  [
    'the column "Port"',
    { 'README.md': '| Service | Port |\n|---|---|\n| api | 7103 |\n' },
    ['README.md:3 error wrong-port 7103'],
  ],
  [
    'ports of debuggers',
    { 'README.md': 'Debug ports per service:\n\n| Service | Port |\n|---|---|\n| api | 7103 |\n' },
    [],
  ],
  [
    'a flag after a comment about another port',
    {
      'api/package.json': '{"name":"api"}',
      'api/README.md': '```sh\n# Or use a different port\nvite --port 7103\n```\n',
    },
    [],
  ],
  [
    'a flag without such a comment',
    { 'api/package.json': '{"name":"api"}', 'api/README.md': '```sh\n# Start it\nvite --port 7103\n```\n' },
    ['api/README.md:3 error wrong-port 7103'],
  ],
  [
    'a text for people in JSON',
    {
      'schema/form.json': '{"url":{"description":"Example: http://localhost:7300","default":"http://localhost:7301"}}',
    },
    ['schema/form.json:1 warning unregistered-port 7301'],
  ],
  ['a replica by its stem', { 'compose.yml': compose(service('broker', 'ports: ["7104:7104"]')) }, []],
  [
    'a block with another name',
    { 'compose.yml': compose(service('billing', 'ports: ["7103:7103"]')) },
    ['compose.yml:4 error wrong-port 7103'],
  ],
  [
    'a compose file next to its program',
    {
      'web/package.json': '{"name":"web"}',
      'web/compose.yml': compose(service('shop_frontend', 'ports: ["7102:7102"]')),
    },
    [],
  ],
  [
    'a sample among documents',
    { 'docs/compose/a.yml': compose(service('other', 'ports: ["7103:80", "7400:81"]')) },
    [],
  ],
  [
    'the program that shows the documents',
    { 'docs/package.json': '{"name":"docs","scripts":{"dev":"next dev -p 7103"}}' },
    ['docs/package.json:1 warning wrong-port 7103'],
  ],
  ...['nginx', 'traefik', 'reverse-proxy'].map((proxy): Case => [
    `a service behind ${proxy}`,
    { 'compose.yml': compose(service(proxy, 'ports: ["7102:80"]'), service('web', 'ports: ["7500:80"]')) },
    ['compose.yml:7 error unregistered-port 7500'],
  ]),
  [
    'a development server in the container',
    { 'compose.override.yml': compose(service('web', 'ports: ["7102:7102"]')) },
    [],
  ],
  [
    'the same in the main file',
    { 'compose.yml': compose(service('web', 'ports: ["7102:7102"]')) },
    ['compose.yml:4 error wrong-port 7102'],
  ],
  [
    'a product in the name of every package',
    {
      'web/package.json': '{"name":"api"}',
      'web/Dockerfile': 'FROM x\nEXPOSE 80\n',
      'mail/package.json': '{"name":"api"}',
      'mail/Dockerfile': 'FROM x\nEXPOSE 7105\n',
    },
    ['mail/Dockerfile:2 error wrong-port 7105'],
  ],
  [
    'the application of several components',
    {
      'k8s.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec:\n  selector:\n    app: api\n    component: mail\n  ports:\n    - port: 80\n      targetPort: 7103\n',
    },
    [],
  ],
  [
    'an address that ends in any digits',
    { 'api/app.properties': 'cors=http://localhost:730*\nother=http://localhost:7300\n' },
    ['api/app.properties:2 warning unregistered-port 7300'],
  ],
]

describe('findProblems', () => {
  it.each(cases)('judges %s', async (_kind, files, expected) => {
    expect(await findingsOf(shop, files)).toEqual(expected)
  })
})

const proposals: readonly (readonly [
  kind: string,
  files: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, number>>,
])[] = [
  [
    'the block of a compose file before its container',
    { 'compose.yml': compose(service('web', 'container_name: acme-web', 'ports: ["7102:80"]')) },
    { web: 7102 },
  ],
  [
    'the package of a script before its program',
    { 'apps/site/package.json': '{"name":"@acme/site","scripts":{"dev":"mintlify dev --port 7104"}}' },
    { site: 7104 },
  ],
  [
    'the directory of a package that is called like a container',
    {
      'compose.yml': compose(service('acme', 'ports: ["7101:7101"]')),
      'frontend/package.json': '{"name":"acme"}',
      'frontend/vite.config.ts': 'export default { server: { port: 7102 } }',
    },
    { acme: 7101, frontend: 7102 },
  ],
  [
    'no debugger',
    { 'compose.yml': compose(service('api', 'ports: ["7101:7101", "7200:7200"]', `command: ${debugging[0]!}`)) },
    { api: 7101 },
  ],
  [
    'no label of several numbers',
    { 'README.md': '| Port | Use |\n|---|---|\n| 7101 | Other port |\n| 7102 | Other port |\n| 7103 | Other port |\n' },
    {},
  ],
]

describe('proposeRegistry', () => {
  it.each(proposals)('proposes %s', async (_kind, files, expected) => {
    expect(await proposedPorts(files)).toEqual(expected)
  })
})
