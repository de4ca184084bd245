import { describe, expect, it } from 'vitest'
import type { PortRegistry } from '@driftos/ports/define'
import { findingsOf, registryOf } from './acme.fixture.js'

type Case = readonly [
  kind: string,
  registry: PortRegistry,
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
]

const acme = registryOf({
  gateway: { port: 4000, containerName: 'acme-gateway' },
  core: { port: 4001, containerName: 'acme-core' },
  embed: { port: 4002, containerName: 'acme-embed' },
  web: { port: 5173, containerName: 'acme-web' },
  grafana: [4010, 4000],
  postgres: [5533, 5432],
})

/** What names a service, by format and language. */
const cases: readonly Case[] = [
  [
    'sh url default',
    acme,
    { 'r.sh': 'GRAFANA_URL=${GRAFANA_URL:-http://localhost:4002}\n' },
    ['r.sh:1 error wrong-port 4002 -> 4010'],
  ],
  [
    'sh url default quoted',
    acme,
    {
      'r.sh':
        'GRAFANA_URL="${GRAFANA_URL:-http://localhost:4002}"\nexport CORE_URL="${CORE_URL:=http://127.0.0.1:4000}"\n: "${EMBED_URL:=http://localhost:4000/x}"\n',
    },
    [
      'r.sh:1 error wrong-port 4002 -> 4010',
      'r.sh:2 error wrong-port 4000 -> 4001',
      'r.sh:3 error wrong-port 4000 -> 4002',
    ],
  ],
  [
    'compose url default',
    acme,
    {
      'compose.yml':
        'services:\n  x:\n    image: y\n    environment:\n      CORE_URL: ${CORE_URL:-http://acme-core:4002}\n',
    },
    ['compose.yml:5 error wrong-port 4002'],
  ],
  [
    'dotenv url default',
    acme,
    { '.env': 'CORE_URL=${CORE_URL:-http://localhost:4002}\n' },
    ['.env:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'bash assoc',
    acme,
    { 'r.sh': 'declare -A PORTS=(\n  [core]=4002\n  ["gateway"]=4000\n)\nPORTS[embed]=4001\n' },
    ['r.sh:2 error wrong-port 4002 -> 4001', 'r.sh:5 error wrong-port 4001 -> 4002'],
  ],
  [
    'zod',
    acme,
    {
      'env.ts':
        "export const env = z.object({ CORE_PORT: z.coerce.number().int().min(1).default(4002), EMBED_URL: z.string().url().default('http://localhost:4001') }).parse(process.env)\n",
    },
    ['env.ts:1 error wrong-port 4002 -> 4001', 'env.ts:1 error wrong-port 4001 -> 4002'],
  ],
  [
    'typebox',
    acme,
    {
      'env.ts':
        "const S = Type.Object({ CORE_PORT: Type.Number({ default: 4002 }), EMBED_URL: Type.String({ default: 'http://localhost:4001' }) })\n",
    },
    ['env.ts:1 error wrong-port 4002 -> 4001', 'env.ts:1 error wrong-port 4001 -> 4002'],
  ],
  [
    'envalid',
    acme,
    {
      'env.ts':
        "cleanEnv(process.env, { CORE_PORT: port({ default: 4002 }), EMBED_URL: url({ devDefault: 'http://localhost:4001' }) })\n",
    },
    ['env.ts:1 error wrong-port 4002 -> 4001', 'env.ts:1 error wrong-port 4001 -> 4002'],
  ],
  [
    'convict',
    acme,
    {
      'c.ts':
        "convict({ core: { port: { format: 'port', default: 4002, env: 'CORE_PORT' }, url: { default: 'http://localhost:4000', env: 'CORE_URL' } } })\n",
    },
    ['c.ts:1 error wrong-port 4002 -> 4001', 'c.ts:1 error wrong-port 4000 -> 4001'],
  ],
  [
    'valibot',
    acme,
    { 'c.ts': 'v.object({ CORE_PORT: v.optional(v.number(), 4002) })\n' },
    ['c.ts:1 error wrong-port 4002 -> 4001'],
  ],
  ['arktype', acme, { 'c.ts': "type({ CORE_PORT: 'number = 4002' })\n" }, []],
  [
    'joi',
    acme,
    { 'c.ts': 'Joi.object({ CORE_PORT: Joi.number().port().default(4002) })\n' },
    ['c.ts:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'yup',
    acme,
    { 'c.ts': 'yup.object({ CORE_PORT: yup.number().default(4002) })\n' },
    ['c.ts:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'json schema env',
    acme,
    { 'c.ts': "const schema = { type: 'object', properties: { CORE_PORT: { type: 'number', default: 4002 } } }\n" },
    ['c.ts:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'DEFAULT_CORE_PORT',
    acme,
    { 'a.ts': 'export const DEFAULT_CORE_PORT = 4002\nconst CORE_DEFAULT_PORT = 4002\nconst defaultCorePort = 4002\n' },
    [
      'a.ts:1 error wrong-port 4002 -> 4001',
      'a.ts:2 error wrong-port 4002 -> 4001',
      'a.ts:3 error wrong-port 4002 -> 4001',
    ],
  ],
  [
    'nginx upstream block',
    acme,
    { 'nginx.conf': 'upstream grafana {\n  server 127.0.0.1:4002;\n}\n' },
    ['nginx.conf:2 error wrong-port 4002 -> 4010'],
  ],
  [
    'nginx upstream block right',
    acme,
    { 'nginx.conf': 'upstream grafana {\n  server host.docker.internal:4010;\n  keepalive 16;\n}\n' },
    [],
  ],
  ['nginx upstream named srv', acme, { 'nginx.conf': 'upstream core_backend {\n  server 127.0.0.1:4002;\n}\n' }, []],
  [
    'haproxy',
    acme,
    { 'haproxy.cfg': 'backend core\n  server s1 127.0.0.1:4002 check\n' },
    ['haproxy.cfg:2 error wrong-port 4002 -> 4001'],
  ],
  [
    'traefik file',
    acme,
    {
      'dynamic.yml':
        'http:\n  services:\n    core:\n      loadBalancer:\n        servers:\n          - url: http://localhost:4002\n',
    },
    ['dynamic.yml:6 error wrong-port 4002 -> 4001'],
  ],
  [
    'tf docker',
    acme,
    {
      'm.tf':
        'resource "docker_container" "grafana" {\n  name = "grafana"\n  image = "grafana/grafana"\n  ports {\n    internal = 4000\n    external = 4002\n  }\n}\n',
    },
    ['m.tf:6 error wrong-port 4002 -> 4010'],
  ],
  [
    'nomad',
    acme,
    { 'j.nomad': 'job "core" {\n group "core" {\n  network {\n   port "http" { static = 4002 }\n  }\n }\n}\n' },
    ['j.nomad:4 error wrong-port 4002 -> 4001'],
  ],
  [
    'retired config',
    registryOf(
      {
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
      },
      [{ service: 'gateway', from: 4003, to: 4000, reason: 'x' }],
    ),
    { 'a.yml': 'upstream: http://localhost:4003\n' },
    ['a.yml:1 warning retired-port 4003'],
  ],
  [
    'retired doc past',
    registryOf(
      {
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
      },
      [{ service: 'gateway', from: 4003, to: 4000, reason: 'x' }],
    ),
    { 'a.md': 'The gateway used to listen on port 4003.\n\n- gateway: moved from 4003 to 4000\n' },
    [],
  ],
  [
    'retired label',
    registryOf(
      {
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
      },
      [{ service: 'gateway', from: 4003, to: 4000, reason: 'x' }],
    ),
    { 'a.md': '- **Gateway**: http://localhost:4003\n' },
    ['a.md:1 error retired-port 4003'],
  ],
  [
    'retired changelog',
    registryOf(
      {
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
      },
      [{ service: 'gateway', from: 4003, to: 4000, reason: 'x' }],
    ),
    { 'CHANGELOG.md': '- **Gateway**: http://localhost:4003\n' },
    [],
  ],
  [
    'retired code',
    registryOf(
      {
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
      },
      [{ service: 'gateway', from: 4003, to: 4000, reason: 'x' }],
    ),
    { 'a.ts': "fetch('http://localhost:4003')\n" },
    ['a.ts:1 warning retired-port 4003'],
  ],
  [
    'two grafanas dir',
    registryOf({
      coreGrafana: { port: 4010, containerPort: 4000, containerName: 'grafana', aliases: ['grafana'] },
      embedGrafana: { port: 4020, containerPort: 4000, containerName: 'embed-grafana', aliases: ['grafana'] },
      core: 4001,
      embed: 4002,
      gateway: 4000,
    }),
    {
      'embed/package.json': '{"name":"embed"}',
      'compose.yml': 'services:\n  grafana:\n    image: grafana/grafana\n    ports: ["4010:4000"]\n',
    },
    [],
  ],
  [
    'two grafanas label',
    registryOf({
      coreGrafana: { port: 4010, containerPort: 4000, containerName: 'grafana', aliases: ['grafana'] },
      embedGrafana: { port: 4020, containerPort: 4000, containerName: 'embed-grafana', aliases: ['grafana'] },
      core: 4001,
      embed: 4002,
      gateway: 4000,
    }),
    { 'a.md': '- Grafana: http://localhost:4002\n' },
    ['a.md:1 error wrong-port 4002'],
  ],
  [
    'group',
    registryOf({ a: { port: 5672, containerName: 'rabbit' }, b: { port: 15672, containerName: 'rabbit' } }),
    {
      'compose.yml': 'services:\n  rabbit:\n    image: x\n    ports: ["15672:15672"]\n',
      '.env': 'A_URL=amqp://rabbit:5672\nB=http://rabbit:15672\n',
    },
    [],
  ],
  [
    'ci service',
    acme,
    {
      '.github/workflows/ci.yml':
        'jobs:\n  t:\n    services:\n      postgres:\n        image: postgres\n        ports: ["5432:5432"]\n    steps:\n      - run: x\n        env:\n          DATABASE_URL: postgres://localhost:5432/x\n',
    },
    [],
  ],
  ['gitlab', acme, { '.gitlab-ci.yml': 't:\n  services: [postgres]\n  variables:\n    POSTGRES_PORT: 5432\n' }, []],
  ['example override', acme, { 'README.md': 'Run on another port:\n\n```sh\nCORE_PORT=7401 pnpm dev\n```\n' }, []],
  [
    'single repo',
    registryOf({ core: 4001, embed: 4002 }),
    {
      'package.json': '{"name":"core"}',
      'src/a.ts': 'app.listen(4002)\n',
      '.env': 'PORT=4002\n',
      'README.md': 'Open http://localhost:4002/health\n',
      Dockerfile: 'FROM x\nEXPOSE 4002\n',
    },
    [
      '.env:1 error wrong-port 4002 -> 4001',
      'Dockerfile:2 error wrong-port 4002',
      'README.md:1 warning wrong-port 4002',
      'src/a.ts:1 error wrong-port 4002 -> 4001',
    ],
  ],
  [
    'unreached hc',
    acme,
    {
      'core/package.json': '{"name":"core","scripts":{"dev":"next dev --port 4001"}}',
      'core/a.ts': 'app.listen(process.env.CORE_PORT ?? 4001)\n',
    },
    ['core/package.json:1 warning unreached-override 4001'],
  ],
  [
    'unreached dockerfile',
    acme,
    {
      'core/package.json': '{"name":"core"}',
      'core/Dockerfile': 'FROM x\nENV PORT=4001\nHEALTHCHECK CMD curl -f http://localhost:4001/health\n',
      'core/a.ts': 'app.listen(process.env.PORT ?? 4001)\n',
    },
    ['core/Dockerfile:3 warning unreached-override 4001'],
  ],
  [
    'unreached playwright',
    acme,
    {
      'web/package.json': '{"name":"web"}',
      'web/vite.config.ts': 'export default { server: { port: Number(process.env.WEB_PORT ?? 5173) } }\n',
      'web/playwright.config.ts': "export default { use: { baseURL: 'http://localhost:5173' } }\n",
    },
    ['web/playwright.config.ts:1 warning unreached-override 5173'],
  ],
  [
    'unreached proxy',
    acme,
    {
      'core/package.json': '{"name":"core"}',
      'core/a.ts': 'app.listen(process.env.CORE_PORT ?? 4001)\n',
      'web/package.json': '{"name":"web"}',
      'web/vite.config.ts': "export default { server: { port: 5173, proxy: { '/api': 'http://localhost:4001' } } }\n",
    },
    ['web/vite.config.ts:1 warning unreached-override 4001'],
  ],
  [
    'reached',
    acme,
    {
      'core/package.json': '{"name":"core"}',
      'core/a.ts': 'app.listen(process.env.CORE_PORT ?? 4001)\n',
      'web/vite.config.ts':
        "export default { server: { proxy: { '/api': process.env.CORE_URL ?? 'http://localhost:4001' } } }\n",
    },
    [],
  ],
  [
    'unregistered listen',
    acme,
    { 'tools/package.json': '{"name":"tools"}', 'tools/a.ts': 'app.listen(7999)\n' },
    ['tools/a.ts:1 error unregistered-port 7999'],
  ],
  [
    'range',
    acme,
    { 'compose.yml': 'services:\n  media:\n    image: x\n    ports: ["7400-7405:7400-7405/udp"]\n' },
    ['compose.yml:4 error unregistered-port 7400'],
  ],
  [
    'network_mode host',
    acme,
    { 'compose.yml': 'services:\n  acme-core:\n    image: x\n    network_mode: host\n    environment: {PORT: 4002}\n' },
    ['compose.yml:5 error wrong-port 4002 -> 4001'],
  ],
  ['oauth path', acme, { 'a.md': '`curl http://localhost:4001/embed/token`\n' }, []],
  [
    'docs table',
    acme,
    {
      'a.md':
        '| Service | URL |\n|---|---|\n| Grafana | http://localhost:4002 |\n| Core API | http://localhost:4001 |\n| Embed | 4001 |\n',
    },
    ['a.md:3 error wrong-port 4002'],
  ],
  [
    'docs ports table',
    acme,
    { 'a.md': '| Port | Service |\n|---|---|\n| 4001 | embed |\n| 7400 | core |\n' },
    ['a.md:3 error wrong-port 4001', 'a.md:4 warning wrong-port 7400'],
  ],
  [
    'docs sentence',
    acme,
    { 'a.md': 'Core runs on port 4002.\nThe embed service listens on `http://localhost:4001`.\n' },
    ['a.md:1 error wrong-port 4002', 'a.md:2 error wrong-port 4001'],
  ],
  ['docs range', acme, { 'a.md': '| Range | Use |\n|---|---|\n| 4000-4009 | services |\n' }, []],
  [
    'doc definition',
    acme,
    { 'a.md': '**core** — 4002\n\n- `core` → `http://localhost:4002`\n' },
    ['a.md:3 error wrong-port 4002'],
  ],
  [
    'vite strict',
    acme,
    {
      'web/package.json': '{"name":"web"}',
      'web/vite.config.ts': 'export default defineConfig(({mode}) => ({ server: { port: 4000 } }))\n',
    },
    ['web/vite.config.ts:1 error wrong-port 4000 -> 5173'],
  ],
  [
    'angular',
    acme,
    { 'angular.json': '{"projects":{"web":{"architect":{"serve":{"options":{"port":4000}}}}}}' },
    ['angular.json:1 error wrong-port 4000 -> 5173'],
  ],
  [
    'nx',
    acme,
    { 'apps/web/project.json': '{"name":"web","targets":{"serve":{"options":{"port":4000}}}}' },
    ['apps/web/project.json:1 error wrong-port 4000 -> 5173'],
  ],
  [
    'fly',
    acme,
    { 'fly.toml': 'app = "acme-core"\n[http_service]\ninternal_port = 4002\n' },
    ['fly.toml:3 error wrong-port 4002'],
  ],
  [
    'launch',
    acme,
    {
      '.vscode/launch.json':
        '{"configurations":[{"name":"core","type":"node","request":"launch","env":{"PORT":"4002"}}]}',
    },
    ['.vscode/launch.json:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'tasks',
    acme,
    { 'Taskfile.yml': 'version: 3\ntasks:\n  dev:\n    cmds:\n      - pnpm --filter core dev --port 4002\n' },
    ['Taskfile.yml:5 error wrong-port 4002 -> 4001'],
  ],
  [
    'just',
    acme,
    { justfile: 'core_port := "4002"\ndev:\n  uvicorn core:app --port {{core_port}}\n' },
    ['justfile:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'mprocs',
    acme,
    { 'mprocs.yaml': 'procs:\n  core:\n    shell: next dev -p 4002\n' },
    ['mprocs.yaml:3 error wrong-port 4002 -> 4001'],
  ],
  [
    'pm2',
    acme,
    { 'ecosystem.config.js': "module.exports = { apps: [{ name: 'core', script: 'a.js', env: { PORT: 4002 } }] }\n" },
    ['ecosystem.config.js:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'k8s service own port',
    acme,
    {
      'k.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: acme-core}\nspec:\n  ports: [{port: 8080, targetPort: 4001}]\n',
    },
    [],
  ],
  [
    'devcontainer',
    acme,
    { '.devcontainer/devcontainer.json': '{"forwardPorts":[4001],"portsAttributes":{"4002":{"label":"core"}}}' },
    ['.devcontainer/devcontainer.json:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'go env struct',
    acme,
    { 'c.go': 'package c\ntype C struct {\n\tCorePort int `env:"CORE_PORT" envDefault:"4002"`\n}\n' },
    ['c.go:3 error wrong-port 4002 -> 4001'],
  ],
  [
    'rust',
    acme,
    { 'm.rs': 'let p = std::env::var("CORE_PORT").unwrap_or_else(|_| "4002".into());\n' },
    ['m.rs:1 error wrong-port 4002 -> 4001'],
  ],
  ['ruby', acme, { 'a.rb': "port = ENV.fetch('CORE_PORT', 4002)\n" }, ['a.rb:1 error wrong-port 4002 -> 4001']],
  [
    'elixir',
    acme,
    { 'a.exs': 'port = String.to_integer(System.get_env("CORE_PORT") || "4002")\n' },
    ['a.exs:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'py url',
    acme,
    { 'a.py': 'CORE_URL = os.environ.get("CORE_URL", "http://localhost:4002")\n' },
    ['a.py:1 error wrong-port 4002 -> 4001'],
  ],
  [
    'cs',
    acme,
    {
      'appsettings.json':
        '{"Core":{"Url":"http://localhost:4002"},"ConnectionStrings":{"Postgres":"Host=localhost;Port=5432"}}',
    },
    ['appsettings.json:1 error wrong-port 4002 -> 4001', 'appsettings.json:1 error wrong-port 5432 -> 5533'],
  ],
  [
    'conflict 2 roots skip',
    acme,
    {
      'compose.yml':
        'services:\n  acme-core:\n    image: x\n    ports: ["4001:4001"]\n  acme-embed:\n    image: x\n    ports: ["4001:4002"]\n',
    },
    ['compose.yml:7 error wrong-port 4001 -> 4002', 'compose.yml:7 error conflict 4001'],
  ],
  [
    'timeouts',
    acme,
    {
      'a.ts':
        'const coreTimeout = 4002; const core = { timeout: 4002, size: 4002 }; z.number().max(4002); setTimeout(f, 4002)\n',
    },
    [],
  ],
  ['test file', acme, { 'core.spec.ts': 'app.listen(4002)\n', '__tests__/a.ts': 'const CORE_PORT = 4002\n' }, []],
  ['lock', acme, { 'yarn.lock': 'core@http://localhost:4002\n' }, []],
  [
    'right no-dup fix',
    acme,
    {
      '.env':
        'CORS=http://localhost:5173,http://localhost:4001\nWEB_ORIGINS=http://localhost:5173,http://localhost:4000\n',
    },
    [],
  ],
  [
    'an environment variable of another program',
    acme,
    {
      'a.ts':
        "const clientUrl = 1; const s = { webBaseUrl: process.env.PLANE_CLIENT_URL || 'http://localhost:4001' }\n",
    },
    [],
  ],
  [
    "a variable's defaults for several products",
    acme,
    {
      'db.ts':
        'const pg = { port: process.env.POSTGRES_PORT ? Number(process.env.POSTGRES_PORT) : 5533 }\nconst my = { port: process.env.POSTGRES_PORT ? Number(process.env.POSTGRES_PORT) : 3306 }\n',
    },
    [],
  ],
  [
    'a library that starts a service',
    registryOf({ api: 4000 }),
    {
      'apps/api/package.json': '{"name":"api"}',
      'apps/api/a.ts': 'start()\n',
      'packages/kit/package.json': '{"name":"kit"}',
      'packages/kit/a.ts': "const { port = 4000, host = '0.0.0.0' } = options\napp.listen(port, host)\n",
    },
    [],
  ],
  [
    "a second stack's service",
    registryOf({ redis: 6379, redisTest: 6380 }),
    { 't.sh': 'export REDIS_HOST="127.0.0.1:6380"\n' },
    [],
  ],
  [
    'a program in an example',
    registryOf({ api: 4000, docs: 8080 }),
    { 'lib/package.json': '{"name":"lib"}', 'lib/examples/a.ts': 'serve(app, { port: 8080 })\n' },
    [],
  ],
  [
    "a debugger's port",
    acme,
    { 'core/package.json': '{"name":"core","scripts":{"inspect":"node --inspect=0.0.0.0:9229 a.js"}}' },
    [],
  ],
  [
    'a further port of a container for its debugger',
    acme,
    { 'compose.override.yml': 'services:\n  acme-core:\n    image: x\n    ports: ["9229:9229"]\n' },
    ['compose.override.yml:4 error unregistered-port 9229'],
  ],
  [
    'printed settings',
    acme,
    { 'a.sh': 'echo "REDIS_SERVER=redis://127.0.0.1:6399" >> .env\necho "Grafana:   http://localhost:4002 (admin)"\n' },
    ['a.sh:1 warning unregistered-port 6399', 'a.sh:2 error wrong-port 4002 -> 4010'],
  ],
  [
    'printed labels in JavaScript',
    acme,
    { 'a.ts': "console.log('core on http://localhost:4001, Grafana on http://localhost:4002')\n" },
    ['a.ts:1 error wrong-port 4002 -> 4010'],
  ],
  ['two names for one number', acme, { '.env': 'EMBED_HTTP_HOST=acme-core\nEMBED_HTTP_PORT=4002\n' }, []],
  [
    'aligned labels in a block',
    acme,
    { 'README.md': '```\ngateway   http://localhost:4000\ngrafana   http://localhost:4002\n```\n' },
    ['README.md:3 error wrong-port 4002'],
  ],
  [
    'a label with a note',
    registryOf({
      coreGrafana: { port: 4010, containerName: 'grafana' },
      embedGrafana: { port: 4020, containerName: 'embed-grafana' },
      core: 4001,
      embed: 4002,
    }),
    {
      'a.md':
        '- Grafana (embed): http://localhost:4010\n- Grafana: [core](http://localhost:4010), [embed](http://localhost:4020)\n',
    },
    ['a.md:1 error wrong-port 4010'],
  ],
  [
    'a stale number in a job, and one of another service',
    registryOf({ core: 4001, embed: 4002 }, [{ service: 'core', from: 4000, to: 4001, reason: 'x' }]),
    {
      '.github/workflows/a.yml':
        'jobs:\n  a:\n    env:\n      CORE_PORT: 4002\n      EMBED_PORT: 7999\n    steps:\n      - run: curl http://localhost:4000/health\n      - run: docker run -p 4000:80 x\n',
    },
    ['.github/workflows/a.yml:4 error wrong-port 4002 -> 4001', '.github/workflows/a.yml:7 warning retired-port 4000'],
  ],
  [
    'a workflow of a CI machine',
    acme,
    {
      '.github/workflows/a.yml':
        'jobs:\n  a:\n    steps:\n      - run: x\n        env:\n          CORE_URL: http://localhost:7999\n',
    },
    [],
  ],
]

describe('evidence', () => {
  it.each(cases)('judges %s', async (_, registry, files, expected) => {
    expect(await findingsOf(registry, files)).toEqual(expected)
  })
})
