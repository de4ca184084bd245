import { describe, expect, it } from 'vitest'
import { acmeFindings } from './acme.fixture.js'

type Case = readonly [kind: string, files: Readonly<Record<string, string>>, expected: readonly string[]]

const service = (name: string, ...lines: readonly string[]) =>
  `services:\n  ${name}:\n    image: acme/x\n${lines.map((line) => `    ${line}\n`).join('')}`

/** One repository a kind of fault that checks of other people's repositories showed. */
const cases: readonly Case[] = [
  ['a commented-out setting', { 'a.ini': '[server]\n;http_port = 3000\n# addr=127.0.0.1:6379\n' }, []],
  [
    "a container's own port in its package",
    {
      'compose.yml': service('web', "ports: ['5173:8080']"),
      'web/package.json': '{"name":"web"}',
      'web/Dockerfile': 'FROM nginx\nEXPOSE 8080\n',
    },
    [],
  ],
  [
    'a publication to a wrong inner port',
    { 'compose.yml': service('charts', "ports: ['3010:3010']") },
    ['compose.yml:4 error wrong-port 3010'],
  ],
  [
    "a stranger's block and package on registered ports",
    {
      'compose.yml': service('billing', "ports: ['3000:3000']"),
      'billing/package.json': '{"name":"billing","scripts":{"dev":"next dev -p 3000"}}',
    },
    ['billing/package.json:1 error wrong-port 3000', 'compose.yml:4 error wrong-port 3000'],
  ],
  [
    'a package that may be the service under another name',
    {
      'compose.yml': service('web', "ports: ['5173:8080']"),
      'site/package.json': '{"name":"site","scripts":{"dev":"next dev -p 5173"}}',
    },
    [],
  ],
  ['web ports', { 'compose.yml': service('caddy', "ports: ['80:80', '443:443']"), '.env': 'X=http://core:80\n' }, []],
  [
    'YAML that Docker accepts and the parser refuses',
    {
      'compose.yml': `services:
  core:
    environment:
      - 'FIELDS=[{"a": 1}
]'
    ports:
      - "3000:3001"
`,
    },
    ['compose.yml:7 error wrong-port 3000 -> 3001'],
  ],
  ['the host next to a port', { 'a.conf': '[shop]\nhost=charts\nport=3300\n' }, []],
  [
    'a heading and a path',
    {
      'guide.md': '# Web guide\n\n```sh\ncurl http://localhost:3000/web/token\n```\n',
      'web/package.json': '{"name":"web"}',
    },
    [],
  ],
  ['a host that begins with a variable', { 'deploy.sh': 'export CORE_URL=http://$NAME.example.com:10255/x\n' }, []],
  ["a cloud's rules", { 'sg.tf': 'resource "x" "core" {\n  from_port = 8080\n  to_port   = 8080\n}\n' }, []],
  [
    'Kubernetes',
    {
      'core.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: acme-core\nspec:\n  ports:\n    - port: 80\n      targetPort: 3000\n',
    },
    ['core.yaml:8 error wrong-port 3000'],
  ],
  [
    'one variable for two publications',
    {
      'compose.yml': 'services:\n  api:\n    ports: ["${P:-3000}:3000"]\n  core:\n    ports: ["${P:-3001}:3001"]\n',
    },
    ['compose.yml:5 error conflict 3001'],
  ],
  [
    'alternative stacks',
    {
      'compose.dev.yml': service('core-dev', "ports: ['3001:3001']"),
      'compose.prod.yml': service('core', "ports: ['3001:3001']"),
    },
    [],
  ],
  [
    'a scrape of the host port inside the network',
    {
      'prometheus.yml':
        "scrape_configs:\n  - job_name: charts\n    static_configs:\n      - targets: ['charts:3010']\n",
    },
    ['prometheus.yml:4 error wrong-port 3010'],
  ],
  ["a further port of a service's container", { '.env': 'METRICS=http://api:3000/m\nPEER=kafka://core:9363\n' }, []],
  [
    'a further variable of a container',
    { 'compose.yml': service('core', 'environment:', '  PORT: 3001', '  SERVER_PORT: 3000') },
    [],
  ],
  [
    'an alternative in a profile',
    { 'compose.yml': service('all-in-one', "profiles: ['all']", "ports: ['3000:3000']") },
    [],
  ],
  ['a database under another name', { 'compose.yml': service('graphs', "ports: ['3010:3300']") }, []],
  ['a stack for tests', { '.env.e2e': 'CORE_PORT=4001\n', 'a.env': 'CORE_PORT=${E2E_CORE_PORT:-4001}\n' }, []],
  [
    'the exporters of a collector',
    { 'c.yaml': 'receivers:\n  otlp: {}\nexporters:\n  charts:\n    endpoint: 0.0.0.0:9100\nservice: {}\n' },
    [],
  ],
]

describe('check', () => {
  it.each(cases)('judges %s', async (_, files, expected) => {
    expect(await acmeFindings(files)).toEqual(expected)
  })
})
