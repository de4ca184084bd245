import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, proposedPorts, registryOf } from './acme.fixture.js'

type Case = readonly [kind: string, files: Readonly<Record<string, string>>, expected: readonly string[]]

const shop: PortRegistry = registryOf({
  api: { port: 7101, containerName: 'shop-api' },
  web: { port: 7102, containerPort: 80, containerName: 'shop-web' },
  mail: 7103,
  broker0: 7104,
  queue: 7106,
  queueAdmin: { port: 7107, containerName: 'queue' },
  mailAdmin: { port: 7105, containerName: 'mail-admin' },
  dispatch: { port: 7110, aliases: ['sending-service'] },
  nginxProxy: 7111,
  mailMetrics: 7112,
  store: { port: 7113, scheme: 'postgresql' },
  ledger: { port: 7114, containerPort: 5432, scheme: 'postgresql' },
  one: { port: 7120, containerPort: 8080 },
  two: { port: 7121, containerPort: 8080 },
  three: { port: 7122, containerPort: 8080 },
  four: { port: 7123, containerPort: 8080, aliases: ['one'] },
})

const service = (name: string, ...lines: readonly string[]) => `  ${name}:\n    build: .\n    ${lines.join('\n    ')}\n`
const compose = (...services: readonly string[]) => `services:\n${services.join('')}`

const probeOf = (name: string, port: number) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name}\n          livenessProbe:\n            httpGet: { port: ${port} }\n`

const debugging = [
  'python -m debugpy --listen 0.0.0.0:7200 app.py',
  'java -agentlib:jdwp=transport=dt_socket,server=y,address=*:7200 -jar app.jar',
  'dlv --headless --listen=:7200 exec ./app',
]

const userUrls = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}/.env`, 'API_URL=http://localhost:7102\n']))
const packageOf = (name: string) => ({ [`apps/${name}/package.json`]: `{"name":"${name}"}` })

const servers = [
  'python manage.py runserver 0.0.0.0:7200',
  'python manage.py runserver 7200',
  'gunicorn app:app -b 0.0.0.0:7200',
  'waitress-serve --listen=*:7200 app:app',
  'unicorn -p 7200',
  'sanic app --port 7200',
  'hypercorn --bind :7200 app:app',
  'puma -b tcp://0.0.0.0:7200',
  'bundle exec rails s -p 7200',
  'php -S localhost:7200 -t public',
  'npx serve dist -l 7200',
]

/** Commands with a number for one run. */
const overrides = [
  'MAIL_PORT=7102 pnpm dev',
  'MAIL_PORT=7102 \\\n  LOG=debug \\\n  pnpm dev',
  'LOG=debug \\\n  MAIL_PORT=7102 \\\n  pnpm dev',
  '$ MAIL_URL="http://localhost:7302" pnpm dev',
  'env MAIL_PORT=7102 pnpm dev',
  'npx cross-env MAIL_PORT=7102 pnpm dev',
  'export MAIL_PORT=7102 && pnpm dev',
  'set MAIL_PORT=7102 && pnpm dev',
  '$env:MAIL_PORT=7102; pnpm dev',
  'MAIL_PORT=7102 WEB_PORT=7102 pnpm dev',
  'MAIL_URL=http://localhost:7102  # a different port',
]

const cases: readonly Case[] = [
  ...overrides.map((command): Case => [
    `the number for one run in ${JSON.stringify(command)}`,
    { 'README.md': `\`\`\`sh\n${command}\n\`\`\`\n` },
    [],
  ]),
  ...['MAIL_PORT=7102', 'export MAIL_PORT=7102', 'MAIL_PORT=7102 # the mail'].map((line): Case => [
    `a setting in a document, ${line}`,
    { 'README.md': `\`\`\`sh\n${line}\n\`\`\`\n` },
    ['README.md:2 error wrong-port 7102'],
  ]),
  ...[
    'Proxies `/api` to `http://localhost:7101`.',
    'Go listens at http://localhost:7200.',
    'Open mongodb://localhost:7200 with a client.',
    'The server is available at http://localhost:7200.',
    'The base URL defaults to `http://localhost:7101/v1`.',
    '/api/* -> http://localhost:7101/api/*',
    '```dockerfile\nEXPOSE 7200\n```',
    '```yaml\nservices:\n  other:\n    environment:\n      PORT: "7200"\n```',
  ].map((text): Case => [
    `text about other programs in the document of a package, ${JSON.stringify(text)}`,
    { ...packageOf('mail'), 'apps/mail/README.md': `${text}\n` },
    [],
  ]),
  ...['Open', 'open your browser at', 'Visit', 'Then navigate to', 'Go to'].map((words): Case => [
    `the page that the document of a package says to open, "${words} …"`,
    { ...packageOf('mail'), 'apps/mail/README.md': `${words} http://localhost:7200.\n` },
    ['apps/mail/README.md:1 warning wrong-port 7200'],
  ]),
  ...['testing/testscripts/a.sh', 'web/src/i18n/locales/zh.ts', 'template/{{cookiecutter.slug}}/web/a.ts'].map(
    (file): Case => [
      `an address in ${file}`,
      { [file]: file.endsWith('.ts') ? "const a = 'http://localhost:7200/x'\n" : 'curl http://localhost:7200/x\n' },
      [],
    ],
  ),
  ...[
    'GF_SERVER_ROOT_URL=http://localhost:7102/grafana/',
    'MAIL_PUBLIC_URL=http://localhost:7102/mail',
    'MAIL_ROOT_URL=http://localhost:7102/mail',
    'MAIL_EXTERNAL_URL=http://localhost:7102/mail',
    'MAIL_PUBLIC_BASE_URL=http://localhost:7102/mail',
  ].map((setting): Case => [
    `the address of a page behind another service, ${setting}`,
    { 'compose.yml': compose(service('mail', `environment: ["${setting}"]`)) },
    [],
  ]),
  ...[
    ['another service', 7101, 'error wrong-port 7101'],
    ['none', 7200, 'error unregistered-port 7200'],
  ].map(([owner, port, finding]): Case => [
    `a container that publishes one of its two registered ports, and the port of ${owner} instead of the other`,
    { 'compose.yml': compose(service('queue', `ports: ["${port}:${port}", "7107:7107"]`)) },
    [`compose.yml:4 ${finding}`],
  ]),
  [
    'an address inside, after a container with two registered ports moved',
    {
      'compose.yml': compose(
        service('queue', 'ports: ["7200:7200", "7107:7107"]'),
        service('web', 'ports: ["7102:80"]', 'environment: ["QUEUE_URL=http://queue:7200"]'),
      ),
      '.env': 'QUEUE_URL=http://localhost:7200\n',
    },
    [
      '.env:1 error wrong-port 7200',
      'compose.yml:4 error unregistered-port 7200',
      'compose.yml:8 error wrong-port 7200',
    ],
  ],
  [
    'the last stage of an image that exposes a port',
    {
      ...packageOf('web'),
      'apps/web/Dockerfile': 'FROM a AS dev\nEXPOSE 7200\nFROM b\nEXPOSE 7200\n',
    },
    ['apps/web/Dockerfile:4 error wrong-port 7200'],
  ],
  [
    'the label of a page of any program',
    { 'README.md': '- Web UI: http://localhost:7103\n- Web service: http://localhost:7103\n' },
    ['README.md:2 error wrong-port 7103'],
  ],
  ...['env.toml', 'env.toml.example', 'config/env.example.toml'].map((file): Case => [
    `tables of other programs in ${file}`,
    { 'mail/package.json': '{"name":"mail"}', [`mail/${file}`]: '[mysql]\nport=3306\n\n[redis]\nport = 6379\n' },
    [],
  ]),
  ...servers.flatMap((command): Case[] => [
    [
      `the server that "${command}" starts`,
      { 'mail/package.json': '{"name":"mail"}', 'mail/run.sh': `#!/bin/sh\n${command}\n` },
      ['mail/run.sh:2 error wrong-port 7200 -> 7103'],
    ],
    [
      `the server that "${command}" starts in a container`,
      { 'mail/package.json': '{"name":"mail"}', 'mail/entrypoint.sh': `#!/bin/sh\n${command}\n` },
      ['mail/entrypoint.sh:2 error wrong-port 7200'],
    ],
    [
      `the server of an image, "${command}"`,
      { 'mail/Dockerfile': `FROM x\nCMD ${JSON.stringify(command.split(' '))}\n` },
      ['mail/Dockerfile:2 error wrong-port 7200'],
    ],
  ]),
  ...['psql', 'createdb', 'redis-cli', 'mysql'].map((client): Case => [
    `what "${client}" reaches in a repository with one service`,
    { 'package.json': '{"name":"api"}', 'setup.sh': `${client} -h localhost -p 7103 shop\n` },
    [],
  ]),
  [
    'the addresses of services in tables of TOML',
    { 'gateway.toml': '[services.mail]\nhttp_addr = "127.0.0.1:7101"\n[services.api]\nhttp_addr = "127.0.0.1:7101"\n' },
    ['gateway.toml:2 error wrong-port 7101 -> 7103'],
  ],
  [
    'the local half of a port-forward in a document',
    { 'docs/cluster.md': '```sh\nkubectl port-forward svc/mail 7200:7103\n```\n' },
    [],
  ],
  [
    'how to publish another port, in a document',
    { 'docs/package.json': '{}', 'docs/ports.md': '```yaml\nservices:\n  mail:\n    ports: ["7200:7103"]\n```\n' },
    [],
  ],
  ...['`${process.env.MAIL_HOST}:${process.env.MAIL_PORT ?? 7200}`', '`${process.env.MAIL_PORT || "7200"}`'].map(
    (template): Case => [
      `the default of a variable in the template ${template}`,
      { 'src/main.ts': `export const address = ${template}\n` },
      ['src/main.ts:1 error wrong-port 7200 -> 7103'],
    ],
  ),
  ...[
    ['application.yml', 'a:\n  uri: ${MAIL_URL:http://localhost:7200}', 2],
    ['application.yml', 'a:\n  uri: ${A_URL:${MAIL_URL:http://localhost:7200}}', 2],
    ['application.yml', 'a:\n  uri: ${MAIL_URL:`http://localhost:7200`}', 2],
    ['application.properties', 'a.uri=${MAIL_URL:http://localhost:7200}', 1],
    ['settings.conf', 'uri = ${MAIL_URL:-http://localhost:7200}', 1],
  ].map(([name, text, line]): Case => [
    `an address as the default of a variable in ${name}: ${text}`,
    { [`a/${name}`]: `${text}\n` },
    [`a/${name}:${line} error wrong-port 7200 -> 7103`],
  ]),
  ...[
    'docker/Dockerfile.mail',
    'images/mail.Dockerfile',
    'mail.dockerfile',
    'dockerfile.mail',
    'Dockerfile-mail',
    'Containerfile.mail',
  ].map((path): Case => [
    `the image ${path}`,
    { [path]: 'FROM node\nEXPOSE 7200\n' },
    [`${path}:2 error wrong-port 7200`],
  ]),
  ['the image of no service', { 'docker/Dockerfile.dev': 'FROM node\nEXPOSE 7102\n' }, []],
  ...['reverse_proxy mail:7200', 'reverse_proxy /api/* http://mail:7200'].map((line): Case => [
    `the target of "${line}"`,
    { Caddyfile: `example.org {\n  ${line}\n}\n` },
    ['Caddyfile:2 error wrong-port 7200'],
  ]),
  ...['backend x\n  server s1 mail:7200 check', 'backend x\n  server s1 mail:7101 check'].map((text): Case => [
    `the server of a proxy, ${JSON.stringify(text)}`,
    { 'haproxy.cfg': `${text}\n` },
    [`haproxy.cfg:2 error wrong-port ${/\d+(?= check)/.exec(text)![0]}`],
  ]),
  [
    'the process manager behind a web server',
    { Caddyfile: 'example.org {\n  php_fastcgi mail:7101\n}\n' },
    ['Caddyfile:2 error wrong-port 7101'],
  ],
  ...['docker/Dockerfile.dev.mail', 'docker/dev.mail.Dockerfile'].map((path): Case => [
    `the image ${path}`,
    { [path]: 'FROM node\nEXPOSE 7200\n' },
    [`${path}:2 error wrong-port 7200`],
  ]),
  ...['jobs', 'dev.jobs', 'devices', 'cinema', 'application']
    .flatMap((name) => [`docker/Dockerfile.${name}`, `docker/${name}.Dockerfile`])
    .map((path): Case => [
      `the image of an unregistered program in the package of a service, ${path}`,
      { 'package.json': '{"name":"api"}', 'web/package.json': '{"name":"web"}', [path]: 'FROM node\nEXPOSE 7102\n' },
      [],
    ]),
  [
    'a container that is called like another service than its Deployment',
    {
      'k8s/mail.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: mail\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          ports:\n            - containerPort: 7103\n            - containerPort: 7105\n',
    },
    [],
  ],
  [
    'a Service in front of a proxy, in the Deployment of its name',
    {
      'k8s/api.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          ports:\n            - containerPort: 7101\n        - name: web\n          ports:\n            - containerPort: 80\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - port: 80\n      targetPort: 80\n',
    },
    [],
  ],
  ...['cli/login.py', 'mail/cli/login.py'].map((path): Case => [
    `the short-lived listener of a command line, ${path}`,
    { 'pyproject.toml': '[project]\nname = "mail"\n', [path]: 'app.run(port=7101)\n' },
    [],
  ]),
  ...['ollama_provider', 'providers', 'integrations', 'connectors', 'plugins', 'adapters'].map((directory): Case => [
    `the address of a product in ${directory}`,
    { [`src/${directory}/a.ts`]: "export const url = 'http://localhost:7200'\n" },
    [],
  ]),
  ...['defaultUrl', 'defaultBaseUrl', 'placeholder', 'exampleUrl', 'UrlPlaceholder'].map((name): Case => [
    `the address that a form shows as ${name}`,
    { 'src/a.ts': `export const fields = [{ ${name}: 'http://localhost:7200' }]\n` },
    [],
  ]),
  [
    'an address of a program that a form does not show',
    { 'src/a.ts': "export const baseUrl = 'http://localhost:7200'\n" },
    ['src/a.ts:1 warning unregistered-port 7200'],
  ],
  [
    'the page of a test runner in an editor',
    {
      '.vscode/launch.json':
        '{"configurations":[{"name":"ng test","url":"http://localhost:7200/debug.html"},{"name":"ng serve","url":"http://localhost:7300/"}]}\n',
    },
    ['.vscode/launch.json:1 warning unregistered-port 7300'],
  ],
  ['copies that a build made', { 'bin/src/main/resources/a.yml': 'mail:\n  port: 7101\n' }, []],
  ['rows of a database', { 'seed.sql': "INSERT INTO visits VALUES ('127.0.0.1:7200');\n" }, []],
  ['the port of a node in the values of a chart', { 'charts/mail/values.yaml': 'image: mail\nport: 30123\n' }, []],
  ...['MailAdminPort', 'MAIL_ADMIN_PORT', 'mail_admin_port'].map((name): Case => [
    `a variable that names a further service, ${name}`,
    { 'run.sh': `#!/bin/sh\nadmin=\${${name}:-7105}\n` },
    [],
  ]),
  [
    'a variable of a service whose name begins with that of another one',
    { '.env': 'MAIL_ADMIN_URL=http://localhost:7103\n' },
    ['.env:1 error wrong-port 7103 -> 7105'],
  ],
  ...['gpu', 'cuda', '20', 'arm64'].map((variant): Case => [
    `a variant of an image, ${variant}`,
    { 'mail/package.json': '{"name":"mail"}', [`mail/Dockerfile.${variant}`]: 'FROM node\nEXPOSE 7200\n' },
    [`mail/Dockerfile.${variant}:2 error wrong-port 7200`],
  ]),
  [
    'a section of .NET in a variable',
    { 'web/.env': 'Mail__Url=http://localhost:7200\n' },
    ['web/.env:1 error wrong-port 7200 -> 7103'],
  ],
  [
    'a variable that moves only the host half of a publication',
    {
      'compose.yml': compose(service('mail', 'ports: ["${MAIL_PORT:-7103}:7103"]')),
      'mail/playwright.config.ts': "export default { use: { baseURL: 'http://localhost:7103' } }\n",
    },
    [],
  ],
  [
    'a variable of any program that moves another package',
    {
      'mail/package.json': '{"name":"mail"}',
      'mail/index.js': 'app.listen(process.env.PORT ?? 7103)\n',
      'web/package.json': '{"name":"web"}',
      'web/nginx.conf': 'location / {\n  proxy_pass http://localhost:7103;\n}\n',
    },
    [],
  ],
  ...['normalizePort', 'normalisePort', 'parsePort', 'toInteger', 'Number', 'parseInt'].map((name): Case => [
    `the default of a variable in ${name}()`,
    {
      'web/package.json': '{"name":"web"}',
      'web/server.js': `const port = ${name}(process.env.PORT || '7200')\nserver.listen(port)\n`,
    },
    ['web/server.js:1 error wrong-port 7200 -> 7102'],
  ]),
  ...['localhost', 'shop.localhost', 'api.dev.localhost', '127.0.0.1'].map((host): Case => [
    `an address of this machine, ${host}`,
    { '.env': `MAIL_URL=http://${host}:7200\n` },
    ['.env:1 error wrong-port 7200 -> 7103'],
  ]),
  ...['mock-api', 'mocks', 'mock-server'].map((directory): Case => [
    `the program of ${directory}`,
    { 'web/package.json': '{"name":"web"}', [`web/${directory}/server.js`]: 'server.listen(7101)\n' },
    [],
  ]),
  [
    'the other servers that a configuration of tests starts',
    {
      'web/package.json': '{"name":"web"}',
      'web/playwright.config.ts':
        "export default { webServer: [{ command: 'cd ../mail && npm start', port: 7103 }, { command: 'npm start', port: 7102 }] }\n",
    },
    [],
  ],
  [
    'the name of a scoped package',
    { 'a/package.json': '{"name":"@shop/mail"}', 'a/vite.config.ts': 'export default { server: { port: 7101 } }' },
    ['a/vite.config.ts:1 error wrong-port 7101 -> 7103'],
  ],
  ...['pod', 'kube'].map((kind): Case => [
    `a ${kind} of Podman`,
    { [`mail.${kind}`]: 'PublishPort=7200:7103\n' },
    [`mail.${kind}:1 error wrong-port 7200 -> 7103`],
  ]),
  [
    "a container's unit of Podman",
    {
      'mail.container': '[Container]\nPublishPort=127.0.0.1:7200:7103\n',
      'web.container': '[Container]\nPublishPort=7102:80\n',
    },
    ['mail.container:2 error wrong-port 7200 -> 7103'],
  ],
  [
    'the only stack that has a service, of another environment',
    { 'compose.prod.yml': compose(service('mail', 'ports: ["7200:7103"]')) },
    ['compose.prod.yml:4 error wrong-port 7200 -> 7103'],
  ],
  ...['prod', 'staging'].map((environment): Case => [
    `the stack "${environment}" of a service that has its port elsewhere`,
    {
      ...packageOf('mail'),
      'apps/mail/.env': 'MAIL_PORT=7103\n',
      [`compose.${environment}.yml`]: compose(service('mail', 'ports: ["7200:7103"]')),
    },
    [],
  ]),
  [
    "the README of a package, with another program's port or none's",
    {
      ...packageOf('mail'),
      ...packageOf('api'),
      'apps/mail/README.md': 'Open [http://localhost:7101](http://localhost:7101) with your browser.\n',
      'apps/api/README.md': 'Then open http://localhost:7200.\n',
    },
    ['apps/api/README.md:1 warning wrong-port 7200', 'apps/mail/README.md:1 warning wrong-port 7101'],
  ],
  [
    'the README of a package with several addresses',
    { ...packageOf('mail'), 'apps/mail/README.md': 'Open http://localhost:7200, then http://localhost:7201.\n' },
    [],
  ],
  [
    'the README of a package with the address of another service in an item',
    { ...packageOf('mail'), 'apps/mail/README.md': '- API: http://localhost:7101\n- x\n' },
    [],
  ],
  [
    '`API_URL` that has two numbers',
    { ...userUrls, 'd/.env': 'API_URL=http://localhost:7101\n' },
    ['a/.env:1 error wrong-port 7102', 'b/.env:1 error wrong-port 7102', 'c/.env:1 error wrong-port 7102'].map(
      (finding) => `${finding} -> 7101`,
    ),
  ],
  [
    'a health check that no variable moves, because the number is fixed inside the container',
    {
      'mail/package.json': '{"name":"mail","scripts":{"start":"node main.js --port ${MAIL_PORT:-7103}"}}',
      'mail/Dockerfile': 'FROM node\nENV PORT=7103\nHEALTHCHECK CMD curl http://localhost:7103/health\n',
      'compose.yml': compose(service('mail', 'ports: ["${MAIL_PORT:-7103}:7103"]')),
    },
    [],
  ],
  [
    'a health check of a container that the variable moves',
    {
      'mail/package.json': '{"name":"mail","scripts":{"start":"node main.js --port ${MAIL_PORT:-7103}"}}',
      'mail/Dockerfile': 'FROM node\nENV PORT=7103\nHEALTHCHECK CMD curl http://localhost:7103/health\n',
      'compose.yml': compose(service('mail', 'ports: ["${MAIL_PORT:-7103}:${MAIL_PORT:-7103}"]')),
    },
    ['mail/Dockerfile:3 warning unreached-override 7103'],
  ],
  [
    "the address that browsers have for a container, by its service's variable",
    {
      'compose.yml': compose(
        service(
          'web',
          'ports: ["${WEB_PORT:-7102}:80"]',
          'command: serve --external-url=http://localhost:${WEB_PORT:-7102}',
        ),
      ),
    },
    [],
  ],
  ...[
    ['USERS_URL=http://mail:7200', 'compose.yml:5 error wrong-port 7200', 'compose.yml:8 error wrong-port 7200'],
    ['X=http://other:7200', 'compose.yml:5 error wrong-port 7200'],
  ].map(([variable, ...expected]): Case => [
    `the number that a container publishes on the same port of this machine, where ${variable!} is set`,
    {
      'compose.yml': compose(
        service(
          'mail',
          'ports: ["7200:7200"]',
          'healthcheck: { test: ["CMD", "curl", "http://localhost:7200/health"] }',
        ),
        service('web', `environment: ["${variable!}"]`),
      ),
    },
    ['compose.yml:4 error unregistered-port 7200', ...expected],
  ]),
  ...['0.0.0.0', '"::"', '*'].map((host): Case => [
    `the port inside a container, next to HOST=${host}`,
    { 'web/package.json': '{"name":"web"}', 'web/.env': `HOST=${host}\nPORT=80\n` },
    [],
  ]),
  [
    'a document of a repository that starts several programs',
    {
      'package.json': '{"name":"api"}',
      'README.md': 'Then open http://localhost:7200 in a browser.\n',
      'compose.yml': compose(
        ...['api:7101', 'mail:7103', 'broker0:7104', 'mail-admin:7105'].map((each) => {
          const [name, port] = each.split(':')
          return service(name!, `ports: ["${port}:${port}"]`)
        }),
        service('web', 'ports: ["7102:80"]'),
      ),
    },
    [],
  ],
  [
    'a document of a repository that starts one program',
    {
      'package.json': '{"name":"api"}',
      'README.md': 'Then open http://localhost:7200 in a browser, and http://localhost:7103.\n',
    },
    ['README.md:1 warning wrong-port 7200', 'README.md:1 warning wrong-port 7103'],
  ],
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
  [
    'the default of PORT in a field, under a short name and as an argument of any function',
    {
      ...packageOf('mail'),
      'apps/mail/a.ts':
        'class A {\n  private readonly _config = cleanEnv(process.env, { PORT: port({ devDefault: 7200 }) })\n}\n',
      'apps/mail/b.ts': 'const p = process.env.PORT ?? 7200\nstart(p)\n',
      'apps/mail/c.ts': 'await bot.start(process.env.PORT || 7200)\n',
      'apps/mail/d.ts': "export const options = { host: url.hostname, port: Number(url.port || '7200') }\n",
    },
    ['a.ts:2', 'b.ts:1', 'c.ts:1'].map((place) => `apps/mail/${place} error wrong-port 7200 -> 7103`),
  ],
  [
    "a package's port in its document, and the choice of another one",
    {
      ...packageOf('mail'),
      'apps/mail/README.md':
        'Run it:\n\n```sh\nPORT=7101\n```\n\nIf the port is in use, choose another one:\n\n```sh\nexport PORT=7101\n```\n',
    },
    ['apps/mail/README.md:4 error wrong-port 7101'],
  ],
  [
    'a container that runs another program in development',
    {
      'compose.yml': compose(service('web', 'command: vite --port 7200', "ports: ['7102:7200']")),
      'compose.dev.yml': compose(service('web', 'command: vite --port 7200', "ports: ['7102:7200']")),
    },
    ['compose.yml:4 error wrong-port 7200', 'compose.yml:5 error wrong-port 7200'],
  ],
  [
    'a scrape of a port that nothing has, and of one that exporters have',
    {
      'prometheus.yml':
        "scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ['mail:7200']\n      - targets: ['mail:9187']\n",
    },
    ['prometheus.yml:4 warning wrong-port 7200'],
  ],
  [
    'a container of another product that only starts with a profile',
    {
      'compose.yml':
        "services:\n  adminer:\n    image: adminer:5\n    profiles: [tools]\n    ports: ['7103:8080']\n  all:\n    image: acme/everything\n    profiles: [all]\n    ports: ['7101:8080']\n",
    },
    ['compose.yml:5 error wrong-port 7103'],
  ],
  [
    'a forwarded port with the same number on both sides',
    { 'a.sh': 'kubectl port-forward svc/mail 7101:7101\n' },
    ['a.sh:1 error wrong-port 7101'],
  ],
  [
    'origins that a server answers, next to those of services and alone',
    {
      'a/a.go': 'package a\n\nvar origins = []string{\n\t"http://localhost:7102",\n\t"http://localhost:7200",\n}\n',
      'b/a.go': 'package a\n\nvar origins = []string{\n\t"http://localhost:7201",\n\t"http://localhost:7200",\n}\n',
    },
    ['a/a.go:5 warning unregistered-port 7200'],
  ],
  [
    'the number inside a container in a manifest of another environment',
    {
      'k3s/mail.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\nspec:\n  ports:\n    - port: 80\n      targetPort: 7200\n',
      'overlays/prod/mail.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\nspec:\n  ports:\n    - port: 80\n      targetPort: 7101\n',
    },
    ['k3s/mail.yaml:8 error wrong-port 7200', 'overlays/prod/mail.yaml:8 error wrong-port 7101'],
  ],
  [
    'the own port of a block and of a package, in a variable that is called like a service',
    {
      'compose.yml': compose(service('mail-admin', 'environment: [API_PORT=7105, APP_PORT=7105]')),
      'mail-admin/.env': 'SERVER_PORT=7105\n',
    },
    ['compose.yml:4 error wrong-port 7105'],
  ],
  [
    'a chart of another product that Helm has rendered',
    {
      'a.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\n  labels:\n    helm.sh/chart: hub-1.2.3\nspec:\n  ports:\n    - port: 80\n      targetPort: 7200\n',
    },
    [],
  ],
  [
    'manifests that a tool has rendered',
    {
      'deploy/hub-rendered/a.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\nspec:\n  ports:\n    - targetPort: 7200\n',
    },
    [],
  ],
  [
    'a table of settings with the name of its database',
    { ...packageOf('web'), 'apps/web/config/app.toml': '[mongodb]\nport = 7200\nname = "mail"\n' },
    [],
  ],
  [
    'an address that is built from parts',
    {
      ...packageOf('mail'),
      'apps/mail/a.js': "export const host = 'http://localhost:' + (process.env.PORT || '7101')\n",
    },
    [],
  ],
  [
    'TypeScript in a document, and a call inside a container',
    {
      'docs/a.md':
        "```typescript\nclass A { private url: string = process.env.MAIL_URL || 'http://localhost:7101' }\n```\n\n```sh\ndocker compose exec api curl http://mail:7101/\n```\n",
    },
    ['docs/a.md:2 error wrong-port 7101', 'docs/a.md:6 warning wrong-port 7101'],
  ],
  [
    'the default of a port whose host is another machine, a container and this machine',
    {
      'a.py': 'MAIL_HOST = os.getenv("MAIL_HOST", "mail.example.com")\nMAIL_PORT = os.getenv("MAIL_PORT", "7200")\n',
      'b.go': 'package b\n\nvar host = env("MAIL_HOST", "mail")\nvar port = env("MAIL_PORT", "7103")\n',
      'c.ts': "const host = process.env.MAIL_HOST ?? 'localhost'\nconst port = process.env.MAIL_PORT ?? 7200\n",
    },
    ['c.ts:2 error wrong-port 7200 -> 7103'],
  ],
  [
    'the package that compose builds a container from',
    {
      'compose.yml': 'services:\n  mail:\n    build: ./sender\n    ports: ["7103:7103"]\n',
      'sender/requirements.txt': 'fastapi\n',
      'sender/Dockerfile': 'FROM python\nEXPOSE 7103\n',
      'sender/.env': 'PORT=7109\n',
    },
    ['sender/.env:1 error wrong-port 7109 -> 7103'],
  ],
  [
    'origins in a list, but none that a development server or an inspector has by default',
    {
      'a.py':
        'app.add_middleware(\n    Cors,\n    allow_origins=[\n        "http://localhost:7102",\n        "http://localhost:3000",\n        "http://localhost:7199",\n    ],\n)\n',
      'b.cs': 'var all = allowedOrigins.Concat(new[] { "http://localhost:3000", "https://example.com" });\n',
      'c.py': 'origins = [\n    settings.frontend_url,  # the page\n    "http://localhost:6274",  # an inspector\n]\n',
      'd.mjs': "const pages = [\n  'http://localhost:7102/x',\n  'http://localhost:3001/admin',\n]\n",
    },
    ['a.py:6 warning unregistered-port 7199', 'd.mjs:3 warning unregistered-port 3001'],
  ],
  [
    'a part of a package that a command starts',
    {
      ...packageOf('mail'),
      'apps/mail/start.sh':
        'uvicorn worker:app --port 7104\nuvicorn broker0:app --port 7104\nuv run uvicorn broker0.main:app --port 7104\n',
      'apps/mail/angular.sh': 'ng serve broker0 --port 7104\nng serve shop --port 7104\n',
    },
    ['apps/mail/angular.sh:2 error wrong-port 7104 -> 7103', 'apps/mail/start.sh:1 error wrong-port 7104 -> 7103'],
  ],
  [
    'the port of a program for its health',
    {
      'k8s/mail.yaml': probeOf('mail', 7106),
      'mail/pom.xml': '<project><artifactId>mail</artifactId></project>\n',
      'mail/src/main/resources/application.yml':
        'server:\n  port: 7103\nmanagement:\n  server:\n    port: ${MANAGEMENT_PORT:7106}\n',
      'k8s/broker.yaml': probeOf('broker0', 7106),
    },
    ['k8s/broker.yaml:10 error wrong-port 7106'],
  ],
  [
    'the probes of a service that is called like its metrics',
    { 'mail-metrics/package.json': '{"name":"mail-metrics"}', 'mail-metrics/a.yaml': probeOf('mail-metrics', 7106) },
    ['mail-metrics/a.yaml:10 error wrong-port 7106'],
  ],
  [
    'a name in parentheses after "via", and none',
    {
      'docs/a.md':
        '| Service | URL |\n|---|---|\n| Mail (via Broker0) | http://localhost:7104/x |\n| Mail | http://localhost:7104 |\n',
    },
    ['docs/a.md:4 error wrong-port 7104'],
  ],
  [
    'an address next to a command that opens its port',
    { 'a.sh': 'kubectl proxy --port=7200 &\ncurl http://localhost:7200/x\ncurl http://localhost:7201/x\n' },
    ['a.sh:3 warning unregistered-port 7201'],
  ],
  [
    'a variable of a makefile in the address of a recipe',
    { Makefile: 'smoke:\n\tcurl http://localhost:$${MAIL_PORT:-7200}/x\n\tuvicorn x:app --port $${MAIL_PORT:-7200}\n' },
    [2, 3].map((line) => `Makefile:${line} error wrong-port 7200 -> 7103`),
  ],
  [
    'every default of a variable in a file, whatever the others are',
    {
      'a.ts':
        "const a = process.env.MAIL_URL || 'http://localhost:7200'\nconst b = process.env.MAIL_URL || 'http://localhost:7103'\n",
    },
    ['a.ts:1 error wrong-port 7200 -> 7103'],
  ],
  [
    'a unit of systemd with the number inside the container',
    {
      'deploy/web.service': '[Service]\nExecStart=/usr/bin/uvicorn web:app --port 80\n',
      'deploy/mail.service': '[Service]\nExecStart=/usr/bin/uvicorn x:app --port 7200\n',
    },
    ['deploy/mail.service:2 error wrong-port 7200 -> 7103'],
  ],
  [
    'a variable with the whole name of an alias that ends in "service"',
    { '.env': 'SENDING_SERVICE_URL=http://localhost:7199\nSENDING_SERVICE_PORT=7199\nSENDING_API_PORT=7199\n' },
    [1, 2].map((line) => `.env:${line} error wrong-port 7199 -> 7110`),
  ],
  [
    'the package of a program before the name that it has in its settings',
    {
      ...packageOf('mail'),
      'apps/mail/src/main/resources/application.properties': 'spring.application.name=broker0\nserver.port=7104\n',
      'app/pom.xml': '<project><artifactId>app</artifactId></project>\n',
      'app/src/main/resources/application.yml': 'spring: { application: { name: stranger } }\nserver:\n  port: 7103\n',
      'compose.yml': compose(service('mail', 'ports: ["7103:7103"]')),
    },
    ['apps/mail/src/main/resources/application.properties:2 error wrong-port 7104 -> 7103'],
  ],
  [
    'the names and numbers of a block of YAML in a document',
    { 'docs/a.md': '```yaml\nmail: 7104  # sends letters\napi: 7101\nreplicas: 7200\n- queue: 7106\n```\n' },
    ['docs/a.md:2 error wrong-port 7104'],
  ],
  [
    'a label before signs of full width',
    { 'README.md': '1. **Mail**（port 7199）\n- **Mail**：http://localhost:7199\n' },
    [1, 2].map((line) => `README.md:${line} warning wrong-port 7199`),
  ],
  [
    'addresses inside a container, however the command is written',
    {
      'a.ps1':
        '$found = docker exec queue check --server localhost:7199 --list\n$other = Get-Health http://localhost:7198\ndocker exec queue true && Get-Health http://localhost:7198\n',
      'b.py': "run(['docker', 'exec', 'mail', 'python', '-c', \"get('http://localhost:7199/x')\"])\n",
      'c.sh': 'compose exec -T mail wget -q \\\n  http://localhost:7199/x\nwget -q \\\n  http://localhost:7198/x\n',
    },
    [
      'a.ps1:2 warning unregistered-port 7198',
      'a.ps1:3 warning unregistered-port 7198',
      'c.sh:4 warning unregistered-port 7198',
    ],
  ],
  [
    'no address that something is compared with',
    {
      'a.js':
        "if (base.includes('localhost:7199')) warn()\nif (base === 'http://localhost:7199') warn()\nget('http://localhost:7198')\n",
      'b.sh': 'jq -e \'.origins | contains("http://localhost:7199")\' a.json\n',
    },
    ['a.js:3 warning unregistered-port 7198'],
  ],
  ...Object.entries({
    'a.cs': 'if (url.Contains("localhost:7199") || url.StartsWith("http://localhost:7199")) {}',
    'A.java': 'class A { boolean b = url.equals("http://localhost:7199"); }',
    'a.py': 'if url.startswith("http://localhost:7199"): pass',
    'a.go': 'package a\n\nvar b = strings.HasPrefix(url, "http://localhost:7199")',
    'a.rb': "if url.include?('localhost:7199')\nend",
    'a.php': "<?php if (str_contains($url, 'localhost:7199')) {}",
    'a.ps1': "if ($url -eq 'http://localhost:7199') {}",
  }).map(([file, text]): Case => [`what ${file} compares with an address`, { [file]: `${text}\n` }, []]),
  [
    'the containers of a Service of Knative',
    {
      'a.yaml':
        'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: mail }\nspec:\n  template:\n    spec:\n      containers:\n        - ports:\n            - containerPort: 7104\n',
    },
    ['a.yaml:9 error wrong-port 7104'],
  ],
  [
    'the address of a service behind a proxy whose name is one word',
    { 'README.md': '- **Mail**: http://localhost:7111 (via nginx)\n- **Mail**: http://localhost:7104\n' },
    ['README.md:2 error wrong-port 7104'],
  ],
  [
    'addresses that templates of Aspire and Supabase have',
    {
      'AppHost/Properties/launchSettings.json':
        '{"profiles":{"https":{"environmentVariables":{"ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL":"https://localhost:7199"}}}}\n',
      'supabase/config.toml': '[auth]\nsite_url = "http://127.0.0.1:7199"\n',
    },
    [],
  ],
  [
    'a schema of variables that is parsed at once',
    {
      ...packageOf('mail'),
      'apps/mail/a.ts': 'const env = z\n  .object({ PORT: z.coerce.number().default(7101) })\n  .parse(process.env)\n',
      'apps/mail/b.ts': 'const result = z.object({ PORT: z.coerce.number().default(7101) }).safeParse(process.env)\n',
      'apps/mail/c.ts': "const config = convict({ port: { default: 7101, env: 'PORT' } }).validate()\n",
    },
    ['a.ts:2', 'b.ts:1', 'c.ts:1'].map((place) => `apps/mail/${place} error wrong-port 7101 -> 7103`),
  ],
  [
    'the row of a setting, whose second column contains who uses it',
    {
      'README.md':
        '| Key | Used by | Default |\n|---|---|---|\n| `Checks:Api` | Mail | `http://localhost:7101` |\n| Mail | ops | `http://localhost:7104` |\n',
    },
    ['README.md:4 error wrong-port 7104'],
  ],
  ...Object.entries({
    'a.rs':
      'fn a() {\n    let url = std::env::var("MAIL_URL")\n        .unwrap_or_else(|_| "http://localhost:7104".to_string());\n}',
    'A.java':
      'class A {\n  String url = Optional.ofNullable(System.getenv("MAIL_URL"))\n    .filter(x -> true)\n    .orElse("http://localhost:7104");\n}',
  }).map(([file, text]): Case => [
    `a default on a further line of ${file}`,
    { [file]: `${text}\n` },
    [`${file}:${text.split('\n').findIndex((line) => line.includes('7104')) + 1} error wrong-port 7104 -> 7103`],
  ]),
  [
    'the default of a function of serde',
    { ...packageOf('mail'), 'apps/mail/src/a.rs': 'fn default_port() -> u16 {\n    7101\n}\n' },
    ['apps/mail/src/a.rs:2 error wrong-port 7101 -> 7103'],
  ],
  [
    'checks of a container of Podman',
    {
      'mail.container':
        '[Container]\nContainerName=mail\nHealthCmd=curl http://localhost:7199/\nHealthStartupCmd=curl -fsS http://localhost:7199/\n',
    },
    [],
  ],
  [
    'files that a script of PowerShell writes',
    {
      'a.ps1':
        '$a = @"\n{ ""url"": ""http://localhost:7199"" }\n"@\nSet-Content a $a\nGet-Health http://localhost:7198\n',
    },
    ['a.ps1:5 warning unregistered-port 7198'],
  ],
  [
    'the page of a further program for a database',
    { 'a.sh': 'echo "store UI:  http://localhost:7199"\necho "mail UI:  http://localhost:7104"\n' },
    ['a.sh:2 error wrong-port 7104 -> 7103'],
  ],
  [
    'the default of a variable in a profile of dbt',
    { 'profiles.yml': "a:\n  port: \"{{ env_var('MAIL_PORT', '7104') | as_number }}\"\n" },
    ['profiles.yml:2 error wrong-port 7104 -> 7103'],
  ],
  [
    'the numbers of services in a sample of a document',
    { 'README.md': '```yaml\nports:\n  mail: 7199\n  api: 7101 # answers\n```\n' },
    ['README.md:3 warning wrong-port 7199'],
  ],
  [
    'a program whose name begins like that of the service whose port it publishes',
    {
      'compose.yml': compose(service('websocket', 'ports: ["7102:7102"]')),
      'other/compose.yml': compose(service('webapp', 'ports: ["7102:80"]')),
    },
    ['compose.yml:4 error wrong-port 7102'],
  ],
  [
    'an item with a number in parentheses',
    { 'README.md': '- **Mail** (7104): sends\n- **Mail** (2024)\n- Mail (7104)\n' },
    ['README.md:1 error wrong-port 7104'],
  ],
  ...Object.entries({
    'a.ps1': 'Write-Host "  Mail:  http://localhost:7104"',
    'a.py': 'print("- Mail: http://localhost:7104/x")',
    'a.rb': 'puts "Mail: http://localhost:7104"',
    'a.php': "<?php echo 'Mail: http://localhost:7104';",
    'a.go': 'package a; var _, _ = fmt.Println("Mail: http://localhost:7104")',
    'a.rs': 'fn a() { println!("Mail: http://localhost:7104"); }',
    'a.cs': 'Console.WriteLine("Mail: http://localhost:7104");',
    'A.java': 'class A { void a() { System.out.println("Mail: http://localhost:7104"); } }',
    'a.sh': 'echo "Mail: http://localhost:7104"',
    'a.js': "console.log('Mail: http://localhost:7104')",
  }).map(([file, text]): Case => [
    `a text that ${file} prints`,
    { [file]: `${text}\n` },
    [`${file}:1 error wrong-port 7104 -> 7103`],
  ]),
  [
    'a table of who calls whom, and one with the address of a proxy in each row',
    {
      'a.md':
        '| From | To | Protocol | Port |\n|---|---|---|---|\n| Mail | Dispatch | HTTP | 7110 |\n| Mail | gRPC | 7104 |\n',
      'b.md': `| Name | Address |\n|---|---|\n${['Api', 'Web', 'Mail', 'Queue'].map((name) => `| ${name} | http://localhost:7111/x |\n`).join('')}`,
      'c.md': '| Name | Type | Port |\n|---|---|---|\n| Mail | Worker | 7104 |\n',
    },
    ['c.md:3 error wrong-port 7104'],
  ],
  [
    'faulty examples, data of tests, reports of runs',
    {
      'faulty-examples/a/compose.yml': compose(service('mail', 'ports: ["7199:7199"]')),
      'test-data/.env': 'MAIL_PORT=7104\n',
      'scripts/run_report_1.json': '{"base_url": "http://localhost:7199"}\n',
      'a_test_suite.js': 'const MAIL_PORT = 7104\n',
      'src/environment.testing.ts': "export const environment = { mailUrl: 'http://localhost:7104' }\n",
    },
    [],
  ],
  [
    'a number that the block of a further instance publishes',
    { 'compose.yml': compose(service('mail-2', 'ports: ["7199:7199"]', 'environment: { MAIL_PORT: "7199" }')) },
    ['compose.yml:4 error unregistered-port 7199'],
  ],
  [
    'the container of another service in the directory of the one with its number',
    {
      'mail/package.json': '{"name":"mail"}',
      'mail/compose.yml': compose(service('dispatch', 'ports: ["7103:7110"]')),
    },
    ['mail/compose.yml:4 error wrong-port 7103 -> 7110'],
  ],
  [
    'an image that is built for debugging',
    { 'Dockerfile.mail.debug': 'FROM node\nEXPOSE 7104\n' },
    ['Dockerfile.mail.debug:2 error wrong-port 7104'],
  ],
  [
    'the high port of an image',
    { 'mail/Dockerfile': 'FROM node\nEXPOSE 50051\n' },
    ['mail/Dockerfile:2 error wrong-port 50051'],
  ],
  [
    'commands in a container that a variable names',
    {
      Makefile:
        'a:\n\t$(DOCKER_COMPOSE) exec -T store sh -c "pg_dump postgres://a:b@localhost:7199/c"\n\t$(STORE_EXEC) sh -c "pg_dump postgres://a:b@localhost:7199/c"\n',
    },
    [],
  ],
  ['a number that may be taken, in Chinese', { 'README.md': '- 若端口被占用，可设置 `MAIL_PORT=7199`\n' }, []],
  [
    'several servers of one upstream',
    { 'nginx.conf': 'upstream mail {\n  server localhost:7103;\n  server localhost:7104;\n}\n' },
    [],
  ],
  [
    'an ordinary word in settings',
    { 'config.yml': 'web:\n  port: 7199\nmail:\n  port: 7199\n' },
    ['config.yml:4 error wrong-port 7199 -> 7103'],
  ],
  [
    'a profile of a project whose container is published',
    {
      'compose.yml': compose(service('mail', 'ports: ["7103:7103"]')),
      'Mail/Mail.csproj': '<Project />',
      'Mail/Properties/launchSettings.json': '{"profiles":{"http":{"applicationUrl":"http://localhost:7199"}}}',
      'Dispatch/Dispatch.csproj': '<Project />',
      'Dispatch/Properties/launchSettings.json': '{"profiles":{"http":{"applicationUrl":"http://localhost:7198"}}}',
    },
    ['Dispatch/Properties/launchSettings.json:1 error wrong-port 7198 -> 7110'],
  ],
  [
    'the database of a package',
    {
      ...packageOf('mail'),
      'apps/mail/a.py': 'class A:\n    default_port = 3306\n',
      'apps/mail/b.yaml': 'port: 5672\n',
    },
    [],
  ],
  [
    'a further variable of a service next to its own',
    { 'a.env': 'MAIL_PORT=7103\nMAIL_SERVICE_PORT=7199\n', 'b.env': 'MAIL_SERVICE_PORT=7104\n' },
    ['b.env:1 error wrong-port 7104 -> 7103'],
  ],
  [
    'a server that a configuration of tests starts',
    { 'playwright.slow.config.ts': "export default { webServer: [{ url: 'http://localhost:7199/ping' }] }\n" },
    [],
  ],
  [
    'another number of the host in a sample of a compose file',
    { 'README.md': '```yaml\nservices:\n  web:\n    ports: ["7199:80"]\n  mail:\n    ports: ["7198:90"]\n```\n' },
    ['README.md:4 warning wrong-port 7199', 'README.md:6 warning wrong-port 7198'],
  ],
  [
    'the number of a service whose alias is the name of another one',
    {
      'compose.yml': compose(service('one', 'ports: ["7123:8080"]')),
      'b/compose.yml': compose(service('one', 'ports: ["7199:8080"]')),
    },
    ['b/compose.yml:4 error wrong-port 7199'],
  ],
  [
    'a cluster whose containers have the numbers of this machine',
    Object.fromEntries(
      ['one', 'two', 'three'].map((name, index) => [
        `k8s/${name}.yaml`,
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name}\n          ports:\n            - containerPort: ${7120 + index}\n`,
      ]),
    ),
    [],
  ],
  [
    'a broker in the default of a variable',
    { 'application.yml': 'spring:\n  kafka:\n    bootstrap-servers: ${KAFKA_SERVERS:mail:7104}\n' },
    ['application.yml:3 error wrong-port 7104'],
  ],
  [
    'the package of a service that is called like a directory of results',
    { 'services/sales-report/package.json': '{"name":"mail","scripts":{"dev":"vite --port 7104"}}' },
    ['services/sales-report/package.json:1 error wrong-port 7104 -> 7103'],
  ],
  [
    'an own address in the block of another service, whose name the variable does not have',
    {
      'compose.yml': compose(
        service('api', 'environment: ["MAIL_ADDR=:7101"]'),
        service('other', 'environment: ["MAIL_ADDR=:7104"]'),
      ),
    },
    ['compose.yml:7 error wrong-port 7104'],
  ],
  [
    'a default with the other port of a container, but no variable of the environment',
    { 'a.ts': 'export const DEFAULT_QUEUE_PORT = 7107\n', 'b.ts': 'export const QUEUE_ADMIN_PORT = 7106\n' },
    ['b.ts:1 error wrong-port 7106 -> 7107'],
  ],
  [
    'an ordinary word that several files use for another service',
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.env`, 'API_URL=http://localhost:7103\n'])),
    [],
  ],
  [
    'an ordinary word that one file uses right',
    Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => [
        `${name}.env`,
        `API_URL=http://localhost:${index > 0 ? 7103 : 7101}\n`,
      ]),
    ),
    ['b', 'c', 'd', 'e', 'f'].map((name) => `${name}.env:1 error wrong-port 7103 -> 7101`),
  ],
  [
    'the ports of a chart, which are called like another service',
    { 'values.yaml': 'ports:\n  mail:\n    containerPort: 7199\nmail:\n  containerPort: 7198\n' },
    ['values.yaml:5 error wrong-port 7198'],
  ],
  [
    'the development server of a page next to the program that it is called like',
    {
      ...packageOf('mail'),
      'apps/mail/angular.json': JSON.stringify({
        projects: { mail: { architect: { serve: { builder: 'x:dev-server', options: { port: 7105 } } } } },
      }),
    },
    [],
  ],
  ...['dev', 'local', 'override'].map((name): Case => [
    `the number outside as the address of a database in compose.${name}.yml`,
    { [`compose.${name}.yml`]: compose(service('other', 'environment: ["DB=Server=ledger;Port=7114;Database=x"]')) },
    [`compose.${name}.yml:4 error wrong-port 7114`],
  ]),
  [
    'the number outside in the command of a database',
    { 'compose.local.yml': compose(service('ledger', 'command: -p 7114', 'ports: ["7114:5432"]')) },
    ['compose.local.yml:4 error wrong-port 7114'],
  ],
  [
    'a second program in the package of a service, which `--fix` leaves to a person',
    {
      'apps/mail/pyproject.toml': '[project]\nname = "mail"\n',
      'apps/mail/main.py': 'uvicorn.run(app, port=7103)\n',
      'apps/mail/rpc.py': 'uvicorn.run(rpc, port=7106)\n',
    },
    ['apps/mail/rpc.py:1 error wrong-port 7106'],
  ],
  [
    'the first program in the package of a service',
    {
      'apps/mail/pyproject.toml': '[project]\nname = "mail"\n',
      'apps/mail/.env': 'PORT=7103\n',
      'apps/mail/rpc.py': 'uvicorn.run(rpc, port=7106)\n',
    },
    ['apps/mail/rpc.py:1 error wrong-port 7106 -> 7103'],
  ],
  [
    'jobs that scrape a port for metrics, of their service and of another one',
    {
      'cmd/api/config.yml': 'metrics:\n  url: 0.0.0.0:7112\n',
      'prometheus.yml': `scrape_configs:\n${['api:7112', 'mail:7112', 'mail:7106']
        .map((each) => each.split(':'))
        .map(([job, port]) => `  - job_name: ${job}\n    static_configs: [{ targets: ["localhost:${port}"] }]\n`)
        .join('')}`,
    },
    ['prometheus.yml:3 error wrong-port 7112 -> 7101', 'prometheus.yml:7 error wrong-port 7106'],
  ],
  ...['"0.0.0.0:7102"', '":7102"', '"[::]:7102"'].map((text): Case => [
    `the address that a program listens on unless a variable is set, ${text}`,
    {
      'mail/go.mod': 'module acme/mail\n',
      'mail/env.go': `package main\n\nvar address = loadEnv("HTTP_SERVER_ADDRESS", ${text})\n`,
    },
    ['mail/env.go:3 error wrong-port 7102 -> 7103'],
  ]),
  [
    'the port of a service in an annotation of Consul',
    {
      'k8s/mail.yml': probeOf('mail', 7103).replace(
        '    spec:\n',
        '    metadata:\n      annotations: { consul.hashicorp.com/connect-service-port: "7102" }\n    spec:\n',
      ),
    },
    ['k8s/mail.yml:7 error wrong-port 7102'],
  ],
  [
    'objects in source that name their hosts',
    {
      'Program.cs': [
        { host: 'web', port: 80 },
        { host: 'mail', port: 7103 },
        { host: 'queue', port: 7102 },
      ]
        .map(({ host, port }) => `new { ContainerHost = "${host}", ContainerPort = ${port} },\n`)
        .join(''),
    },
    ['Program.cs:3 error wrong-port 7102'],
  ],
  [
    'a port next to the host of another machine',
    {
      'aws.yaml': ['<terraform:mail>', 'mail', 'localhost']
        .map((host, index) => `mail.n${index}.host: ${host}\nmail.n${index}.port: "7102"\n`)
        .join(''),
    },
    ['aws.yaml:4 error wrong-port 7102'],
  ],
  [
    'addresses of a profile for integration tests, and of a container of Terraform',
    {
      'a/src/main/resources/application-it.yml': 'fare:\n  url: http://localhost:7200/fare\n',
      'a/src/main/resources/bootstrap-it.yml': 'fare:\n  url: http://localhost:7200/fare\n',
      'infra/a.auto.tfvars': 'check = "curl -f http://localhost:7200/health"\n',
      'infra/a.tf.json': '{ "check": "curl -f http://localhost:7200/health" }\n',
    },
    [],
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
  ...['docs', 'metrics', 'health'].map(
    (name) =>
      [
        `a container called ${name}`,
        { 'compose.yml': compose(service(name, 'ports: ["7110:80"]')) },
        { [name]: 7110 },
      ] as const,
  ),
  [
    'no debugger',
    { 'compose.yml': compose(service('api', 'ports: ["7101:7101", "7200:7200"]', `command: ${debugging[0]!}`)) },
    { api: 7101 },
  ],
  [
    'the development server of a page whose container publishes a port of the web',
    {
      'compose.yml': 'services:\n  page:\n    build: ./web\n    ports: ["80:80"]\n',
      'web/package.json': '{"name":"web"}',
      'web/Dockerfile': 'FROM nginx\n',
      'web/vite.config.mts': 'export default { server: { port: 7102 } }\n',
    },
    { web: 7102 },
  ],
  [
    'the services of a server of settings, next to its own',
    {
      'compose.yml': 'services:\n  config-server:\n    build: ./config-server\n    ports: ["7108:7108"]\n',
      'config-server/Dockerfile': 'FROM java\n',
      'config-server/pom.xml': '<project><artifactId>config-server</artifactId></project>\n',
      'config-server/src/main/resources/configurations/mail.yml': 'server:\n  port: 7103\n',
      'config-server/src/main/resources/application.yml': 'server:\n  port: 7108\n',
    },
    { mail: 7103, configServer: 7108 },
  ],
  ...['Mail', 'Mail/src'].map(
    (directory) =>
      [
        `the addresses of a profile of Visual Studio in ${directory}, next to the container of the same project`,
        {
          'compose.yml': 'services:\n  mail:\n    build: ./Mail\n    ports: ["7103:7103"]\n',
          'Mail/Dockerfile': 'FROM dotnet\n',
          [`${directory}/Mail.csproj`]: '<Project />\n',
          [`${directory}/Properties/launchSettings.json`]: JSON.stringify({
            profiles: {
              http: { applicationUrl: 'http://localhost:7200' },
              https: { applicationUrl: 'https://localhost:7202;http://localhost:7200' },
              Docker: { environmentVariables: { ASPNETCORE_HTTP_PORTS: '7201' } },
            },
          }),
        },
        { mail: 7103, mailDev: 7200, mailHttps: 7202 },
      ] as const,
  ),
  [
    'no address that Visual Studio chose from those of the system, next to the container of the same project',
    {
      'compose.yml': 'services:\n  mail:\n    build: ./Mail\n    ports: ["7103:7103"]\n',
      'Mail/Dockerfile': 'FROM dotnet\n',
      'Mail/Mail.csproj': '<Project />\n',
      'Mail/Properties/launchSettings.json': '{"profiles":{"Mail":{"applicationUrl":"https://localhost:50483"}}}',
    },
    { mail: 7103 },
  ],
  [
    'no bundler of a server in another language, copies of settings or sentences',
    {
      'backend/composer.json': '{}',
      'backend/package.json': '{"name":"backend","scripts":{"dev":"vite"}}',
      '.env.bak': 'MAIL_PORT=7103\n',
      'README.md': '- Frontend started successfully (port 7102)\n- Verify backend: http://localhost:7101\n',
    },
    {},
  ],
  ...['open-search', 'test-runner', 'demo-js', 'dotnet-api', 'check-in'].map(
    (name) =>
      [
        `a package called ${name}`,
        {
          [`${name}/package.json`]: `{"name":"${name}"}`,
          [`${name}/vite.config.ts`]: 'export default { server: { port: 7102 } }\n',
        },
        { [name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())]: 7102 },
      ] as const,
  ),
  [
    'a variable for a browser by the name of its service',
    { 'web/vite.config.ts': "export default { server: { port: Number(process.env.VITE_ADMIN_PORT ?? '7105') } }\n" },
    { admin: 7105 },
  ],
  [
    'the profile of a project whose image nothing publishes',
    {
      'compose.yml': compose(service('store', 'ports: ["7113:7113"]')),
      'Mail/Dockerfile': 'FROM dotnet\nEXPOSE 8080\n',
      'Mail/Mail.csproj': '<Project />\n',
      'Mail/Properties/launchSettings.json':
        '{"iisSettings":{"iisExpress":{"sslPort":44301}},"profiles":{"http":{"applicationUrl":"http://localhost:7103"}}}',
    },
    { store: 7113, mail: 7103 },
  ],
  [
    'no address of a protocol, and no second stack of one container',
    {
      'compose.yml': compose(service('mail', 'ports: ["7103:80"]')),
      'compose.minimal.yml': compose(service('mail', 'ports: ["7104:80"]')),
      '.env': 'OTEL_URL=http://localhost:4318\n',
    },
    { mail: 7103 },
  ],
  [
    'no time, no range of calls, no client of a database and no number of the host twice',
    {
      'compose.yml': compose(
        service('mail', 'ports: ["${MAIL_HOST_PORT:-7103}:80"]'),
        service('calls', 'ports: ["7200-7300:7200-7300/udp"]'),
      ),
      '.env.example': 'PORT_LATE_AFTER_MS=15000\nMAIL_HOST_PORT=7199\nSOCKET_CORS_ORIGIN=http://localhost:7102\n',
      'redis/pool.go': 'package redis\n\nvar a = Config{Addr: "localhost:6379"}\n',
      'README.md': '- Development: http://localhost:7101\n',
    },
    { mail: 7103 },
  ],
  ...Object.entries({
    'a/src/main/resources/application.yml':
      'spring:\n  kafka:\n    bootstrap-servers: ${KAFKA_BOOTSTRAP_SERVERS:localhost:9092}\n',
    '.env': 'KAFKA_BROKER=localhost:9092\n',
    'a.env': 'KAFKA_BROKERS=localhost:9092\n',
  }).map(([file, text]) => [`a broker that ${file} reaches`, { [file]: text }, { kafka: 9092 }] as const),
  ...['OLLAMA_HOST=http://localhost:11434', 'NEO4J_URI=bolt://localhost:7687', 'TEMPORAL_ADDRESS=localhost:7233'].map(
    (line) =>
      [
        `a product that nothing starts, ${line}`,
        { '.env.example': `${line}\n` },
        { [line.split('_')[0]!.toLowerCase()]: Number(line.split(':').at(-1)) },
      ] as const,
  ),
  [
    'the ports of gRPC of two packages',
    {
      'a/package.json': '{"name":"shop"}',
      'a/a.ts': 'export const port = Number(process.env.GRPC_PORT ?? 7201)\n',
      'b/Cargo.toml': '[package]\nname = "mail"\n',
      'b/src/config.rs': 'fn default_grpc_port() -> u16 {\n    7202\n}\n',
    },
    { shopGrpc: 7201, mailGrpc: 7202 },
  ],
  ...Object.entries({
    'application.yml': 'server:\n  port: 7201\ngrpc:\n  server:\n    port: 7202\n',
    'application.properties': 'server.port=7201\ngrpc.server.port=7202\n',
    'a/application.properties': 'server.port=7201\nspring.grpc.server.port=7202\n',
    'b/application.properties': 'quarkus.http.port=7201\nquarkus.grpc.server.port=7202\n',
  }).map(
    ([file, text]) =>
      [
        `the port of gRPC in ${file}`,
        { 'shop/pom.xml': '<project><artifactId>shop</artifactId></project>', [`shop/${file}`]: text },
        { shop: 7201, shopGrpc: 7202 },
      ] as const,
  ),
  [
    'the ports of a project in `src`',
    {
      'shop/package.json': '{"name":"shop"}',
      'shop/src/Web.csproj': '<Project />\n',
      'shop/src/.env': 'PORT=7201\nGRPC_PORT=7202\n',
    },
    { shop: 7201, shopGrpc: 7202 },
  ],
  [
    'no setting of a sample in a document',
    { 'README.md': '```yaml\nmax-age: 3600\nbuffer-size: 2048\n```\n', ...packageOf('mail') },
    {},
  ],
  [
    'the address that a program of several listens on',
    {
      'cmd/queue/main.go': 'package main\n\nvar addr = getenv("QUEUE_LISTEN_ADDR", ":7106")\n',
      'go.mod': 'module acme\n',
    },
    { queue: 7106 },
  ],
  [
    'the publications of a compose file below `scripts`, with numbers of settings in the same directory',
    {
      'scripts/dev/docker-compose.yml': 'services:\n  admin:\n    ports: ["127.0.0.1:${ADMIN_PORT}:80"]\n',
      'scripts/dev/docker-compose.env': 'ADMIN_PORT=7105\n',
    },
    { admin: 7105 },
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
