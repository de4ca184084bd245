import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf, readMatches } from '../matches.fixture.js'

/** Each row: path, text, matches. */
const cases: readonly (readonly [path: string, text: string, expected: readonly string[]])[] = [
  // Kubernetes
  [
    'k8s/core.yaml',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: core }\nspec:\n  template:\n    metadata:\n      annotations: { prometheus.io/port: "3001" }\n    spec:\n      containers:\n        - name: app\n          ports: [{ containerPort: 3001 }]\n          env: [{ name: PORT, value: "3001" }]\n          livenessProbe: { httpGet: { port: 3001 } }\n          command: [serve, --port, "3001"]',
    [
      '3001 scrape container core=block',
      '3001 expose container app=block core=block',
      '3001 value container PORT=variable app=block core=block',
      '3001 probe container app=block core=block',
      '3001 flag container app=block core=block',
    ],
  ],
  [
    'sidecar.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: core }\nspec:\n  containers:\n    - { name: core, ports: [{ containerPort: 3001 }] }\n    - { name: exporter, ports: [{ containerPort: 9113 }] }',
    ['3001 expose container core=block', '9113 expose container exporter=block'],
  ],
  [
    'job.yaml',
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: sync }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: sync, env: [{ name: CORE_URL, value: "http://core:3001" }] }] } } } } }',
    ['3001 reach container core=host CORE_URL=variable sync=block [scheme http]'],
  ],
  [
    'service.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: { name: core-svc }\nspec: { selector: { app: core }, ports: [{ port: 8080, targetPort: 3001, nodePort: 30081 }] }',
    [
      '8080 mention container core-svc=block core=block',
      '3001 inner container core-svc=block core=block',
      '30081 publish host core-svc=block core=block',
    ],
  ],
  [
    'ingress.yaml',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: { rules: [{ http: { paths: [{ backend: { service: { name: core, port: { number: 3001 } } } }] } }] }',
    ['3001 reach container core=host'],
  ],
  [
    'route.yaml',
    'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec: { rules: [{ backendRefs: [{ name: core, port: 3001 }, { name: web, port: 80 }] }] }',
    ['3001 reach container core=host'],
  ],
  [
    'config.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: core }\ndata:\n  PORT: "3001"\n  TIMEOUT: "3000"\n  app.ini: |\n    [web]\n    # port = 3002\n    port = 3001\n',
    ['3001 value container PORT=variable core=block', '3001 value host port=variable web=hint core=block'],
  ],
  [
    'list.yaml',
    'apiVersion: v1\nkind: List\nitems:\n  - { kind: Service, metadata: { name: core }, spec: { ports: [{ port: 3001 }] } }',
    ['3001 inner container core=block'],
  ],
  ['crd.yaml', 'apiVersion: v1\nkind: CustomResourceDefinition\nspec: { port: 3001 }', []],
  ['policy.yaml', 'apiVersion: v1\nkind: NetworkPolicy\nspec: { ingress: [{ ports: [{ port: 3001 }] }] }', []],
  [
    'kustomization.yaml',
    'configMapGenerator: [{ name: a, literals: ["PORT=3001"] }]\n',
    ['3001 value container PORT=variable'],
  ],
  // Templates
  [
    'charts/core/templates/deployment.yaml',
    '{{- if .Values.enabled }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ include "x.name" . }}\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\nspec:\n  containers:\n    - name: {{ .Chart.Name }}\n      ports:\n        - containerPort: 3001\n        - containerPort: {{ .Values.port }}\n      env:\n        - name: DB_URL\n          value: redis://{{ .Release.Name }}-redis:6379\n{{- end }}\n',
    [
      '3001 expose container core=block',
      '6379 reach container DB_URL=variable core=block [host variable, scheme redis]',
    ],
  ],
  [
    'charts/core/values.yaml',
    'service: { port: 3001 }\nweb:\n  image: { repository: acme/web }\n  service: { type: ClusterIP, port: 80, targetPort: 8080 }\n  env: { CORE_URL: "http://core:3001" }\nendpoints: {} # http://localhost:8086',
    [
      '3001 expose container core=block',
      '8080 expose container web=block',
      '3001 reach container core=host CORE_URL=variable web=block web=image [scheme http]',
      '8086 reach host [host local, scheme http, isComment]',
    ],
  ],
  // Prometheus
  [
    'prometheus.yml',
    'scrape_configs:\n  - job_name: core\n    static_configs: [{ targets: ["core:3001", "host.docker.internal:3001"] }]\n  - job_name: prometheus\n    static_configs: [{ targets: ["localhost:9090"] }]',
    [
      '3001 scrape container core=host core=block',
      '3001 scrape host core=block [host local]',
      '9090 mention host prometheus=block [host local]',
    ],
  ],
  [
    'prometheus.yml',
    'scrape_configs:\n  - job_name: probes\n    metrics_path: /probe\n    static_configs: [{ targets: ["http://core:3001/health"] }]\n    relabel_configs: [{ target_label: __address__, replacement: "blackbox:9115" }]',
    ['3001 reach container core=host [scheme http]', '9115 scrape container blackbox=host'],
  ],
  [
    'targets/apps.yml',
    '- targets: [core:3001]\n  labels: { job: core }',
    ['3001 scrape container core=host core=block'],
  ],
  // Processes
  [
    'mprocs.yaml',
    'procs:\n  core:\n    shell: serve --port 3001\n    env: { PORT: "3001" }\n  web: vite --port=5173',
    [
      '3001 listen host core=block [follower script]',
      '3001 value host PORT=variable core=block',
      '5173 listen host web=block [follower script]',
    ],
  ],
  [
    'process-compose.yaml',
    'version: "0.5"\nenvironment: ["WEB_PORT=3002"]\nprocesses:\n  core:\n    command: PORT=3001 serve\n    environment: ["PORT=3001"]\n    readiness_probe: { http_get: { host: 127.0.0.1, port: 3001 } }',
    [
      '3002 value host WEB_PORT=variable',
      '3001 value host core=block',
      '3001 value host PORT=variable core=block',
      '3001 probe host core=block [follower health check]',
    ],
  ],
  [
    'envoy.yaml',
    'clusters:\n  - load_assignment:\n      endpoints:\n        - socket_address: { address: core, port_value: 3001 }',
    ['3001 value container core=host socket_address_port_value=variable'],
  ],
  [
    'skaffold.yaml',
    'apiVersion: skaffold/v4beta11\nkind: Config\nportForward: [{ resourceType: service, resourceName: core, port: 80, localPort: 3001 }]',
    ['3001 publish host core=block'],
  ],
  [
    'score.yaml',
    'apiVersion: score.dev/v1b1\nmetadata: { name: core }\ncontainers: { main: { variables: { PORT: "3001" } } }\nservice: { ports: { www: { port: 80, targetPort: 3001 } } }',
    ['3001 value container PORT=variable core=block', '3001 inner container core=block'],
  ],
  ['Taskfile.yml', 'version: "3"\nvars: { CORE_PORT: 3001 }\ntasks: {}', ['3001 value host CORE_PORT=variable']],
  // Settings
  [
    'application.yml',
    'spring: { application: { name: core } }\nserver:\n  port: ${PORT:3001}\nconsul: { host: localhost, port: 8500 }',
    [
      '3001 default host PORT=variable port=variable core=block [override PORT]',
      '8500 value host consul_port=variable [host local]',
    ],
  ],
  [
    'traefik/dynamic.yml',
    'http: { services: { core: { loadBalancer: { servers: [{ url: "http://core:3001" }] } } } }',
    ['3001 reach container core=host core_url=variable [scheme http]'],
  ],
  [
    'traefik.yml',
    'entryPoints: { web: { address: "0.0.0.0:8080" } }',
    ['8080 listen container web_address=variable [isWildcard]'],
  ],
  [
    '.gitpod.yml',
    'ports:\n  - port: 3001\n  - name: web\n    port: 5173',
    ['3001 value host *_port=variable', '5173 value host web_port=variable'],
  ],
  [
    'openapi.yaml',
    'openapi: 3.1.0\nservers:\n  - url: http://localhost:3001\npaths: { /a: { example: "http://localhost:9999" } }',
    [],
  ],
  [
    'stack.yaml',
    'Resources:\n  Group: { Type: "AWS::EC2::SecurityGroup", Properties: { port: 3001 } }',
    ['3001 value host Properties_port=variable [isElsewhere]'],
  ],
  [
    'settings.yml',
    'timeout: 3000\nyear: 2026\nretries: [3000]\ntext: see http://localhost:3001 for more\nversion: 3000\nsize: 8080',
    [],
  ],
  // Jobs
  [
    '.github/workflows/ci.yml',
    'on: push\njobs:\n  test:\n    services:\n      postgres: { image: "postgres:17", ports: ["5433:5432"] }\n    env:\n      DATABASE_URL: postgres://localhost:5433/test\n      CORE_PORT: 3001\n    steps:\n      - uses: a/wait@v1\n        with: { url: "http://localhost:3001" }\n      - run: curl http://localhost:3004',
    [
      '3001 value host CORE_PORT=variable',
      '3001 reach host url=variable [host local, scheme http]',
      '3004 reach host [host local, scheme http]',
    ],
  ],
  [
    '.gitlab-ci.yml',
    'test:\n  services: [{ name: "redis:8", alias: cache }]\n  variables: { CORE_URL: "http://localhost:3001" }',
    ['3001 reach host CORE_URL=variable [host local, scheme http]'],
  ],
  ['.circleci/config.yml', 'jobs:\n  build:\n    docker: [{ image: "mongo:8", environment: { PORT: 3005 } }]', []],
  ['.github/renovate.yml', 'schedule: ["after 10:30"]\nlimit: 3000', []],
  ['app.yml', '# port: 3001\n#port: 3002\na: b # port: 3003', []],
]

describe('YAML', () => {
  it.each(cases)('reads %s: %j', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it.each([...new Set(cases.map(([path]) => path))])(
    'returns the number of each match for any text of %s',
    async (path) => {
      expect(await findUnsound(path)).toBeUndefined()
    },
  )

  it.each([
    ['a tab', 'services:\n  core:\n    image: a\n    ports:\n\t- "3001:3000"\n'],
    ['an unclosed quote', 'services:\n  core:\n    image: a\n    labels: ["a]\n    ports:\n      - 3001:3000\n'],
    ['a bracket', 'services:\n  core:\n    environment:\n      - A=[{"b"\n      ]\n    ports:\n      - "3001:3000"\n'],
  ])('reads the ports of a file with %s', async (_, text) => {
    const { matches } = await readMatches('compose.yml', text)
    expect(matches.map(({ port, role }) => `${port} ${role}`)).toEqual(['3001 publish', '3000 inner'])
  })

  it('does not report a file that cannot be parsed and contains no port', async () => {
    expect((await readMatches('a.yml', 'key: [1:10\n]]: {{{{ "\n\t- x')).refused).toEqual([])
  })

  it.each([
    [
      'aliases of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghij')
        .map((name, at) => `${name}: &${name} [${'*LAST,'.repeat(9).replaceAll('LAST', 'abcdefghij'[at]!)}]`)
        .join('\n')}\nservices: { core: { image: x, ports: *j } }\nport: 3001`,
    ],
    [
      'merges of merges',
      `a: &a { x: 3001 }\n${Array.from('bcdefghij')
        .map(
          (name, at) =>
            `${name}: &${name} { <<: [*${'abcdefghij'[at]}, *${'abcdefghij'[at]}], port: 3001, k: { <<: *${'abcdefghij'[at]} } }`,
        )
        .join('\n')}`,
    ],
    ['an alias of itself', 'services: &s { core: &c { image: x, <<: *c, ports: ["3001:3000"], extends: *s } }'],
    ['deep lists', `port: 3001\na: ${'['.repeat(20_000)}`],
    ['deep maps', `port: 3001\na: ${'{a: '.repeat(5000)}`],
    ['open templates', `port: 3001\na: ${'{{'.repeat(200_000)}`],
    ['many templates', `port: 3001\na: ${'{{ a }} '.repeat(50_000)}`],
    ['a long line', `port: 3001\na: "${'localhost:x '.repeat(100_000)}"`],
    [
      'a long command',
      `services: { core: { image: x, command: "${'--port -p -h a '.repeat(50_000)}", ports: ["3001:3000"] } }`,
    ],
    [
      'many users of one list',
      `p: &p [${'"3001:3000",'.repeat(2000)}]\nservices:\n${Array.from({ length: 2000 }, (_, at) => `  s${at}: { image: x, ports: *p }`).join('\n')}`,
    ],
  ])('reads %s in bounded time', async (_, text) => {
    const { matches } = await readMatches('compose.yml', text)
    expect(matches.length).toBeLessThan(10_000)
  })
})
