import { describe, expect, it } from 'vitest'
import { firstFindingsOf, proposedPorts } from './acme.fixture.js'

type Case = readonly [kind: string, files: Readonly<Record<string, string>>, expected: Readonly<Record<string, number>>]

const cases: readonly Case[] = [
  [
    'two packages with one name',
    {
      'payment/src/WebUI/Properties/launchSettings.json':
        '{ "profiles": { "WebUI": { "commandName": "Project", "applicationUrl": "http://localhost:7102" } } }',
      'payment/src/WebUI/WebUI.csproj': '<Project />',
      'order/src/WebUI/Properties/launchSettings.json':
        '{ "profiles": { "WebUI": { "commandName": "Project", "applicationUrl": "http://localhost:7101" } } }',
      'order/src/WebUI/WebUI.csproj': '<Project />',
    },
    { webUi: 7101, paymentWebUi: 7102 },
  ],
  [
    'a profile of .NET with two addresses',
    {
      'shop/Shop.csproj': '<Project />',
      'shop/Properties/launchSettings.json':
        '{ "profiles": { "Shop": { "commandName": "Project", "applicationUrl": "https://localhost:7102;http://localhost:7101" } } }',
    },
    { shop: 7101, shopHttps: 7102 },
  ],
  [
    'the same block in compose files of two directories',
    {
      'users/compose.yml': 'services:\n  backend:\n    build: .\n    ports: ["7101:80"]\n',
      'shop/compose.yml': 'services:\n  backend:\n    build: .\n    ports: ["7102:80"]\n',
    },
    { backend: 7102, usersBackend: 7101 },
  ],
  [
    'units of Podman by the names of their containers',
    {
      'units/pod.container': '[Container]\nContainerName=mail\nPublishPort=127.0.0.1:7101:7101\n',
      'units/shop.container': '[Container]\nPublishPort=7102:80\n',
    },
    { mail: 7101, shop: 7102 },
  ],
  [
    'the addresses that a page has, without the prefix of its build tool',
    { 'web/.env': 'NEXT_PUBLIC_SHOP_URL=http://localhost:7101\nVITE_MAIL_URL=http://localhost:7102\n' },
    { shop: 7101, mail: 7102 },
  ],
  [
    'containers that only open a port, in a repository that publishes none',
    {
      'compose.yml': 'services:\n  cache:\n    image: redis\n    expose: ["7101"]\n',
      'jobs/Dockerfile': 'FROM x\nEXPOSE 7104\n',
      'docker/Dockerfile.mail': 'FROM x\nEXPOSE 7105\n',
      'k8s/shop.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop-deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          ports:\n            - containerPort: 7106\n            - containerPort: 6831\n',
    },
    { cache: 7101, jobs: 7104, mail: 7105, shop: 7106 },
  ],
  [
    'published ports, not those that only containers open or that addresses of containers name',
    {
      'compose.yml':
        'services:\n  cache:\n    image: redis\n    expose: ["7101"]\n  web:\n    build: web\n    ports: ["7102:7103"]\n    environment: ["LOKI_URL=http://loki:7106"]\n  loki:\n    image: loki\n',
      'web/Dockerfile': 'FROM x\nEXPOSE 7103\n',
      'jobs/Dockerfile': 'FROM x\nEXPOSE 7104\n',
      'grafana.yml': 'url: http://loki:7106\n',
    },
    { web: 7102 },
  ],
  ...Object.entries({
    'postgresql://u@': 'postgres',
    'jdbc:postgresql://': 'postgres',
    'mysql://u@': 'mysql',
    'jdbc:mariadb://': 'mysql',
    'mongodb://': 'mongodb',
    'redis://': 'redis',
    'rediss://': 'redis',
    'amqp://': 'rabbitmq',
    'amqps://': 'rabbitmq',
  }).map(([before, name]): Case => [
    `the database of an address that begins with ${before}`,
    { 'app/application.properties': `a.url=${before}localhost:7101/x\n` },
    { [name]: 7101 },
  ]),
  [
    'no database of an address that is published on another number, or is on another machine',
    {
      'compose.yml': 'services:\n  db:\n    image: postgres\n    ports: ["7101:7102"]\n',
      '.env': 'A_URL=postgresql://localhost:7102/x\nB_URL=redis://db.example.org:7103\n',
    },
    { db: 7101 },
  ],
  [
    "the services of Spring's settings by their files",
    {
      'config/user-service-dev.yml': 'server:\n  port: 7101\n',
      'config/mail.properties': 'server.port=7102\n',
      'web/pom.xml': '',
      'web/src/main/resources/application-dev.yml': 'server:\n  port: 7103\n',
    },
    { mail: 7102, userService: 7101, web: 7103 },
  ],
  ...['application', 'devices', 'cinema', 'dev.jobs'].map((name): Case => [
    `the program of Dockerfile.${name}`,
    { [`docker/Dockerfile.${name}`]: 'FROM x\nEXPOSE 7101\n' },
    { [name.replace('dev.', '')]: 7101 },
  ]),
  ...['config/development.yml', 'config/local.yaml', 'docker.properties', 'shared.yml'].map((file): Case => [
    `the package around ${file}`,
    {
      'api/package.json': '{"name":"api"}',
      [`api/${file}`]: file.endsWith('properties') ? 'port=7101\n' : 'port: 7101\n',
    },
    { api: 7101 },
  ]),
  [
    "the port of a server in Go's form, and a catalogue of components",
    {
      'mail/go.mod': 'module mail\n',
      'mail/.env.example': 'PORT=:7101\n',
      'ui/package.json': '{"scripts":{"storybook":"storybook dev -p 7102"}}',
    },
    { mail: 7101, storybook: 7102 },
  ],
  [
    "nothing of other people's code",
    { 'app/wwwroot/lib/x/package.json': '{"name":"x","scripts":{"start":"serve --port 7101"}}' },
    {},
  ],
  [
    'no service of an address that is another one in each program',
    Object.fromEntries(
      ['a', 'b', 'c'].map((name, index) => [`${name}/.env`, `AUTH_URL=http://localhost:710${index}\n`] as const),
    ),
    {},
  ],
  [
    'publications whose variables start with PORT',
    {
      '.env.example': 'PORT_SHOP=7101\nPORT_MAIL=7102\n',
      'compose.yml':
        'services:\n  shop:\n    build: .\n    ports: ["${PORT_SHOP}:80"]\n  mail:\n    build: .\n    ports: ["${PORT_MAIL}:80"]\n',
    },
    { mail: 7102, shop: 7101 },
  ],
  [
    "the settings of Ktor's programs",
    {
      'mail/pom.xml': '',
      'mail/src/main/resources/application.yaml': 'ktor:\n  deployment:\n    port: 7101\n',
      'shop/pom.xml': '',
      'shop/src/main/resources/application.yaml': 'ktor:\n  deployment:\n    port: 7102\n',
    },
    { mail: 7101, shop: 7102 },
  ],
  [
    'a main compose file and one for production',
    {
      'compose.yml': 'services:\n  db:\n    image: postgres\n    ports: ["7101:5432"]\n',
      'compose.prod.yml':
        'services:\n  db:\n    image: postgres\n    ports: ["7102:5432"]\n  cdn:\n    image: x\n    ports: ["7103:80"]\n  data:\n    image: x\n    ports: ["7101:80"]\n',
    },
    { db: 7101, cdn: 7103 },
  ],
  [
    'a web server on the ports of HTTP',
    {
      'compose.yml': 'services:\n  proxy:\n    image: nginx\n    ports: ["80:80", "443:443"]\n',
      'nginx.conf': 'server { listen 80; }',
    },
    {},
  ],
  [
    'the ports of programs of Quarkus, Micronaut and Ktor',
    {
      'engine/pom.xml': '<project/>',
      'engine/src/main/resources/application.properties':
        'quarkus.http.port=7101\nquarkus.http.test-port=7109\nquarkus.http.ssl-port=7108\n',
      'mail/pom.xml': '<project/>',
      'mail/src/main/resources/application.properties': 'micronaut.server.port=7102\n',
      'shop/build.gradle': '',
      'shop/src/main/resources/application.properties': 'ktor.deployment.port=7103\n',
    },
    { engine: 7101, mail: 7102, shop: 7103 },
  ],
  [
    'variables without an underscore, and addresses in settings',
    {
      '.env':
        'RPCPORT=7101\nSTOREPORT=7104\nREDISPORT=7105\nREPORT=7109\nBUG_REPORT=7108\nWEB_URL=http://localhost:7102\nCORS_ORIGINS=http://localhost:7103\n',
      'api/.env': 'WEB_URL=http://localhost:7102\nCORS_ORIGINS=http://localhost:7103\n',
    },
    { rpc: 7101, web: 7102, store: 7104, redis: 7105 },
  ],
  [
    "a client's default for a database, and settings of a container's program",
    {
      'config/database.php': "<?php return ['port' => env('DB_PORT', '3306')];",
      'docker/xdebug.ini': 'xdebug.client_port=9003\n',
      'loki.yml': 'server:\n  http_listen_port: 3100\n',
      'compose.yml': 'services:\n  app:\n    build: .\n    ports: ["7101:80"]\n',
    },
    { app: 7101 },
  ],
  [
    'ternary',
    {
      'package.json': '{"name":"shop"}',
      'next.config.js': 'module.exports = {}',
      'src/server.ts': 'const port = process.env.CI ? 7080 : 8080\napp.listen(port)\n',
      'README.md': 'Open http://localhost:8080',
    },
    { shop: 8080 },
  ],
  [
    'lower doc',
    {
      'README.md': '- shop: http://localhost:7080\n',
      'compose.yml': 'services:\n  shop:\n    image: x\n    ports: ["8080:8080"]\n',
    },
    { shop: 8080 },
  ],
  [
    'the server of browser tests',
    {
      'compose.yml': 'services:\n  store-front:\n    build: .\n    ports:\n      - "8080:8080"\n',
      'package.json': '{ "name": "store-front" }',
      'playwright.config.ts':
        "export default { webServer: { command: 'npm run dev', port: process.env.CI ? 7080 : 8080 } }\n",
    },
    { storeFront: 8080 },
  ],
  [
    'names of nothing',
    {
      'README.md': 'Open http://<host-ip>:9090 or http://myip:15432 in a browser.\n',
      'deploy.sh': 'export DB_URI=mongodb://$ACCOUNT.mongo.cosmos.azure.com:10255/shop\n',
      'plan.md': 'See the media query (`:3843-3848`) in `index.css`.\n',
      'sg.tf': 'resource "aws_security_group_rule" "nodes" {\n  from_port = 15020\n  to_port   = 15021\n}\n',
    },
    {},
  ],
  [
    'compose outvoted by settings and documents',
    {
      'compose.yml':
        'services:\n  backend:\n    build: ./backend\n    ports:\n      - "5001:5001"\n  frontend:\n    build: ./frontend\n    ports:\n      - "5173:5173"\n',
      'docs.md': "    const socket = io('http://localhost:5001')\n    listen on port 5001\n",
      'env1.env': 'PORT=5001\nORIGIN=http://localhost:5173\n',
      'env2.env': 'PORT=5001\nORIGIN=http://localhost:5173\n',
      'package.json': '{ "name": "acme" }',
    },
    { backend: 5001, frontend: 5173 },
  ],
  [
    'a container without HTTP',
    { 'compose.yml': 'services:\n  redis:\n    image: redis:8\n    ports:\n      - "16379:6379"\n' },
    { redis: 16_379 },
  ],
  [
    'env vs compose',
    {
      '.env': 'SHOP_PORT=4000\n',
      'compose.yml': 'services:\n  shop:\n    image: x\n    ports: ["${SHOP_PORT:-8080}:4000"]\n',
    },
    { shop: 8080 },
  ],
  [
    'rst',
    {
      'a.rst': 'Open http://<host>:9090 or http://HOST:8081.\n',
      's.ts': "fetch('https://api.example.com:8443')\n",
      'k.tf': 'resource "aws_lb_listener" "x" { port = 8443 }\n',
    },
    {},
  ],
  [
    'lines',
    {
      'a.md': 'See `foo.ts:3843` and `bar.css:100-200`. Took 4000 ms. 5000 users.\n',
      'b.md': '| Query | Time |\n|---|---|\n| core | 4000 |\n',
    },
    {},
  ],
  [
    'examples',
    {
      'examples/demo/compose.yml': 'services:\n  demo:\n    image: x\n    ports: ["8080:80"]\n',
      'tests/fixtures/compose.yml': 'services:\n  fix:\n    image: x\n    ports: ["8081:80"]\n',
    },
    {},
  ],
  [
    'the ports of containers, not those of nodes',
    {
      'k8s/web.yml':
        'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }\n',
      'k8s/shop.yml':
        'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { ports: [{ port: 80, targetPort: 8081, nodePort: 30081 }] }\n',
      'compose.yml': 'services:\n  shop:\n    build: .\n    ports: ["8081:8081"]\n',
    },
    { shop: 8081 },
  ],
  [
    'a preview and a stack for tests',
    {
      'shop/package.json': '{ "name": "shop", "scripts": { "dev": "vite --port 5200" } }',
      'shop/vite.config.ts': 'export default { server: { port: 5200 }, preview: { port: 5300 } }\n',
      'compose.yml': 'services:\n  db:\n    image: postgres\n    ports: ["5433:5432"]\n',
      'compose.test.yml': 'services:\n  db-test:\n    image: postgres\n    ports: ["5434:5432"]\n',
    },
    { db: 5433, dbTest: 5434, shop: 5200, shopPreview: 5300 },
  ],
  [
    'three',
    {
      'compose.yml':
        'services:\n  api:\n    build: .\n    ports: ["7400:7400"]\n  db:\n    image: postgres\n    ports: ["5533:5432"]\n',
      'a.env': 'PORT=7400\nDATABASE_URL=postgres://localhost:5533/x\n',
      'b.env': 'PORT=7400\n',
      'c.env': 'PORT=7400\n',
      'package.json': '{"name":"root"}',
    },
    { api: 7400, db: 5533 },
  ],
  [
    'vite',
    {
      'package.json': '{"name":"acme"}',
      'web/package.json': '{"name":"web"}',
      'web/vite.config.ts': 'export default { server: { port: 5173, proxy: { "/api": "http://localhost:7400" } } }',
      'api/package.json': '{"name":"@acme/api"}',
      'api/src/main.ts': 'app.listen(process.env.PORT ?? 7400)',
    },
    { web: 5173, api: 7400 },
  ],
  [
    'kafka',
    { 'compose.yml': 'services:\n  kafka:\n    image: confluentinc/cp-kafka\n    ports: ["29092:29092"]\n' },
    { kafka: 29092 },
  ],
  [
    'mail',
    { 'compose.yml': 'services:\n  mail:\n    image: axllent/mailpit\n    ports: ["8025:8025","1025:1025"]\n' },
    { mail: 8025, mailSmtp: 1025 },
  ],
  [
    'a further port with a variable of its own',
    {
      'compose.yml':
        'services:\n  mail:\n    image: axllent/mailpit\n    ports: ["${MAIL_PORT:-1025}:1025","${MAIL_UI_PORT:-8025}:8025"]\n',
    },
    { mail: 1025, mailUi: 8025 },
  ],
  [
    'the interface of another product in a document',
    { 'PORTS.md': '| Service | Port |\n|---|---|\n| Kafka UI | 7400 |\n| Kafka | 7401 |\n| shop service | 7402 |\n' },
    { kafkaUi: 7400, kafka: 7401, shop: 7402 },
  ],
  ['empty', { 'README.md': '# x\n' }, {}],
  ['proc', { Procfile: 'web: next dev -p 4000\nworker: node w.js\n', 'package.json': '{"name":"x"}' }, { web: 4000 }],
  ['single app', { 'package.json': '{"name":"shop","scripts":{"dev":"next dev -p 4005"}}' }, { shop: 4005 }],
  [
    'env only',
    { '.env.example': 'CORE_PORT=4001\nEMBED_PORT=4002\nPORT=4000\n', 'package.json': '{"name":"gateway"}' },
    { gateway: 4000, core: 4001, embed: 4002 },
  ],
  [
    'monorepo',
    {
      'apps/api/package.json': '{"name":"@x/api"}',
      'apps/api/src/main.ts': 'await app.listen(process.env.PORT || 7400)',
      'apps/web/package.json': '{"name":"@x/web","scripts":{"dev":"next dev --port 4000"}}',
      'package.json': '{"name":"x"}',
      'compose.yml':
        'services:\n  db:\n    image: postgres:16\n    ports: ["5432:5432"]\n  redis:\n    image: redis\n    ports: ["6379:6379"]\n',
    },
    { api: 7400, web: 4000, db: 5432, redis: 6379 },
  ],
  [
    'k8s only',
    {
      'k.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: core}\nspec: {ports: [{port: 80, targetPort: 4001}]}\n',
    },
    {},
  ],
  [
    'doc list',
    { 'PORTS.md': '# Ports\n\n- 4000 - gateway\n- 4001 - core\n- 5533 - postgres (container 5432)\n' },
    { gateway: 4000, core: 4001, postgres: 5533 },
  ],
  [
    'py',
    { 'pyproject.toml': '[project]\nname = "shop-api"\n', 'app/main.py': 'uvicorn.run("app:app", port=8000)\n' },
    { shopApi: 8000 },
  ],
  ['go', { 'go.mod': 'module github.com/x/shop\n', 'main.go': 'http.ListenAndServe(":8080", nil)\n' }, { shop: 8080 }],
  [
    'names with an underscore',
    { 'compose.yml': 'services:\n  order_service:\n    image: x\n    ports: ["8090:80"]\n' },
    { orderService: 8090 },
  ],
  [
    "clients' settings",
    {
      'package.json': '{"name":"shop"}',
      'a.ts': 'app.listen(8080)\ncreatePool({ port: 5432 })\ncache.set({ port: 6379 })\n',
    },
    { shop: 8080 },
  ],
  [
    'launch entries',
    { '.claude/launch.json': '{"configurations":[{"name":"Landing Page","port":3103},{"name":"Viewer","port":3101}]}' },
    { landingPage: 3103, viewer: 3101 },
  ],
  [
    "a container's own port before further ones",
    {
      'compose.yml':
        'services:\n  jaeger:\n    image: jaegertracing/all-in-one\n    ports: ["4318:4318", "16686:16686"]\n',
    },
    { jaeger: 16686, jaegerHttp: 4318 },
  ],
  [
    'the same block in two compose files of one directory',
    {
      'compose.yml': 'services:\n  cache:\n    image: redis\n    ports: ["7101:6379"]\n',
      'compose.queue.yml': 'services:\n  cache:\n    image: redis\n    ports: ["7102:6379"]\n',
    },
    { cache: 7101, cache7102: 7102 },
  ],
  [
    'a debugger, which is no port of the program',
    {
      'compose.yml': 'services:\n  shop:\n    build: shop\n    ports: ["7101:9229"]\n',
      'shop/Dockerfile': 'FROM node\nEXPOSE 7102\n',
    },
    { shopDebug: 7101 },
  ],
  [
    'a port that browsers refuse, and names that differ only by case',
    {
      'compose.yml': 'services:\n  x11:\n    image: x\n    ports: ["6000:80"]\n',
      'a/compose.yml': 'services:\n  mailApi:\n    build: .\n    ports: ["7101:80"]\n',
      'b/compose.yml': 'services:\n  mailapi:\n    build: .\n    ports: ["7102:80"]\n',
    },
    { x11: 6000, mailApi: 7101, bMailapi: 7102 },
  ],
]

/** Repositories that agree with themselves. */
const consistent: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a Service of a cluster and an image with another number inside': {
    'shop/.env': 'SHOP_PORT=7101\n',
    'shop/Dockerfile': 'FROM node\nEXPOSE 7102\nHEALTHCHECK CMD curl -f http://localhost:7102/health\n',
    'k8s/shop.yaml':
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  ports:\n    - port: 80\n      targetPort: 7102\n',
  },
  'two stacks that publish one program on different ports': {
    'compose.yml': 'services:\n  cache:\n    image: redis\n    ports: ["7101:6379"]\n',
    'queue/compose.yml': 'services:\n  cache:\n    image: redis\n    ports: ["7102:6379"]\n',
  },
  'a broker that is reached on another listener inside': {
    'compose.yml':
      'services:\n  broker:\n    image: kafka\n    ports: ["7104:7104"]\n    environment: ["KAFKA_LISTENERS=INSIDE://broker:7105,OUTSIDE://localhost:7104"]\n  shop:\n    build: .\n    environment: ["BROKER=broker:7105", "OTHER=broker:7105"]\n',
  },
  'a port that browsers refuse': { 'compose.yml': 'services:\n  x11:\n    image: x\n    ports: ["6000:80"]\n' },
}

/** Scripts that start a server on the port of its framework. */
const frameworks: readonly (readonly [script: string, port: number | undefined])[] = [
  ['next dev --turbopack', 3000],
  ['NODE_ENV=production nuxt start', 3000],
  ['react-scripts start', 3000],
  ['ng serve --open', 4200],
  ['astro dev', 4321],
  ['vite', 5173],
  ['tsc && vite --host', 5173],
  ['react-router dev', 5173],
  ['concurrently "vite" "node a.js"', 5173],
  ['vitepress dev docs', 5173],
  ['webpack serve --open', 8080],
  ['docusaurus start', 3000],
  ['strapi develop', 1337],
  ['gatsby develop', 8000],
  ['vue-cli-service serve', 8080],
  ['vite build --watch', undefined],
  ['vite-node a.ts', undefined],
  ['next dev -p $WEB', undefined],
  ['PORT=$WEB react-scripts start', undefined],
  ['node a.js', undefined],
]

describe('a server for development whose port no file says', () => {
  const manifest = (script: string) => JSON.stringify({ name: 'shop', scripts: { dev: script } }, undefined, 2)

  it.each(frameworks)('has the port of its framework: %s', async (script, port) => {
    expect(await proposedPorts({ 'web/package.json': manifest(script) })).toEqual(
      port === undefined ? {} : { shop: port },
    )
  })

  it.each<readonly [kind: string, files: Readonly<Record<string, string>>, expected: Readonly<Record<string, number>>]>(
    [
      ['its settings say one', { 'web/vite.config.ts': 'export default { server: { port: 7101 } }\n' }, { shop: 7101 }],
      [
        'compose builds and publishes it',
        { 'compose.yml': 'services:\n  front:\n    build: web\n    ports: ["7101:80"]\n' },
        { front: 7101 },
      ],
      ['a variable names it', { '.env': 'SHOP_PORT=7101\n' }, { shop: 7101 }],
    ],
  )('has no further port where %s', async (_kind, files, expected) => {
    expect(await proposedPorts({ 'web/package.json': manifest('vite'), ...files })).toEqual(expected)
  })

  it('is found in a manifest of one line', async () => {
    const files = { 'web/package.json': '{"name":"shop","scripts":{"build":"vite build","dev":"vite"}}' }
    expect(await proposedPorts(files)).toEqual({ shop: 5173 })
  })

  it.each(['{ "scripts": ', '[]', 'null', '{ "scripts": { "dev": 1 } }'])('is none in %s', async (text) => {
    expect(await proposedPorts({ 'web/package.json': text })).toEqual({})
  })

  it('is none in a library', async () => {
    expect(await proposedPorts({ 'libs/editor/package.json': manifest('vite') })).toEqual({})
  })
})

describe('a proposed registry', () => {
  it.each(Object.entries(consistent))('has no finding in a repository with %s', async (_, files) => {
    expect(await firstFindingsOf(files)).toEqual([])
  })
})

describe('proposeRegistry', () => {
  it.each(cases)('proposes services for %s', async (_, files, expected) => {
    expect(await proposedPorts(files)).toEqual(expected)
  })
})
