import { describe, expect, it } from 'vitest'
import { findingsIn, manifestOf } from '../check.fixture.js'

const compose = (service: string, ports: string, more = '') =>
  `services:\n  ${service}:\n    ports: ["${ports}"]\n${more}`
const environment = (variables: string) => `services:\n  app:\n    environment:\n      ${variables}\n`
const configMap = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata:\n  ${data}\n`
const deployment = (variable: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          env:\n            - ${variable}\n`

describe('wrong-port', () => {
  it.each([
    [
      "another's number under a service's variable",
      { '.env': 'GRAFANA_PORT=3002\n' },
      '.env:1:14 error wrong-port 3002 -> 3010',
    ],
    [
      'a number of the service that is called legacy',
      { 'a.ts': 'const legacyEmbeddingPort = 3002\n' },
      'a.ts:1:29 error wrong-port 3002 -> 8100',
    ],
    [
      "nobody's number under a service's variable",
      { '.env': 'GRAFANA_PORT=3333\n' },
      '.env:1:14 error wrong-port 3333 -> 3010',
    ],
    [
      "a scrape job that asks another's port",
      {
        'prometheus.yml':
          "scrape_configs:\n  - job_name: driftos-core\n    static_configs:\n      - targets: ['host.docker.internal:3000']\n",
      },
      'prometheus.yml:4:41 error wrong-port 3000 -> 3001',
    ],
    [
      'a container published on its inner port',
      { 'compose.yml': compose('postgres', '5432:5432') },
      'compose.yml:3:14 error wrong-port 5432 -> 5433',
    ],
    [
      'a database known by its image alone',
      { 'compose.yml': compose('db', '5432:5432', '    image: pgvector/pgvector:pg16\n') },
      'compose.yml:3:14 error wrong-port 5432 -> 5433',
    ],
    [
      "the default of a service's own port",
      { 'package.json': manifestOf('driftos-core'), 'src/main.ts': 'const port = Number(process.env.PORT ?? 3000)\n' },
      'src/main.ts:1:41 error wrong-port 3000 -> 3001',
    ],
    [
      'the address of an upstream by its variable',
      { 'src/main.ts': "const url = process.env.EMBED_URL ?? 'http://localhost:3001'\n" },
      'src/main.ts:1:56 error wrong-port 3001 -> 3002',
    ],
    [
      'a label in a document',
      { 'README.md': '- Grafana: http://localhost:3002 (admin/admin)\n' },
      'README.md:1:29 error wrong-port 3002 -> 3010',
    ],
    [
      'a row of a table of ports',
      { 'README.md': '| Service | Port |\n| --- | --- |\n| Core | 3000 |\n' },
      'README.md:3:10 error wrong-port 3000 -> 3001',
    ],
    [
      "a script's default for its own API, which may be meant for another",
      { 'package.json': manifestOf('@driftos/embed-enterprise'), 'run.sh': 'API_URL=${1:-http://localhost:3000}\n' },
      'run.sh:1:31 warning wrong-port 3000 -> 3002',
    ],
    [
      "embed's Grafana on core's port",
      { 'package.json': manifestOf('driftos-embed-enterprise'), 'compose.yml': compose('grafana', '3010:3000') },
      'compose.yml:3:14 warning wrong-port 3010 -> 3020',
    ],
    [
      'what a Dockerfile says of its own service',
      { 'package.json': manifestOf('driftos-core'), Dockerfile: 'FROM node:20\nEXPOSE 3000\n' },
      'Dockerfile:2:8 warning wrong-port 3000 -> 3001',
    ],
    [
      "another's number under a service's variable inside a container",
      { 'compose.yml': environment('GATEWAY_PORT: 3001') },
      'compose.yml:4:21 warning wrong-port 3001 -> 3000',
    ],
    [
      "another's number under Grafana's variable in a list",
      { 'compose.yml': environment('- GRAFANA_PORT=3002') },
      'compose.yml:4:22 warning wrong-port 3002 -> 3000',
    ],
    [
      "another's number as the default of a service's variable inside a container",
      { 'compose.yml': environment('WEBSITE_PORT: ${WEBSITE_PORT:-3005}') },
      'compose.yml:4:37 warning wrong-port 3005 -> 3004',
    ],
    [
      "another's number under a service's variable in a ConfigMap",
      { 'config.yml': configMap('GATEWAY_PORT: "3001"') },
      'config.yml:5:18 warning wrong-port 3001 -> 3000',
    ],
    [
      "another's number under a service's variable in a Deployment",
      { 'web.yml': deployment('{ name: GATEWAY_PORT, value: "3001" }') },
      'web.yml:10:45 warning wrong-port 3001 -> 3000',
    ],
  ])('finds %s', async (_, files: Readonly<Record<string, string>>, finding) => {
    expect(await findingsIn(files)).toEqual([finding])
  })

  it.each([
    ['either Grafana where it is not said which', { 'compose.yml': compose('grafana', '3020:3000') }],
    [
      'a container side that is the service’s own affair',
      { 'compose.yml': compose('core', '3001:8080', '    environment:\n      PORT: 8080\n') },
    ],
    [
      'Prometheus scraping itself inside its container',
      {
        'prometheus.yml':
          "scrape_configs:\n  - job_name: prometheus\n    static_configs:\n      - targets: ['localhost:9090']\n",
      },
    ],
    [
      'a variable inside a container with its port there or on the host',
      { 'compose.yml': environment('GRAFANA_PORT: 3000\n      CORE_PORT: 3001\n      POSTGRES_PORT: 5433') },
    ],
    [
      'a variable inside a container with a number of nobody’s, or that is nobody’s own',
      { 'compose.yml': environment('GATEWAY_PORT: 8080\n      PORT: 3001\n      API_PORT: 3001') },
    ],
    ['a service reached by its container’s name', { '.env': 'DATABASE_URL=postgres://u@postgres:5432/db\n' }],
    [
      'a service container of a workflow',
      {
        '.github/workflows/ci.yml':
          'jobs:\n  test:\n    services:\n      postgres:\n        image: postgres:16\n        ports: ["5432:5432"]\n    env:\n      DATABASE_URL: postgres://postgres@localhost:5432/test\n',
      },
    ],
    ["another database that only sounds like the service's", { '.env': 'CORE_TEST_DB_PORT=5444\nPGADMIN_PORT=5050\n' }],
    ['a machine elsewhere', { '.env': 'CORE_URL=https://core.example.com:8443\n' }],
    ['an override shown in a document', { 'README.md': 'Set `CORE_PORT=4101` to move it.\n' }],
    ['what a document tells of the past', { 'README.md': '- **Core Grafana (3002 → 3010)**: originally on 3002.\n' }],
    [
      'a service’s own port, rightly told',
      { 'README.md': '- Core: http://localhost:3001\n- Grafana for embed: http://localhost:3020\n' },
    ],
  ])('passes over %s', async (_, files: Readonly<Record<string, string>>) => {
    const findings = await findingsIn(files)
    expect(findings.filter((finding) => finding.includes('wrong-port'))).toEqual([])
  })
})
