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
    ['billing/package.json:1 warning wrong-port 3000', 'compose.yml:4 error wrong-port 3000'],
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
  [
    'the settings of an object that a service names',
    {
      'a.ts': [
        "export const list = [{ name: 'core', url: 'http://localhost:3000/x' }, { url: 'http://localhost:3000', name: 'api' }]",
        "export const to = { core: { host: 'localhost', port: 3000 }, charts: { host: '127.0.0.1', port: 3010 } }",
        "export const link = { service: 'web', host: 'localhost', port: 3000 }",
        "export const routes = [{ name: 'core', proxy: 'http://localhost:3000' }]\n",
      ].join('\n'),
    },
    [
      'a.ts:1 error wrong-port 3000 -> 3001',
      'a.ts:2 error wrong-port 3000 -> 3001',
      'a.ts:3 error wrong-port 3000 -> 5173',
    ],
  ],
  [
    'the programs of components',
    {
      'a.astro': "---\nconst CORE_URL = 'http://localhost:3000'\n---\n<p>3000</p>\n",
      'b.vue':
        '<template><p>core: 3000</p></template>\n<script setup lang="ts">\nconst coreUrl = \'http://localhost:3000\'\n</script>\n',
      'c.svelte': "<script>\n  const core = { url: 'http://localhost:3000' }\n</script>\n<h1>core</h1>\n",
    },
    [
      'a.astro:2 error wrong-port 3000 -> 3001',
      'b.vue:3 error wrong-port 3000 -> 3001',
      'c.svelte:2 error wrong-port 3000 -> 3001',
    ],
  ],
  [
    'addresses in constants',
    {
      'a.go': 'var coreURL = "http://localhost:3000"\nconst WebAddr string = "http://localhost:3000"\n',
      'b.rs': 'const CORE_URL: &str = "http://localhost:3000/v1";\n',
      'c.kt': 'val coreUrl: String = "http://localhost:3000"\n',
      'd.php': "<?php\n$coreUrl = 'http://localhost:3000';\n",
    },
    [
      'a.go:1 error wrong-port 3000 -> 3001',
      'a.go:2 error wrong-port 3000 -> 5173',
      'b.rs:1 error wrong-port 3000 -> 3001',
      'c.kt:1 error wrong-port 3000 -> 3001',
      'd.php:2 error wrong-port 3000 -> 3001',
    ],
  ],
  [
    "another program's script or target in a service's package",
    {
      'core/package.json':
        '{"name":"core","scripts":{"model":"uvicorn a:b --port 3000","start:prod":"next start -p 3000"}}',
      'core/Makefile': 'PORT = 3001\nmodel:\n\tpython -m a --port 3000\nrun-all:\n\tpython -m a --port 3000\n',
    },
    ['core/Makefile:5 error wrong-port 3000 -> 3001', 'core/package.json:1 error wrong-port 3000 -> 3001'],
  ],
  [
    "a preview on another service's port",
    {
      'compose.yml': service('api', "ports: ['3000:3000']"),
      'api/package.json': '{"name":"api","scripts":{"dev":"next dev -p 3000"}}',
      'web/package.json':
        '{"name":"web","scripts":{"preview":"vite preview --port 3000","x":"vite preview --port 4173"}}',
    },
    ['web/package.json:1 warning wrong-port 3000'],
  ],
  [
    "a container's own public address",
    {
      'compose.yml': service(
        'charts',
        "ports: ['3010:3300']",
        'environment:',
        '  GF_SERVER_ROOT_URL: http://localhost:3000',
      ),
    },
    ['compose.yml:6 error wrong-port 3000 -> 3010'],
  ],
  [
    'a container that the prefix of the others names',
    {
      'prometheus.yml':
        "scrape_configs:\n  - job_name: acme-charts\n    static_configs: [{ targets: ['host.docker.internal:3001'] }]\n",
    },
    ['prometheus.yml:3 error wrong-port 3001 -> 3010'],
  ],
  [
    'a document with a retired address, and one about the past',
    {
      'a.md': 'Send it to `http://localhost:3900`.\n\nIt was on http://localhost:3900.\n\nIn 3900 words.\n',
      'b.md': '## Ports\n\n- `3000` core\n- **3001** core (llm)\n- `3000` requests a second\n',
    },
    ['a.md:1 warning retired-port 3900', 'b.md:3 error wrong-port 3000'],
  ],
  [
    'the number of processes',
    { 'core/package.json': '{"name":"core"}', 'core/a.sh': 'seq 9 | xargs -P 30 curl\n' },
    [],
  ],
]

describe('check', () => {
  it.each(cases)('judges %s', async (_, files, expected) => {
    expect(await acmeFindings(files)).toEqual(expected)
  })
})
