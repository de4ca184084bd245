import { describe, expect, it } from 'vitest'
import { findingsOf, registryOf } from './acme.fixture.js'

const data = { port: 7106, scheme: 'postgresql' } as const
const registry = registryOf({
  web: 7101,
  mail: 7102,
  queue: [7103, 7203],
  queueAdmin: 7104,
  proxy: 7105,
  store: 9000,
  webData: data,
  testRunner: 7107,
})

/** A place that the judges of unseen repositories called right, and a similar one that is wrong. */
interface Twins {
  readonly right: Readonly<Record<string, string>>
  readonly wrong: Readonly<Record<string, string>>
  readonly finding: string
}

const manifest = (set: number, probe: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: mail
spec:
  template:
    spec:
      containers:
        - name: mail
          env:
            - name: PORT
              value: "${set}"
          ports:
            - containerPort: ${set}
          readinessProbe:
            httpGet:
              port: ${probe}
`
const measured = (inner: number, further: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: mail
spec:
  template:
    metadata:
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "7104"
    spec:
      containers:
        - name: mail
          ports:
            - containerPort: ${inner}
            - name: metrics
              containerPort: ${further}
`
const broker = (...variables: readonly string[]) =>
  `services:\n  queue:\n    image: apache/kafka\n    environment:\n      ${variables.join('\n      ')}\n    ports: ["7103:7103"]\n`
const containerWith = (variable: string) => `services:\n  mail:\n    image: x\n    environment:\n      ${variable}\n`
const task = (list: string) =>
  `{"${list}":[{"name":"x","environment":[{"name":"WEB_URL","value":"http://localhost:7102"}]}]}`
const origins = (...lines: readonly string[]) =>
  `class Startup {\n  void Configure() => policy.WithOrigins(\n${lines.join('\n')}\n  );\n}\n`
const healthCheck = (source: string) =>
  `services:\n  mail:\n    ${source}\n    healthcheck:\n      test: ["CMD", "curl", "http://localhost:9000/health"]\n`

const twins: Readonly<Record<string, Twins>> = {
  'a cluster that sets and expects one number': {
    right: { 'k8s/mail.yaml': manifest(7101, 7101) },
    wrong: { 'k8s/mail.yaml': manifest(7101, 7102) },
    finding: 'k8s/mail.yaml:14 error wrong-port 7101',
  },
  "the health check of Keycloak's image": {
    right: { 'compose.yml': healthCheck('image: quay.io/keycloak/keycloak:26') },
    wrong: { 'compose.yml': healthCheck('image: acme/mail') },
    finding: 'compose.yml:5 error wrong-port 9000',
  },
  'the variable of another service in a container': {
    right: { 'compose.yml': 'services:\n  mail:\n    image: x\n    environment:\n      PROXY_PORT: 7105\n' },
    wrong: { 'compose.yml': 'services:\n  mail:\n    image: x\n    environment:\n      MAIL_PORT: 7105\n' },
    finding: 'compose.yml:5 error wrong-port 7105',
  },
  'an address whose path names the service that has the number': {
    right: { 'a.md': '- **Web**: http://localhost:7102/mail/inbox\n' },
    wrong: { 'a.md': '- **Web**: http://localhost:7102\n' },
    finding: 'a.md:1 error wrong-port 7102',
  },
  'the image of a product that contains the name of a service': {
    right: { 'a.md': '```sh\ndocker run -p 7102:7102 acme/web-mail\n```\n' },
    wrong: { 'a.md': '```sh\ndocker run -p 7102:7102 acme/web\n```\n' },
    finding: 'a.md:2 error wrong-port 7102',
  },
  'a table row with the ports that a service reaches': {
    right: { 'a.md': '| Service | Port |\n|---|---|\n| web | 7102 (mail), 7103 (queue) |\n' },
    wrong: { 'a.md': '| Service | Port |\n|---|---|\n| web | 7102 |\n' },
    finding: 'a.md:3 error wrong-port 7102',
  },
  'an address between containers that a script prints': {
    right: { 'a.sh': 'echo "Internal URL: http://queue:7203"\n' },
    wrong: { 'a.sh': 'echo "Internal URL: http://queue:7102"\n' },
    finding: 'a.sh:1 error wrong-port 7102',
  },
  'the number of a hosting platform': {
    right: { 'web/package.json': '{"name":"web"}', 'web/Procfile': 'web: run --port ${PORT:-7300}\n' },
    wrong: { 'web/package.json': '{"name":"web"}', 'web/Procfile': 'web: run --port 7300\n' },
    finding: 'web/Procfile:1 error wrong-port 7300',
  },
  'a list of origins': {
    right: { 'a.cs': origins('    "http://localhost:7300", // one', '    "http://localhost:7301")') },
    wrong: { 'a.cs': origins('    Url("http://localhost:7300"),', '    Url("http://localhost:7301"))') },
    finding: 'a.cs:3 warning unregistered-port 7300',
  },
  'the proxy of a network': {
    right: { '.env': 'HTTP_PROXY=http://localhost:7300\n' },
    wrong: { '.env': 'HTTP_URL=http://localhost:7300\n' },
    finding: '.env:1 warning unregistered-port 7300',
  },
  'a result of a measurement': {
    right: { 'reports/a.json': '{ "url": "http://localhost:7300" }' },
    wrong: { 'config/a.json': '{ "url": "http://localhost:7300" }' },
    finding: 'config/a.json:1 warning unregistered-port 7300',
  },
  'an exported workflow': {
    right: { 'n8n/a.json': '{ "url": "http://localhost:7300" }' },
    wrong: { 'web/a.json': '{ "url": "http://localhost:7300" }' },
    finding: 'web/a.json:1 warning unregistered-port 7300',
  },
  'a list under a title about the past': {
    right: { 'a.md': '### Before (Old Ports)\n\n- Web: http://localhost:7102\n' },
    wrong: { 'a.md': '### Before (Old Ports)\n\n- Web: x\n\n### After\n\n- Web: http://localhost:7102\n' },
    finding: 'a.md:7 error wrong-port 7102',
  },
  'a number inside a container, in a list of ports': {
    right: { 'a.md': '## Ports\n\n- **Queue**: 7203 (internal)\n' },
    wrong: { 'a.md': '## Ports\n\n- **Queue**: 7102 (internal)\n' },
    finding: 'a.md:3 warning wrong-port 7102',
  },
  "a mock of another service, in a package's directory": {
    right: { 'web/package.json': '{"name":"web"}', 'web/mock_mail.py': 'app.run(port=7300)\n' },
    wrong: { 'web/package.json': '{"name":"web"}', 'web/main.py': 'app.run(port=7300)\n' },
    finding: 'web/main.py:1 error wrong-port 7300',
  },
  'the address of a client of HTTP': {
    right: { 'a.http': '@Mail_HostAddress = http://localhost:7102\n' },
    wrong: { 'a.http': '@Mail_HostAddress = http://localhost:7300\n' },
    finding: 'a.http:1 error wrong-port 7300',
  },
  'the host beside a port, in a file that a script writes': {
    right: { 'a.sh': 'cat > .env <<END\nQUEUE_HOST=queue\nQUEUE_PORT=7203\nEND\n' },
    wrong: { 'a.sh': 'cat > .env <<END\nQUEUE_HOST=localhost\nQUEUE_PORT=7101\nEND\n' },
    finding: 'a.sh:3 error wrong-port 7101',
  },
  'a variable whose name starts with PORT': {
    right: { '.env': 'PORT_WEB=7101\nPORT_OFFSET=7300\n' },
    wrong: { '.env': 'PORT_WEB=7102\n' },
    finding: '.env:1 error wrong-port 7102',
  },
  'variables of one of several stacks': {
    right: { '.env.demo': 'WEB_PORT=7300\nMAIL_PORT=7301\n' },
    wrong: { '.env.demo': 'WEB_PORT=7300\nMAIL_PORT=7102\n' },
    finding: '.env.demo:1 error wrong-port 7300',
  },
  'variables of a stack, and a program with the same name': {
    right: { 'env.high.template': 'WEB_PORT=7300\n' },
    wrong: { 'src/env.ts': 'export const port = process.env.WEB_PORT ?? 7300\n' },
    finding: 'src/env.ts:1 error wrong-port 7300',
  },
  'variables of another stack, and samples of those of this one': {
    right: { '.env.docker.example': 'WEB_PORT=7300\n' },
    wrong: { '.env.local.example': 'WEB_PORT=7300\n' },
    finding: '.env.local.example:1 error wrong-port 7300',
  },
  'a kept reference, and a reference for readers': {
    right: { '_reference/a.ts': 'const WEB_PORT = 7300\n' },
    wrong: { 'docs/reference/a.md': '- **Web**: http://localhost:7102\n' },
    finding: 'docs/reference/a.md:1 error wrong-port 7102',
  },
  'a title about the past, and one about the first step': {
    right: { 'a.md': '**Before:**\n\n- Web: http://localhost:7102\n' },
    wrong: { 'a.md': '## Before you start\n\n- Web: http://localhost:7102\n' },
    finding: 'a.md:3 error wrong-port 7102',
  },
  'a script that deploys on another machine': {
    right: { 'scripts/deploy-web.sh': 'WEB_PORT=7300\n' },
    wrong: { 'scripts/start-web.sh': 'WEB_PORT=7300\n' },
    finding: 'scripts/start-web.sh:1 error wrong-port 7300',
  },
  'PHP behind a web server in its container': {
    right: { 'nginx.conf': 'location / {\n  fastcgi_pass 127.0.0.1:7300;\n}\n' },
    wrong: { 'nginx.conf': 'location / {\n  proxy_pass http://127.0.0.1:7300;\n}\n' },
    finding: 'nginx.conf:2 warning unregistered-port 7300',
  },
  "a table of services' accounts at a database": {
    right: { 'a.md': '| Service | Database | User | Port |\n|---|---|---|---|\n| Web | a | b | 7300 |\n' },
    wrong: { 'a.md': '| Service | Port | Owner |\n|---|---|---|\n| Web | 7300 | me |\n' },
    finding: 'a.md:3 warning wrong-port 7300',
  },
  'a column of ports after a column of databases': {
    right: { 'a.md': '| Service | Database | Port |\n|---|---|---|\n| Web | a | 7300 |\n' },
    wrong: { 'a.md': '| Service | Port | Database |\n|---|---|---|\n| Web | 7300 | a |\n' },
    finding: 'a.md:3 warning wrong-port 7300',
  },
  'an address of the metrics for another service': {
    right: { 'a.md': '- **Web**: http://localhost:7102/actuator/web\n' },
    wrong: { 'a.md': '- **Web**: http://localhost:7102/actuator\n' },
    finding: 'a.md:1 error wrong-port 7102',
  },
  'a sample and a table under a title about the past': {
    right: { 'a.md': '## Before\n\n```yaml\nWEB_PORT: 7102\n```\n\n| Service | Port |\n|---|---|\n| Web | 7102 |\n' },
    wrong: { 'a.md': '## After\n\n```yaml\nWEB_PORT: 7102\n```\n\n| Service | Port |\n|---|---|\n| Web | 7102 |\n' },
    finding: 'a.md:9 error wrong-port 7102',
  },
  'an image for tests': {
    right: { 'web/package.json': '{"name":"web"}', 'web/Dockerfile.test': 'FROM x\nENV PORT=7300\n' },
    wrong: { 'web/package.json': '{"name":"web"}', 'web/Dockerfile': 'FROM x\nENV PORT=7300\n' },
    finding: 'web/Dockerfile:2 error wrong-port 7300',
  },
  'an image whose number inside is another one than outside': {
    right: { 'queue/Dockerfile': 'FROM x\nEXPOSE 7203\nCMD ["run", "--port", "7203"]\n' },
    wrong: { 'queue/Dockerfile': 'FROM x\nEXPOSE 7203\nCMD ["run", "--port", "7103"]\n' },
    finding: 'queue/Dockerfile:3 error wrong-port 7103',
  },
  'metrics on a port that the container declares': {
    right: { 'k8s/mail.yaml': measured(7102, 7104) },
    wrong: { 'k8s/mail.yaml': measured(7102, 7102) },
    finding: 'k8s/mail.yaml:10 error wrong-port 7104',
  },
  'a process that pm2 keeps on a server': {
    right: { 'ecosystem.config.cjs': "module.exports = { apps: [{ name: 'x', env: { MAIL_PORT: '7300' } }] }\n" },
    wrong: { 'processes.cjs': "module.exports = { apps: [{ name: 'x', env: { MAIL_PORT: '7300' } }] }\n" },
    finding: 'processes.cjs:1 error wrong-port 7300',
  },
  "a command of another program in a package's document": {
    right: { 'mail/package.json': '{"name":"mail"}', 'mail/README.md': '```sh\nuvicorn app:app --port 7101\n```\n' },
    wrong: { 'mail/package.json': '{\n"name":"mail",\n"scripts":{"dev":"uvicorn app:app --port 7101"}}' },
    finding: 'mail/package.json:3 error wrong-port 7101',
  },
  'a further port of a container that no other program opens': {
    right: { 'compose.yml': 'services:\n  mail:\n    image: x\n    ports: ["7102:7102", "7105:7105"]\n' },
    wrong: {
      'compose.yml':
        'services:\n  mail:\n    image: x\n    ports: ["7102:7102", "7105:7105"]\n  proxy:\n    image: y\n    expose: ["7105"]\n',
    },
    finding: 'compose.yml:4 error wrong-port 7105',
  },
  "one of a broker's listeners": {
    right: { 'compose.yml': broker('BROKER_LISTENERS: INSIDE://:7999,OUTSIDE://:7103') },
    wrong: { 'compose.yml': broker('BROKER_LISTENERS: INSIDE://:7999') },
    finding: 'compose.yml:6 error wrong-port 7103',
  },
  'another container with both numbers of a service': {
    right: { 'compose.yml': 'services:\n  rabbit:\n    image: rabbitmq\n    ports: ["7103:7203"]\n' },
    wrong: {
      'compose.yml': 'services:\n  queue:\n    image: rabbitmq\n    ports: ["7103:7203"]\n',
      'compose.tools.yml': 'services:\n  kafka:\n    image: kafka\n    ports: ["7103:7203"]\n',
    },
    finding: 'compose.tools.yml:4 error wrong-port 7103',
  },
  'the number of another service in production': {
    right: {
      'compose.prod.yml': "services:\n  queue:\n    ports: ['7102:7203']\n",
      '.env': 'QUEUE_PORT=7103\n',
    },
    wrong: {
      'compose.prod.yml': 'services:\n  mail:\n    environment:\n      QUEUE_URL: amqp://queue:7102\n',
      '.env': 'QUEUE_PORT=7103\n',
    },
    finding: 'compose.prod.yml:4 error wrong-port 7102',
  },
  "the address of the page that a browser's tests open": {
    right: {
      'playwright.config.ts': "export default { use: { baseURL: process.env.WEB_URL ?? 'http://localhost:7102' } }\n",
    },
    wrong: {
      'playwright.config.ts': "export default { use: { x: process.env.WEB_URL ?? 'http://localhost:7102' } }\n",
    },
    finding: 'playwright.config.ts:1 error wrong-port 7102',
  },
  'a variable of another service in a container': {
    right: { 'compose.yml': 'services:\n  mail:\n    environment:\n      WEB_URL: http://localhost:7102\n' },
    wrong: { 'compose.yml': 'services:\n  mail:\n    environment:\n      WEB_PORT: 7102\n' },
    finding: 'compose.yml:4 error wrong-port 7102',
  },
  'an image in a registry on this machine': {
    right: { 'a.sh': 'docker push localhost:7300/acme/web:latest\n' },
    wrong: { 'a.sh': 'curl localhost:7300/acme/web\n' },
    finding: 'a.sh:1 warning unregistered-port 7300',
  },
  "a table of services' databases": {
    right: { 'a.md': '| Service | Port |\n|---|---|\n| Web | 7106 |\n' },
    wrong: { 'a.md': '| Service | Port |\n|---|---|\n| Mail | 7106 |\n' },
    finding: 'a.md:3 error wrong-port 7106',
  },
  'a table of the ports inside containers': {
    right: { 'a.md': '| Service | Port |\n|---|---|\n| Queue | 7203 |\n' },
    wrong: { 'a.md': '| Service | Port |\n|---|---|\n| Web | 7203 |\n' },
    finding: 'a.md:3 warning wrong-port 7203',
  },
  'containers that share one address at a hosting platform': {
    right: { 'task.json': task('containerDefinitions') },
    wrong: { 'task.json': task('programs') },
    finding: 'task.json:1 error wrong-port 7102',
  },
  'the image of another program for production': {
    right: {
      'web/package.json': '{"name":"web"}',
      'web/Dockerfile.prod': 'FROM x\nEXPOSE 7105\n',
      '.env': 'WEB_PORT=7101\n',
    },
    wrong: {
      'web/package.json': '{"name":"web"}',
      'web/Dockerfile': 'FROM x\nEXPOSE 7105\n',
      '.env': 'WEB_PORT=7101\n',
    },
    finding: 'web/Dockerfile:2 error wrong-port 7105',
  },
  'a program in an image': {
    right: { 'jobs/package.json': '{"name":"jobs"}', 'jobs/Dockerfile': 'FROM x\n', 'jobs/a.ts': 'app.listen(7102)\n' },
    wrong: { 'jobs/package.json': '{"name":"jobs"}', 'jobs/a.ts': 'app.listen(7102)\n' },
    finding: 'jobs/a.ts:1 warning wrong-port 7102',
  },
  'a section of settings about a database': {
    right: { 'web/package.json': '{"name":"web"}', 'web/a.conf': 'database {\n  port = 7102\n}\n' },
    wrong: { 'web/package.json': '{"name":"web"}', 'web/a.conf': 'server {\n  port = 7102\n}\n' },
    finding: 'web/a.conf:2 error wrong-port 7102',
  },
  'the address of a product in the container of another one': {
    right: { 'compose.yml': containerWith('STORE_EXTERNAL_URL: http://localhost:9000') },
    wrong: { 'compose.yml': containerWith('ROOT_URL: http://localhost:9000') },
    finding: 'compose.yml:5 error wrong-port 9000',
  },
  'origins that a server in Rust allows': {
    right: { 'a.rs': 'vec![\n  "http://localhost:7300".to_string(),\n  "http://localhost:7301".to_string(),\n]\n' },
    wrong: { 'a.rs': 'get("http://localhost:7300".to_string());\n' },
    finding: 'a.rs:1 warning unregistered-port 7300',
  },
  'a time that is given to connect': {
    right: { 'a.ts': 'await adapter.connect(15_000)\n' },
    wrong: { 'a.ts': 'await net.connect(15_000)\n' },
    finding: 'a.ts:1 warning unregistered-port 15000',
  },
  'what a program of .NET listens on': {
    right: { Dockerfile: 'FROM x\nENV ASPNETCORE_URLS http://*:7300\n' },
    wrong: { Dockerfile: 'FROM x\nENV MAIL_URL http://localhost:7300\n' },
    finding: 'Dockerfile:2 error wrong-port 7300',
  },
  'placeholder credentials': {
    right: { '.env': 'DATABASE_URL=postgres://dummy:dummy@localhost:7300/dummy\n' },
    wrong: { '.env': 'DATABASE_URL=postgres://acme:acme@localhost:7300/acme\n' },
    finding: '.env:1 warning unregistered-port 7300',
  },
  'a list of names and numbers in a document': {
    right: { 'a.md': "```yaml\ntargets: ['queue:7103']\n```\n" },
    wrong: { 'a.md': "```yaml\ntargets: ['queue:7102']\n```\n" },
    finding: 'a.md:2 warning wrong-port 7102',
  },
  'the address of a page that a test runner opens': {
    right: {
      'cypress.config.ts': "export default { e2e: { baseUrl: process.env.WEB_URL ?? 'http://localhost:7102' } }\n",
      'wdio.conf.ts': "export const config = { baseUrl: process.env.WEB_URL ?? 'http://localhost:7102' }\n",
    },
    wrong: { 'client.config.ts': "export default { baseURL: process.env.WEB_URL ?? 'http://localhost:7102' }\n" },
    finding: 'client.config.ts:1 error wrong-port 7102',
  },
  'a script that tests': {
    right: { 'package.json': '{"scripts":{"test:web":"WEB_URL=http://localhost:7102 vitest"}}' },
    wrong: { 'package.json': '{"scripts":{"watch:web":"WEB_URL=http://localhost:7102 vite"}}' },
    finding: 'package.json:1 error wrong-port 7102',
  },
  'an address that takes the place of one in an image': {
    right: { 'docker/Dockerfile': 'FROM x\nENV DATABASE_URL=postgres://localhost:7300/a\n' },
    wrong: { 'docker/start.sh': 'DATABASE_URL=postgres://localhost:7300/a\n' },
    finding: 'docker/start.sh:1 warning unregistered-port 7300',
  },
  'a variable of tests': {
    right: { '.env': 'TEST_DATABASE_URL=postgres://localhost:7300/a\n' },
    wrong: { '.env': 'LATEST_DATABASE_URL=postgres://localhost:7300/a\n' },
    finding: '.env:1 warning unregistered-port 7300',
  },
  'a service whose name begins like a variable of tests': {
    right: { '.env': 'TEST_RUNNER_PORT=7107\n' },
    wrong: { '.env': 'TEST_RUNNER_PORT=7300\n' },
    finding: '.env:1 error wrong-port 7300',
  },
  'origins in a list of settings': {
    right: { '.env': 'CORS_ORIGINS=["http://localhost:7300"]\n' },
    wrong: { '.env': 'SHOP_URL=["http://localhost:7300"]\n' },
    finding: '.env:1 warning unregistered-port 7300',
  },
  'the origin of a page in a header': {
    right: { 'a.sh': 'curl --header "Origin: http://localhost:7300" https://example.com\n' },
    wrong: { 'a.sh': 'curl --header "Referer: http://localhost:7300" https://example.com\n' },
    finding: 'a.sh:1 warning unregistered-port 7300',
  },
  "a default of Laravel's files of settings": {
    right: { 'config/mail.php': "<?php return ['port' => env('MAIL_PORT', 7300)];\n" },
    wrong: { 'app/mail.php': "<?php return ['port' => env('MAIL_PORT', 7300)];\n" },
    finding: 'app/mail.php:1 error wrong-port 7300',
  },
  'a copy in an archive': {
    right: { '_archive-2024/a.sh': 'WEB_PORT=7300\n' },
    wrong: { 'archiver/a.sh': 'WEB_PORT=7300\n' },
    finding: 'archiver/a.sh:1 error wrong-port 7300',
  },
  'a stack for tests': {
    right: { 'docker-compose.test-local.yml': 'services:\n  web:\n    image: x\n    ports: ["7300:7101"]\n' },
    wrong: { 'docker-compose.yml': 'services:\n  web:\n    image: x\n    ports: ["7300:7101"]\n' },
    finding: 'docker-compose.yml:4 error wrong-port 7300',
  },
  'a document about tests': {
    right: { 'docs/testing-guide.md': '| Service | Port |\n|---|---|\n| Web | 7300 |\n' },
    wrong: { 'docs/guide.md': '| Service | Port |\n|---|---|\n| Web | 7300 |\n' },
    finding: 'docs/guide.md:3 warning wrong-port 7300',
  },
}

describe('a place that is right, and its twin', () => {
  it.each(Object.entries(twins))('%s', async (_, { right, wrong, finding }) => {
    expect(await findingsOf(registry, right)).toEqual([])
    expect((await findingsOf(registry, wrong)).map((each) => each.replace(/ -> \d+$/, ''))).toContain(finding)
  })
})
