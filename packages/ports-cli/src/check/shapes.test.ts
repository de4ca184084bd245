import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, proposedPorts, registryOf } from './acme.fixture.js'

type Case = readonly [
  kind: string,
  registry: PortRegistry,
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
]

/** A registry after a move: `shop` was on 4001 and `metrics` on 9400; no file follows yet. */
const moved = registryOf({
  gateway: 4000,
  shop: 4101,
  metrics: 9500,
  postgres: { port: 5533, containerPort: 5432, scheme: 'postgresql' },
})

const manifest = (name: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n`

/** Shapes of repositories whose registry moved, and of repositories that agree with it. */
const cases: readonly Case[] = [
  [
    'JSX in a file that ends in .js',
    moved,
    {
      'web/src/index.js':
        "const SHOP_URL = 'http://localhost:4001'\nexport const App = () => <a href={SHOP_URL}>shop</a>\n",
    },
    ['web/src/index.js:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'a generic arrow function in TypeScript',
    moved,
    { 'a.ts': "const id = <T>(value: T): T => value\nexport const SHOP_URL = 'http://localhost:4001'\n" },
    ['a.ts:2 error wrong-port 4001 -> 4101'],
  ],
  [
    'branches of a script that start the same container',
    registryOf({ shop: 4101 }),
    {
      'run.sh':
        'case "$1" in\n  shop)\n    if [ -z "$2" ]; then\n      docker run -p 4101:4101 -d "$image"\n    else\n      docker run -p 4101:4101 -d "$image:$2"\n    fi\n    ;;\nesac\n',
      'start.sh':
        'start() {\n  docker run -p 4101:4101 acme/shop\n}\ndebug() {\n  docker run -p 4101:4101 acme/shop:debug\n}\n',
    },
    [],
  ],
  [
    'two containers that a script starts one after the other',
    registryOf({ shop: 4101 }),
    { 'run.sh': 'docker run --name shop -p 4101:80 acme/shop\ndocker run --name blog -p 4101:80 acme/blog\n' },
    ['run.sh:2 error wrong-port 4101', 'run.sh:2 error conflict 4101'],
  ],
  [
    'a Maven module in a repository of several',
    moved,
    { 'shop/pom.xml': '<project/>\n', 'shop/src/main/resources/application.yml': 'server:\n  port: 4001\n' },
    ['shop/src/main/resources/application.yml:2 error wrong-port 4001 -> 4101'],
  ],
  [
    'a Gradle project',
    moved,
    { 'shop/build.gradle.kts': '', 'shop/src/main/resources/application.properties': 'server.port=4001\n' },
    ['shop/src/main/resources/application.properties:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'a command of Go inside a module with another name',
    moved,
    {
      'go.mod': 'module example.com/acme\n',
      'cmd/shop/main.go':
        'package main\n\nconst defaultPort = 4001\n\nfunc main() { http.ListenAndServe(":4001", nil) }\n',
    },
    ['cmd/shop/main.go:3 error wrong-port 4001 -> 4101', 'cmd/shop/main.go:5 error wrong-port 4001 -> 4101'],
  ],
  [
    'a command of Go inside the module of its service',
    moved,
    {
      'shop/go.mod': 'module example.com/shop\n',
      'shop/cmd/server/main.go': 'package main\n\nfunc main() { http.ListenAndServe(":4001", nil) }\n',
    },
    ['shop/cmd/server/main.go:3 error wrong-port 4001 -> 4101'],
  ],
  [
    'Ruby, PHP and .NET packages',
    moved,
    {
      'shop/Gemfile': '',
      'shop/config/puma.rb': 'port ENV.fetch("PORT") { 4001 }\n',
      'metrics/Metrics.Api.csproj': '<Project/>\n',
      'metrics/Program.cs': 'builder.WebHost.UseUrls("http://*:9400");\n',
    },
    ['metrics/Program.cs:1 error wrong-port 9400 -> 9500', 'shop/config/puma.rb:1 error wrong-port 4001 -> 4101'],
  ],
  [
    "Prometheus's own port",
    registryOf({ shop: 4101, prometheus: 9090 }),
    { '.env': 'PROMETHEUS_PORT=4101\n', 'compose.yml': 'services:\n  prometheus:\n    ports: ["9191:9090"]\n' },
    ['.env:1 error wrong-port 4101 -> 9090', 'compose.yml:3 error wrong-port 9191 -> 9090'],
  ],
  [
    'a further port in a container with several',
    registryOf({
      collectorHttp: { port: 4318, containerName: 'collector' },
      collectorGrpc: { port: 4317, containerName: 'collector' },
    }),
    {
      'deploy.yaml': `${manifest('collector')}spec:\n  template:\n    spec:\n      containers:\n        - name: collector\n          ports:\n            - containerPort: 13133\n          livenessProbe:\n            httpGet:\n              port: 13133\n`,
    },
    [],
  ],
  [
    'a moved service in a container with a further port',
    moved,
    {
      'deploy.yaml': `${manifest('metrics')}spec:\n  template:\n    spec:\n      containers:\n        - name: metrics\n          ports:\n            - containerPort: 9400\n            - containerPort: 9410\n`,
    },
    ['deploy.yaml:11 error wrong-port 9400'],
  ],
  [
    'flags with the name of a setting',
    moved,
    {
      'shop/Dockerfile': 'FROM eclipse-temurin:21\nCMD java -Xmx1g -jar /shop.jar --server.port=4001\n',
      'metrics/pom.xml': '<project/>\n',
      'metrics/run.sh': 'java -Dserver.port=9400 -jar target/metrics.jar\n',
    },
    ['metrics/run.sh:1 error wrong-port 9400 -> 9500', 'shop/Dockerfile:2 error wrong-port 4001'],
  ],
  [
    'a sidecar in the network of its service',
    moved,
    {
      'compose.yml':
        'services:\n  shop:\n    image: acme/shop\n  shop-sidecar:\n    image: daprio/daprd\n    command: ["./daprd", "-app-id", "shop", "-app-port", "4001"]\n    network_mode: "service:shop"\n',
      Makefile:
        'run:\n\tdapr run --app-id shop --app-port 4001 --log-level warn go run ./cmd/shop\n\tdapr run --app-id blog --app-port 4900 npm start\n',
      'k8s.yaml': `${manifest('shop')}spec:\n  template:\n    metadata:\n      annotations:\n        dapr.io/app-id: shop\n        dapr.io/app-port: "4001"\n    spec:\n      containers:\n        - name: shop\n          image: acme/shop\n`,
    },
    [
      'Makefile:2 error wrong-port 4001 -> 4101',
      'compose.yml:6 error wrong-port 4001',
      'k8s.yaml:10 error wrong-port 4001',
    ],
  ],
  [
    'ports in a program that also listens on one',
    registryOf({ shop: 4101, postgres: [5533, 5432] }),
    {
      'setup.ts':
        'function isFree(port: number) {\n  createServer().listen(port)\n}\nfunction check(url: URL) {\n  const port = Number(url.port || "5533")\n  return connect(port)\n}\nfor (let port = 4990; port < 5000; port += 10) isFree(port)\nset("mail", { port: 465 })\n',
      'shop/index.ts': 'function start() {\n  const port = 4001\n  app.listen(port)\n}\n',
    },
    ['shop/index.ts:2 error unregistered-port 4001'],
  ],
  [
    'programs in the scripts of a package',
    registryOf({ shop: 4101, emulator: 4310 }),
    {
      'shop/package.json': '{ "name": "shop" }',
      'shop/scripts/emulator.ts': 'const port = Number(process.argv[2]) || 4310\ncreateEmulator({ port })\n',
    },
    [],
  ],
  [
    'a container without its own name, and one on the machine of a CI job',
    registryOf({ shop: 4101 }),
    {
      'docker/compose.yml': 'services:\n  app:\n    image: ${IMAGE}\n    ports: ["4101:4101"]\n',
      '.github/workflows/e2e.yml':
        'on: push\njobs:\n  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker run --name e2e -p 4101:4101 image\n',
    },
    [],
  ],
  [
    'addresses of the other containers of a repository with one service',
    registryOf({ shop: { port: 4101, aliases: ['acme'] }, tracer: 4317 }),
    {
      'package.json': '{ "name": "acme" }',
      'compose.yml': 'services:\n  tracer:\n    image: tracer\n    ports: ["4317:4317"]\n',
      justfile: 'run:\n  OTEL_ENDPOINT=http://localhost:4317 cargo run\n  open http://localhost:4317\n',
    },
    [],
  ],
  [
    'a document about its own package',
    registryOf({ backend: 4101, mailer: 4102 }),
    {
      'mailer/package.json': '{ "name": "mailer" }',
      'mailer/README.md': 'The backend will be running on http://localhost:4102\n',
    },
    [],
  ],
  [
    'a default in a list that is taken apart',
    registryOf({ shop: 4101 }),
    { 'shop/package.json': '{ "name": "shop" }', 'shop/a.ts': "const [host, port = '8443'] = address.split(':')\n" },
    [],
  ],
  [
    'statements of a document',
    moved,
    {
      'README.md':
        'Open http://localhost:4000 for the start page. [Shop](https://shop.example) is available on http://127.0.0.1:4001 by default.\n\nThe `shop` app will be running at [http://localhost:4001](http://localhost:4001), and the `metrics` will be at [http://localhost:9400](http://localhost:9400).\n\nShop can be reached at http://localhost:4001.\n\nYou can access the shop service at http://localhost:4001.\n',
    },
    [
      'README.md:1 warning wrong-port 4001',
      'README.md:3 warning wrong-port 4001',
      'README.md:3 warning wrong-port 9400',
      'README.md:5 warning wrong-port 4001',
      'README.md:7 warning wrong-port 4001',
    ],
  ],
  [
    "a container's port as the value of a variable that moves its publication",
    moved,
    { '.env': 'POSTGRES_PORT=5432\n' },
    ['.env:1 error wrong-port 5432 -> 5533'],
  ],
  [
    'a variable of a script',
    moved,
    {
      'shop/Dockerfile': 'FROM node\n',
      'shop/entrypoint.sh': '#!/bin/sh\nhost=db\nport=3306\nuntil nc "$host" "$port"; do sleep 1; done\n',
    },
    [],
  ],
  [
    'an address that a container binds',
    moved,
    {
      'compose.yml':
        'services:\n  queue:\n    image: kafka\n    environment:\n      LISTENERS: INTERNAL://0.0.0.0:19093,OUTSIDE://[::]:19092\n',
    },
    [],
  ],
  [
    "a container on the host's network",
    moved,
    {
      'compose.yml':
        'services:\n  shop:\n    build:\n      context: .\n      args:\n        SERVICE_PORT: 4001\n    network_mode: host\n    ports: ["4001:4001"]\n',
    },
    ['compose.yml:6 error wrong-port 4001 -> 4101', 'compose.yml:8 error wrong-port 4001 -> 4101'],
  ],
  [
    "an address next to the service's own variable",
    registryOf({ shop: 4101, postgres: { port: 5442, variable: 'PG_PORT', scheme: 'postgresql' } }),
    { 'compose.yml': 'services:\n  shop:\n    environment:\n      - PG_HOST=postgres\n      - PG_PORT=5432\n' },
    ['compose.yml:5 error wrong-port 5432'],
  ],
  [
    "defaults of Rust's argument parsers",
    moved,
    {
      'config.rs':
        'pub struct Config {\n    #[clap(default_value = "4001", env)]\n    pub shop_port: u16,\n\n    #[arg(long, env = "METRICS_PORT", default_value_t = 9400)]\n    port: u16,\n\n    #[clap(default_value = "http://localhost:4001", env)]\n    pub shop_url: String,\n}\n',
    },
    [
      'config.rs:2 error wrong-port 4001 -> 4101',
      'config.rs:5 error wrong-port 9400 -> 9500',
      'config.rs:8 error wrong-port 4001 -> 4101',
    ],
  ],
  [
    'a list of services in a file of settings',
    moved,
    {
      'tye.yaml':
        'services:\n  - name: shop\n    env:\n      - SHOP_PORT=4001\n      - METRICS_URL=http://localhost:9400\n    bindings:\n      - port: 4001\n        protocol: http\n',
    },
    [
      'tye.yaml:4 error wrong-port 4001 -> 4101',
      'tye.yaml:5 error wrong-port 9400 -> 9500',
      'tye.yaml:7 error wrong-port 4001 -> 4101',
    ],
  ],
  [
    'variables of a container in Bicep',
    moved,
    { 'main.bicep': "env: [\n  {\n    name: 'SHOP_PORT'\n    value: '4001'\n  }\n]\n" },
    ['main.bicep:4 error wrong-port 4001 -> 4101'],
  ],
  [
    'variables that any program has, of a registry with a service called server',
    registryOf({ server: 4101, mailer: 4102 }),
    {
      'mailer/call.sh': 'SERVER_ADDRESS="${SERVER_ADDRESS:-localhost:4102}"\n',
    },
    [],
  ],
  ...['app', 'server', 'site'].map((name): Case => [
    `the variables that move a service called ${name}`,
    registryOf({ [name]: 4101, mailer: 4102 }),
    {
      '.env': ['PORT=4102', 'URL=http://localhost:4102', 'ORIGIN=http://localhost:4102']
        .map((line) => `${name.toUpperCase()}_${line}\n`)
        .join(''),
    },
    [1, 2].map((line) => `.env:${line} error wrong-port 4102 -> 4101`),
  ]),
  [
    'the address at which one service reaches the API',
    registryOf({ api: 4101, desktop: 4102 }),
    {
      'desktop/package.json': '{ "name": "desktop" }',
      'desktop/a.ts': "const DESKTOP_API_URL = 'http://localhost:4101'\n",
    },
    [],
  ],
  [
    "a service's own API, where no other service is called so",
    moved,
    { 'a.ts': "const SHOP_API_URL = 'http://localhost:4001'\n" },
    ['a.ts:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'defaults of the fields of a form',
    registryOf({ client: 4101 }),
    {
      'client/package.json': '{ "name": "client" }',
      'client/form.ts': 'function fill(data?: Monitor) {\n  return { ...base, port: data?.port || 27015 }\n}\n',
    },
    [],
  ],
  [
    'the address of a client that a container serves itself',
    registryOf({ shop: 4101, client: 4102 }),
    {
      'compose.yml':
        'services:\n  shop:\n    environment:\n      - CLIENT_HOST=http://localhost:4101\n      - CLIENT_URL=http://localhost:4199\n',
    },
    ['compose.yml:5 error wrong-port 4199 -> 4102'],
  ],
  [
    'the port of a protocol, which no registry contains',
    registryOf({ mailer: 4101 }),
    { 'compose.yml': 'services:\n  mailer:\n    ports: ["4101:4101", "25:25"]\n' },
    [],
  ],
  [
    'commands that a script prints, and a search for the process on a port',
    moved,
    {
      'shop/package.json': '{ "name": "shop" }',
      'shop/start.sh':
        'echo "Example: shop --port 4009 --addr :4010"\nlsof -i :4011 | xargs kill\nnode server.js --port 4001\n',
    },
    ['shop/start.sh:3 error wrong-port 4001 -> 4101'],
  ],
  [
    'a forwarded port, which may be any, and one of another service',
    moved,
    { 'run.sh': 'kubectl port-forward svc/shop 4999:80\nkubectl port-forward svc/shop 9500:80\n' },
    ['run.sh:2 error wrong-port 9500 -> 4101'],
  ],
  [
    'addresses that parts of a JSON file bind',
    moved,
    {
      'shop/package.json': '{ "name": "shop" }',
      'shop/config.json': '{ "listen": "localhost:4001" }',
      'shop/peers.json': '{ "peer": { "operations": { "listenAddress": "localhost:9443" } } }',
    },
    ['shop/config.json:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'JSON of a document, and of a template',
    moved,
    {
      'docs/responses/one.json': '{ "shop_url": "http://localhost:4001", "address": "127.0.0.1:8125" }',
      'templates/two.json': '{ "host_url": "http://localhost:3002" }',
      'docs/package.json': '{ "name": "shop", "scripts": { "dev": "vite --port 4001" } }',
    },
    ['docs/package.json:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'a program that a CI job starts',
    moved,
    {
      'package.json': '{ "name": "shop" }',
      '.github/workflows/e2e.yml':
        'on: push\njobs:\n  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx http-server storybook --port 9500\n',
    },
    [],
  ],
  [
    'programs of examples, templates and other people',
    registryOf({ shop: 4101 }),
    Object.fromEntries(
      ['examples/a', 'samples', 'third_party/x', 'load-tests', 'packages/_template'].map((directory) => [
        `${directory}/compose.yml`,
        'services:\n  shop:\n    image: x\n    ports: ["4001:80"]\n  blog:\n    image: y\n    ports: ["4101:80", "9999:90"]\n',
      ]),
    ),
    [],
  ],
  [
    'a job of continuous integration',
    registryOf({ shop: 4101 }),
    { '.github/workflows/a.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: docker run -p 9999:80 x\n' },
    [],
  ],
  [
    'ports of protocols, which any container may open',
    registryOf({
      jaeger: 16_686,
      shop: 4101,
      collector: 4317,
      collectorHttp: { port: 4318, containerName: 'collector' },
    }),
    {
      'collector.yaml':
        'receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } }\nexporters: { otlp/jaeger: { endpoint: "jaeger:4317" } }\nservice: {}\n',
      'compose.yml': 'services:\n  shop:\n    image: x\n    environment: { OTLP_URL: "http://jaeger:4318" }\n',
    },
    [],
  ],
  [
    'names of packages with dots, as in .NET',
    registryOf({ shopApi: 4101 }),
    {
      'Shop.Api/Shop.Api.csproj': '<Project/>\n',
      'Shop.Api/Properties/launchSettings.json':
        '{ "profiles": { "x": { "applicationUrl": "http://localhost:4001" } } }\n',
    },
    ['Shop.Api/Properties/launchSettings.json:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'words of settings that are also names of services',
    registryOf({ api: 4101, shop: 4102 }),
    { 'vector.toml': '[api]\nenabled = true\naddress = "0.0.0.0:44313"\n', '.env': 'API_PORT=4001\n' },
    ['.env:1 error wrong-port 4001 -> 4101'],
  ],
  [
    'the address of a service whose name ends in a general word',
    registryOf({ api: 4101, web: 4102, paymentService: 4103, backend: 4104, adminApi: 4105 }),
    {
      '.env': 'VITE_API_URL=http://localhost:4102\nPAYMENT_SERVICE_URL=http://localhost:4102\n',
      'a/.env': 'NEXT_PUBLIC_BACKEND_URL=http://localhost:4102\nADMIN_API_URL=http://localhost:4102\n',
    },
    [
      '.env:1 error wrong-port 4102 -> 4101',
      '.env:2 error wrong-port 4102 -> 4103',
      'a/.env:1 error wrong-port 4102 -> 4104',
      'a/.env:2 error wrong-port 4102 -> 4105',
    ],
  ],
  [
    'addresses of protocols that any program may use',
    registryOf({ shop: 4101 }),
    { '.env': 'METRICS_ADDR=0.0.0.0:9464\nOTLP_URL=http://localhost:4318\n' },
    [],
  ],
  [
    'a proxy that publishes the port of a service next to it',
    registryOf({ shop: 4101 }),
    {
      'compose.yml':
        'services:\n  traefik:\n    image: traefik\n    ports: ["4101:80"]\n  shop:\n    image: x\n    environment: { PORT: 4101 }\n',
    },
    [],
  ],
  [
    'a variable that every program may have, registered for one of several',
    registryOf({ gateway: { port: 4100, variable: 'SERVER_PORT' }, shop: 4101 }),
    { 'shop/pom.xml': '', 'shop/src/main/resources/application.yml': 'server:\n  port: ${SERVER_PORT:4101}\n' },
    [],
  ],
  [
    'the address at which a service reaches another one',
    registryOf({ admin: 4100, backend: 4101 }),
    { 'admin/.env': 'VITE_ADMIN_API_URL=http://localhost:4101\n' },
    [],
  ],
  [
    'addresses in a cluster, where a Service may open 8080',
    registryOf({ logs: 9250, adminer: 8080 }),
    { 'deploy/kubernetes/shop.env': 'LOGS_URL=http://logs:8080\n', 'compose.env': 'LOGS_URL=http://logs:8080\n' },
    ['compose.env:1 error wrong-port 8080'],
  ],
  [
    'sentences about any server',
    registryOf({ server: 4101, ui: 4102 }),
    { 'README.md': 'The server starts by default on port 4102.\n\nThe `server` service runs on port 4102.\n' },
    ['README.md:3 error wrong-port 4102'],
  ],
  [
    "a Kubernetes Service's own port, and the annotation of a sidecar",
    registryOf({ shop: [4101, 8080], metrics: 9500 }),
    {
      'shop.yaml': `apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  ports:\n    - port: 1800\n      targetPort: 8080\n---\n${manifest('metrics')}spec:\n  template:\n    metadata:\n      annotations:\n        prometheus.io/port: "9102"\n    spec:\n      containers:\n        - name: metrics\n          env:\n            - name: SHOP_URL\n              value: http://shop:1800\n            - name: OTHER_URL\n              value: http://shop:4101\n`,
    },
    ['shop.yaml:26 error wrong-port 4101'],
  ],
  [
    'options of helpers and tools, and settings of tests',
    registryOf({ shop: 4101 }),
    {
      'shop/package.json': '{ "name": "shop" }',
      'shop/src/database.ts':
        "export async function openDatabase(options: Options) {\n  const { image = 'postgres:17', port = 9877 } = options\n  return run(image, port)\n}\n",
      'shop/tool/docs.ts':
        'function createServer(directory: string, port = 3000) {\n  return serve(directory, port)\n}\n',
      'shop/src/runner.ts': 'const port = await getPort({ port: 8080 })\nawait startDevServer({ port })\n',
      'shop/pytest.ini': '[pytest]\nenv =\n    PORT = 4242\n',
    },
    [],
  ],
  [
    'a second server in the package of a service',
    registryOf({ ui: 4101, uiCustom: 4102, metrics: 9500 }),
    {
      'ui/package.json': '{ "name": "ui" }',
      'ui/vite.config.custom.ts': 'export default { server: { port: 4102 } }\n',
      'ui/vite.config.ts': 'export default { server: { port: 9500 } }\n',
    },
    ['ui/vite.config.ts:1 error wrong-port 9500 -> 4101'],
  ],
]

describe('findProblems', () => {
  it.each(cases)('judges %s', async (_kind, registry, files, expected) => {
    expect(await findingsOf(registry, files)).toEqual(expected)
  })
})

describe('proposeRegistry', () => {
  it('names a service after its module of Maven', async () => {
    expect(
      await proposedPorts({
        'README.md': '# Acme\n',
        'login/pom.xml': '<project/>\n',
        'login/src/main/resources/application.yml': 'server:\n  port: 8085\n',
      }),
    ).toEqual({ login: 8085 })
  })
})
