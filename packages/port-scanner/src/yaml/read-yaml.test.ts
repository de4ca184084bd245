import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from './read-yaml.js'
import { describeSightings } from '../sightings.fixture.js'

/** What is seen, without what is only hinted at. */
function read(text: string, path = 'file.yml'): string {
  return describeSightings(readYaml, text, path).replaceAll(/ \| (?:label|context) [^|\n]*(?= \||$)/gm, '')
}

/** A compose service of the name `core`. */
const service = (fields: string) =>
  `services:\n  core:\n    image: driftos/core:3000\n${fields.replaceAll(/^/gm, '    ')}\n`

/** A manifest of one container of the name `api`. */
const pod = (fields: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: core}\nspec:\n  containers:\n    - name: api\n${fields.replaceAll(/^/gm, '      ')}\n`

describe('readYaml of a compose file', () => {
  it('reads both sides of published ports', () => {
    expect(
      read(
        service(`ports:
  - "3000"
  - 3001:3000
  - "127.0.0.1:3002:3000"
  - '[::1]:3004:3000/tcp'
  - 3000-3005:4000-4005
  - "6060:6060/udp"
  - "\${GRAFANA_PORT:-3010}:3000"
  - "\${HOST}:\${PORT-3005}:\${INNER:-3000}"
  - "\${A_PORT:-\${B_PORT:-3020}}:80"
  - \${API_PORT}:\${API_PORT}
  - target: 80
    published: "8080"
    host_ip: 127.0.0.1
  - {target: 443, published: 8443-8450, protocol: tcp}`),
      ),
    ).toMatchInlineSnapshot(`
      "5:10 3000 container, container | name core | image driftos/core:3000
      6:9 3001 publish, host | name core | image driftos/core:3000
      6:14 3000 container, container | name core | image driftos/core:3000
      7:20 3002 publish, host | name core | image driftos/core:3000
      7:25 3000 container, container | name core | image driftos/core:3000
      8:16 3004 publish, host | name core | image driftos/core:3000
      8:21 3000 container, container | name core | image driftos/core:3000
      9:9 3000-3005 publish, host | name core | image driftos/core:3000
      9:14 3005 publish, host | name core | image driftos/core:3000
      9:19 4000-4005 container, container | name core | image driftos/core:3000
      9:24 4005 container, container | name core | image driftos/core:3000
      10:10 6060 publish, host | name core | image driftos/core:3000
      10:15 6060 container, container | name core | image driftos/core:3000
      11:26 3010 publish, host | name core | variable GRAFANA_PORT | image driftos/core:3000
      11:32 3000 container, container | name core | image driftos/core:3000
      12:25 3005 publish, host | name core | variable PORT | image driftos/core:3000
      12:40 3000 container, container | name core | variable INNER | image driftos/core:3000
      13:30 3020 publish, host | name core | variable B_PORT | image driftos/core:3000
      13:37 80 container, container | name core | image driftos/core:3000
      15:17 80 container, container | name core | image driftos/core:3000
      16:21 8080 publish, host | name core | image driftos/core:3000
      18:18 443 container, container | name core | image driftos/core:3000
      18:34 8443-8450 publish, host | name core | image driftos/core:3000
      18:39 8450 publish, host | name core | image driftos/core:3000"
    `)
  })

  it('names a service by its key, its container and its image', () => {
    expect(
      read(`services:
  # dashboards
  grafana:
    image: grafana/grafana:11.2.0
    container_name: embed-grafana
    hostname: dash
    ports: ["3020:3000"]`),
    ).toMatchInlineSnapshot(`
      "7:14 3020 publish, host | name grafana | name embed-grafana | name dash | image grafana/grafana:11.2.0
      7:19 3000 container, container | name grafana | name embed-grafana | name dash | image grafana/grafana:11.2.0"
    `)
  })

  it("gives a container's own port to the service, and other variables to nobody but their names and hosts", () => {
    expect(
      read(
        service(`environment:
  PORT: 3001
  HTTP_PORT: "\${PORT:-3001}"
  DATABASE_URL: postgres://u:p@postgres:5432/db
  EMBED_URL: http://localhost:3002
  GRAFANA_URL: \${GRAFANA_URL:-http://host.docker.internal:3010}
  NEXT_PUBLIC_API_URL: http://localhost:3000/api
  DB_HOST: postgres
  DB_PORT: 5432
  GATEWAY_PORT: 3000
  PORT_EMBED: 3002
  BIND: ":5001"
  KAFKA_BROKERS: kafka-1:9092,kafka-2:9093
  ZOOKEEPER: zookeeper:2181
  ADVERTISED_LISTENERS: INTERNAL://kafka:29092,EXTERNAL://localhost:9092`),
      ),
    ).toMatchInlineSnapshot(`
      "5:13 3001 env value, container | variable PORT | name core | image driftos/core:3000
      6:27 3001 env default, container | variable PORT | variable HTTP_PORT | name core | image driftos/core:3000
      7:45 5432 url, container | variable DATABASE_URL | name postgres
      8:35 3002 url, container | variable EMBED_URL
      9:63 3010 url, host | variable GRAFANA_URL
      10:45 3000 url, host | variable NEXT_PUBLIC_API_URL
      12:16 5432 env value, container | variable DB_PORT | name postgres
      13:21 3000 env value, container | variable GATEWAY_PORT
      14:19 3002 env value, container | variable PORT_EMBED
      15:15 5001 listen, container | variable BIND
      16:30 9092 url, container | variable KAFKA_BROKERS | name kafka-1
      16:43 9093 url, container | variable KAFKA_BROKERS | name kafka-2
      17:28 2181 url, container | variable ZOOKEEPER | name zookeeper
      18:46 29092 url, container | variable ADVERTISED_LISTENERS | name kafka | name internal
      18:73 9092 url, host | variable ADVERTISED_LISTENERS | name external"
    `)
  })

  it('reads variables that are listed', () => {
    expect(
      read(
        service(
          'environment:\n  - PORT=3001\n  - "REDIS_URL=redis://redis:6379"\n  - REDIS_HOST=redis\n  - REDIS_PORT=6379',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "5:14 3001 env value, container | variable PORT | name core | image driftos/core:3000
      6:34 6379 url, container | variable REDIS_URL | name redis
      8:20 6379 env value, container | variable REDIS_PORT | name redis"
    `)
  })

  it('reads variables of a service on the network of the host as the host means them', () => {
    expect(read(service('network_mode: host\nenvironment:\n  PORT: 3001\n  EMBED_URL: http://localhost:3002')))
      .toMatchInlineSnapshot(`
      "6:13 3001 env value, host | variable PORT | name core | image driftos/core:3000
      7:35 3002 url, host | variable EMBED_URL"
    `)
  })

  it('reads commands, health checks, labels, arguments and what is exposed', () => {
    expect(
      read(
        service(`command: ["serve", "--web.listen-address=:9090", "-p", "3001"]
entrypoint: uvicorn main:app --port 8000
healthcheck:
  test: ["CMD", "curl", "-f", "http://localhost:3001/health"]
  timeout: 3000ms
build:
  context: .
  args: {PORT: 3001, LIMIT: 3000}
expose: [3001, "9464/tcp"]
labels:
  - traefik.http.services.core.loadbalancer.server.port=3001
  - traefik.http.middlewares.a.ratelimit.average=3000
deploy:
  labels: {prometheus.port: "9464"}
logging:
  options: {syslog-address: "udp://localhost:514"}`),
      ),
    ).toMatchInlineSnapshot(`
      "4:47 9090 flag, container | name core | image driftos/core:3000
      4:61 3001 flag, container | name core | image driftos/core:3000
      5:41 8000 flag, container | name core | image driftos/core:3000
      7:53 3001 url, container | name core | image driftos/core:3000
      11:20 3001 env value, container | variable PORT | name core | image driftos/core:3000
      12:14 3001 expose, container | name core | image driftos/core:3000
      12:21 9464 expose, container | name core | image driftos/core:3000
      14:61 3001 container, container | name core | image driftos/core:3000
      17:34 9464 container, container | name core | image driftos/core:3000
      19:50 514 url, host"
    `)
  })

  it('reads a health check that asks another service as that service', () => {
    expect(
      read(
        service(
          `healthcheck:\n  test:\n    [\n      "CMD",\n      "node",\n      "-e",\n      "fetch('http://studio:3000/x').then((r) => r.status === 200)"\n    ]`,
        ),
      ),
    ).toMatchInlineSnapshot(`"10:33 3000 url, container | name studio"`)
  })

  it('gives the more telling of a service and the variable that moves its port first', () => {
    expect(
      read(`services:
  grafana:
    image: grafana/grafana
    ports: ["\${EMBED_GRAFANA_PORT:-3020}:3000"]
  core:
    image: core
    ports: ["\${API_PORT:-3001}:3001"]`),
    ).toMatchInlineSnapshot(`
      "4:36 3020 publish, host | variable EMBED_GRAFANA_PORT | name grafana | image grafana/grafana
      4:42 3000 container, container | name grafana | image grafana/grafana
      7:26 3001 publish, host | name core | variable API_PORT | image core
      7:32 3001 container, container | name core | image core"
    `)
  })

  it('reads addresses of services of the same file wherever they stand', () => {
    expect(
      read(`services:
  proxy:
    image: caddy
    command: ./wait-for.sh embed:3002 -- caddy run
    environment:
      CADDYFILE: |
        :8000 {
          reverse_proxy core:3001
        }
      TAG: "alpine:3000"
  core: {image: core}
  embed: {image: embed}`),
    ).toMatchInlineSnapshot(`
      "4:34 3002 url, container | name embed
      7:10 8000 listen, container | variable CADDYFILE
      8:30 3001 url, container | variable CADDYFILE | name core"
    `)
  })

  it('reads defaults behind an address, and the host that stands beside a port', () => {
    expect(
      read(
        service(
          'ports: !override ["${WEB:-127.0.0.1:3004}:3000"]\nenvironment:\n  DB_HOST: ${DB_HOST:-postgres}\n  DB_PORT: ${DB_PORT:-5432}\n  OTHER_HOST: host.docker.internal\n  OTHER_PORT: 3005',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "4:41 3004 publish, host | name core | variable WEB | image driftos/core:3000
      4:47 3000 container, container | name core | image driftos/core:3000
      7:27 5432 env default, container | variable DB_PORT | name postgres
      9:19 3005 env value, host | variable OTHER_PORT"
    `)
  })

  it('reads the content of a configuration by its own kind', () => {
    expect(
      read(`services: {core: {image: core}}
configs:
  prometheus:
    content: |
      scrape_configs:
        - job_name: driftos-core
          static_configs: [{targets: ["host.docker.internal:\${CORE_PORT:-3001}"]}]
  nginx: {content: "server { listen 8080; }"}`),
    ).toMatchInlineSnapshot(`
      "7:74 3001 scrape target, host | name driftos-core | variable CORE_PORT
      8:37 8080 listen, container"
    `)
  })

  it('reads fields that begin with x- where they stand, and follows no alias', () => {
    expect(
      read(`x-env: &env
  PORT: 3001
x-app: &app
  ports: &ports ["3004:3004"]
services:
  core:
    <<: *app
    image: core
    environment: *env
  embed:
    image: embed
    ports: *ports`),
    ).toMatchInlineSnapshot(`
      "2:9 3001 env value, container | variable PORT
      4:19 3004 publish, host
      4:24 3004 container, container"
    `)
  })

  it('reads the registry in the name of an image', () => {
    expect(read('services: {core: {image: "localhost:5000/core:3000"}}')).toMatchInlineSnapshot(
      `"1:37 5000 url, host | name registry"`,
    )
  })

  it('reads services that stand at the top', () => {
    expect(read('core:\n  image: core:3000\n  ports: ["3001:3001"]\n  environment: [PORT=3001]'))
      .toMatchInlineSnapshot(`
      "3:12 3001 publish, host | name core | image core:3000
      3:17 3001 container, container | name core | image core:3000
      4:22 3001 env value, container | variable PORT | name core | image core:3000"
    `)
  })

  it('takes what a comment publishes for words', () => {
    expect(read(service('# ports:\n#   - "3002:3000"\nrestart: always'))).toMatchInlineSnapshot(`
      "5:12 3002 prose, host
      5:17 3000 prose, container"
    `)
  })

  it.each([
    'user: "1000:1000"',
    'mem_limit: 3000m',
    'volumes: ["3000:/data", "./a:/b:3000"]',
    'extra_hosts: ["host.docker.internal:host-gateway", "a:50.31.209.229"]',
    'ulimits: {nofile: {soft: 3000}}',
    'environment: {TIMEOUT: 3000, BATCH_EXPORT_SIZE: 5000, PORT_TIMEOUT: 3000, YEAR: "2024", AT: "10:30"}',
    'environment: {SCREEN: "1920:1080", OWNER: "1001:1001", PORT: 2024-10-30}',
    'environment: [MAX=3000, "TAG=node:20", PORT]',
    'command: [--max-old-space-size=3000, --timeout, "3000"]',
    'healthcheck: {interval: 3000s, retries: 3000}',
    'deploy: {replicas: 3000, resources: {limits: {pids: 3000}}}',
    'networks: {default: {ipv4_address: 172.20.0.5}}',
    'ports: ["${PORT}:${PORT}", "70000:0"]',
  ])('sees no port in %s', (fields) => {
    expect(read(service(fields))).toBe('')
  })
})

describe('readYaml of Kubernetes', () => {
  it('reads containers', () => {
    expect(
      read(
        pod(`image: driftos/core:3000
args: ["--port", "3001", "--timeout=3000"]
ports:
  - {name: http, containerPort: 3001, hostPort: 3001}
env:
  - {name: PORT, value: "3001"}
  - {name: EMBED_URL, value: http://embed:3002}
  - {name: DB_HOST, value: postgres}
  - {name: DB_PORT, value: "5432"}
  - {name: POOL_SIZE, value: "3000"}
livenessProbe:
  httpGet: {path: /health, port: 3001}
  timeoutSeconds: 3000
readinessProbe:
  exec: {command: [sh, -c, "curl http://localhost:3001/ready"]}`),
      ),
    ).toMatchInlineSnapshot(`
      "8:25 3001 flag, container | name core | name api | image driftos/core:3000
      10:39 3001 container, container | name core | name api | image driftos/core:3000
      10:55 3001 publish, host | name core | name api | image driftos/core:3000
      12:32 3001 env value, container | variable PORT | name core | name api | image driftos/core:3000
      13:49 3002 url, container | variable EMBED_URL | name embed
      15:35 5432 env value, container | variable DB_PORT | name postgres
      18:40 3001 container, container | name core | name api | image driftos/core:3000
      21:57 3001 url, container | name core | name api | image driftos/core:3000"
    `)
  })

  it('reads services, ingresses and annotations', () => {
    expect(
      read(`apiVersion: v1
kind: Service
metadata:
  name: core
  annotations: {prometheus.io/port: "3001"}
spec:
  ports:
    - {name: http, port: 80, targetPort: 3001, nodePort: 30001}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: main}
spec:
  rules:
    - http: {paths: [{path: /, backend: {service: {name: gateway, port: {number: 3000}}}}]}`),
    ).toMatchInlineSnapshot(`
      "5:38 3001 container, container | name core
      8:26 80 expose, container | name core
      8:42 3001 container, container | name core
      8:58 30001 publish, host | name core
      15:82 3000 container, container | name gateway | name main"
    `)
  })

  it('reads config maps, and files within them by their own kind', () => {
    expect(
      read(`apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  CORE_PORT: "3001"
  prometheus.yml: |
    scrape_configs:
      - job_name: core
        static_configs:
          - targets: ["core:3001"]
  nginx.conf: |
    location / { proxy_pass http://gateway:3000; }
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp-services}
data:
  "9000": "default/web:8080"
---
apiVersion: v1
kind: Secret
data: {PORT: "3000"}`),
    ).toMatchInlineSnapshot(`
      "5:15 3001 env value, container | variable CORE_PORT
      10:29 3001 scrape target, container | name core
      12:44 3000 url, container | name gateway | variable data.nginx.conf | name settings
      18:4 9000 publish, host | name web
      18:24 8080 container, container | name web"
    `)
  })

  it('reads kustomizations and their patches', () => {
    expect(
      read(
        `configMapGenerator:
  - name: core
    literals: [PORT=3001, LIMIT=3000]
patches:
  - patch: |-
      - op: replace
        path: /spec/ports/0/nodePort
        value: 30001
      - op: replace
        path: /spec/replicas
        value: 3000`,
        'base/kustomization.yaml',
      ),
    ).toMatchInlineSnapshot(`
      "3:21 3001 env value, container | variable PORT | variable configMapGenerator.literals
      8:16 30001 publish, host"
    `)
  })

  it("reads a chart's values by the keys that lead to them", () => {
    expect(
      read(
        'core:\n  service: {port: 3001, nodePort: 30001}\n  replicaCount: 3000\nimage: {repository: a, tag: "3000"}',
        'chart/values.yaml',
      ),
    ).toMatchInlineSnapshot(`
      "2:19 3001 container, container | variable core.service.port
      2:35 30001 publish, host | variable core.service.nodePort"
    `)
  })

  it('reads templates for what they hold besides their marks', () => {
    expect(
      read(`apiVersion: v1
kind: Service
metadata:
  name: {{ include "x.name" . }}-core
  labels:
    {{- include "x.labels" . | nindent 4 }}
spec:
  {{- if .Values.enabled }}
  ports:
    - port: {{ .Values.service.port | default 3001 }}
      targetPort: 3002
  {{- end }}`),
    ).toMatchInlineSnapshot(`
      "10:47 3001 env default, container | variable Values.service.port | variable spec.ports.port | name core
      11:19 3002 container, container | name core"
    `)
  })
})

describe('readYaml of pipelines', () => {
  it('reads service containers, variables and steps', () => {
    expect(
      read(
        `on: [push]
env: {PORT: 3000, LIMIT: 5000}
jobs:
  test:
    timeout-minutes: 3000
    strategy: {matrix: {node: [18, 3000]}}
    services:
      postgres:
        image: postgres:15
        ports: ["5433:5432"]
        env: {POSTGRES_PORT: 5432}
        options: --health-cmd "pg_isready -p 5432" --health-retries 3000
    steps:
      - uses: actions/checkout@v4
      - name: Start the gateway
        run: |
          npm start -- --port 3000 &
          sleep 3000
        env: {CORE_URL: "http://localhost:3001"}
      - with: {wait-on: "http://localhost:3004, http://localhost:3005", node-version: 3000}`,
        '.github/workflows/ci.yml',
      ),
    ).toMatchInlineSnapshot(`
      "2:13 3000 env value, host | variable PORT
      10:18 5433 publish, host | name postgres | image postgres:15
      10:23 5432 container, container | name postgres | image postgres:15
      11:30 5432 env value, container | variable POSTGRES_PORT
      12:46 5432 flag, container | name postgres | image postgres:15
      17:31 3000 flag, host
      19:43 3001 url, host | variable CORE_URL
      20:43 3004 url, host
      20:66 3005 url, host"
    `)
  })

  it('reads the port of a service container that is asked for', () => {
    expect(
      read(
        'on: x\njobs: {a: {steps: [{run: "psql -p ${{ job.services.postgres.ports[5432] }}"}]}}',
        '.github/workflows/ci.yml',
      ),
    ).toMatchInlineSnapshot(`"2:67 5432 container, container | name postgres"`)
  })

  it('reads what GitLab runs', () => {
    expect(
      read(
        `services: [postgres:5432, {name: "redis:6379", alias: cache}]
variables: {POSTGRES_HOST: postgres, POSTGRES_PORT: "5432"}
test:
  image: node:3000
  script:
    - npm run dev -- -p 3000 &
    - npx wait-on tcp:3000`,
        '.gitlab-ci.yml',
      ),
    ).toMatchInlineSnapshot(`
      "2:54 5432 env value, host | variable POSTGRES_PORT | name postgres
      6:25 3000 flag, host
      7:23 3000 url, host"
    `)
  })
})

describe('readYaml of Prometheus', () => {
  it('reads targets by their job, their labels and their host', () => {
    expect(
      read(`scrape_configs:
  - job_name: driftos-core
    sample_limit: 5000
    static_configs:
      - targets: ['host.docker.internal:3001', "core:3002", '[::1]:9100', 'http://localhost:3000/health', 'example.com:9100', 'a.b.svc.cluster.local:80']
        labels: {service: llm, env: "3000"}
  - job_name: prometheus
    static_configs: [{targets: ["localhost:9090"]}]
  - job_name: probe
    relabel_configs:
      - {source_labels: [__address__], regex: '([^:]+)(?::\\d+)?', target_label: a}
      - {target_label: __address__, replacement: "blackbox:9115"}
    ec2_sd_configs: [{region: a, port: 9101}]
alerting:
  alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]
remote_write: [{url: "http://mimir:9009/push", queue_config: {capacity: 5000}}]`),
    ).toMatchInlineSnapshot(`
      "5:41 3001 scrape target, host | name driftos-core | name llm
      5:54 3002 scrape target, container | name driftos-core | name llm | name core
      5:68 9100 scrape target, host | name driftos-core | name llm
      5:93 3000 scrape target, host | name driftos-core | name llm
      5:120 9100 scrape target, host remote | name driftos-core | name llm | name example.com
      5:150 80 scrape target, container | name driftos-core | name llm | name a
      8:44 9090 scrape target, container | name prometheus
      12:60 9115 scrape target, container | name probe | name blackbox
      13:40 9101 scrape target, host | name probe
      15:62 9093 url, container | name alertmanager
      16:36 9009 url, container | name mimir | variable remote_write.url"
    `)
  })

  it('reads target files', () => {
    expect(read('- targets: ["core:3001"]\n  labels: {job: core}')).toMatchInlineSnapshot(
      `"1:19 3001 scrape target, container | name core"`,
    )
  })

  it('sees thresholds, and no ports, in rules', () => {
    expect(
      read(
        'groups:\n  - name: core\n    rules:\n      - alert: High\n        expr: up{port="3000",instance="core:3001"} > 3000\n        for: 5m\n        annotations: {summary: "over 3000", runbook: "http://localhost:3004/high"}',
      ),
    ).toMatchInlineSnapshot(`
      "5:45 3001 url, container | name core
      7:72 3004 url, host"
    `)
  })
})

describe('readYaml of anything else', () => {
  it.each([
    [
      'a data source',
      'datasources:\n  - {name: Prometheus, type: prometheus, url: "http://host.docker.internal:9091"}',
      ['2:76 9091 url, host | name Prometheus | variable datasources.url'],
    ],
    [
      'a collector',
      'receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}}\nexporters: {tempo: {endpoint: "tempo:4317"}}',
      [
        '1:58 4317 listen, host | variable otlp.protocols.grpc.endpoint',
        '2:38 4317 url, container | name tempo | variable exporters.tempo.endpoint',
      ],
    ],
    [
      'Loki',
      'server: {http_listen_port: 3100, grpc_server_max_recv_msg_size: 8000}\nclients: [{url: "http://loki:3100/push"}]',
      [
        '1:28 3100 listen, host | variable server.http_listen_port',
        '2:30 3100 url, container | name loki | variable clients.url',
      ],
    ],
    [
      'Traefik',
      'entryPoints: {web: {address: ":80"}}\nhttp: {services: {core: {loadBalancer: {servers: [{url: "http://core:3001"}]}}}}',
      [
        '1:32 80 listen, host | variable entryPoints.web.address',
        '2:70 3001 url, container | name core | variable core.loadBalancer.servers.url',
      ],
    ],
    [
      'Envoy',
      'clusters: [{name: core, socket_address: {address: core, port_value: 3001}}]',
      ['1:69 3001 listen, host | variable clusters.socket_address.port_value | name core'],
    ],
    [
      'Spring',
      'server: {port: 8080}\nredis: {host: localhost, port: "${REDIS_PORT:6379}"}\nurl: "jdbc:postgresql://${DB_HOST:localhost}:${DB_PORT:5432}/db"',
      [
        '1:16 8080 listen, host | variable server.port',
        '2:46 6379 env default, host | variable REDIS_PORT | variable redis.port',
        '3:56 5432 env default, host | variable DB_PORT',
      ],
    ],
    [
      'Rails',
      'development:\n  host: localhost\n  port: <%= ENV.fetch("DB_PORT", 5433) %>\n  pool: 3000',
      ['3:34 5433 env default, host | variable DB_PORT | variable development.port'],
    ],
    [
      'OpenAPI',
      'servers: [{url: "http://localhost:3001/v1", description: Core}]\ncomponents: {port: {default: 3000, maximum: 5000}, limit: {default: 3000}}',
      ['1:35 3001 url, host | variable servers.url', '2:30 3000 listen, host | variable components.port'],
    ],
    [
      'Render',
      'services: [{name: core, startCommand: "npm start -- --port 10000", envVars: [{key: PORT, value: 10000}, {key: SIZE, value: 3000}]}]',
      ['1:60 10000 flag, host | name core', '1:97 10000 env value, host | variable PORT | name core'],
    ],
    [
      'Ansible',
      '- vars: {grafana_port: "{{ port | default(3010) }}"}\n  tasks: [{wait_for: {port: 3001, timeout: 3000}}]',
      [
        '1:43 3010 env default, host | variable port | variable grafana_port',
        '2:29 3001 listen, host | variable tasks.wait_for.port',
      ],
    ],
    [
      'Taskfile',
      'vars: {PORT: 3000}\ntasks: {dev: {cmds: ["next dev -p 3001"]}}',
      ['1:14 3000 env value, host | variable PORT', '2:35 3001 flag, host'],
    ],
    [
      'services by name',
      'services:\n  - {name: core, port: 3001}\n  - {name: embed, host: localhost, port: 3_002}',
      [
        '2:24 3001 listen, host | name core | variable services.port',
        '3:42 3002 url, host | name embed | variable services.port',
      ],
    ],
    [
      'ports by name',
      'ports: {gateway: 3000, core: 3001, count: 3000}\nembed: {port: 3002}\nforwardPorts: [3000, 3001]',
      [
        '1:18 3000 listen, host | variable ports.gateway',
        '1:30 3001 listen, host | variable ports.core',
        '2:15 3002 listen, host | variable embed.port',
        '3:16 3000 listen, host | variable forwardPorts',
        '3:22 3001 listen, host | variable forwardPorts',
      ],
    ],
    [
      'variables',
      'CORE_PORT: "3001"\nAPI_URL: ${API_URL:-http://localhost:3000}\nEMBED_PORT: ${EMBED_PORT-3002}',
      [
        '1:13 3001 env value, host | variable CORE_PORT',
        '2:38 3000 url, host | variable API_URL',
        '3:26 3002 env default, host | variable EMBED_PORT',
      ],
    ],
    [
      'a part of a service',
      'ports:\n  - "3010:3000"\nenvironment:\n  - PORT=3001',
      ['2:6 3010 publish, host', '2:11 3000 container, container', '4:10 3001 env value, host | variable PORT'],
    ],
    [
      'comments',
      'a: 1 # the gateway listens on 3000\n# core: http://localhost:3001\nport: 3002',
      ['1:31 3000 prose, host', '2:26 3001 url, host', '3:7 3002 listen, host'],
    ],
  ])('reads %s', (_, text, sightings) => {
    expect(read(text).split('\n')).toEqual(sightings)
  })

  it('says what a comment beside or above a number says', () => {
    expect(
      describeSightings(
        readYaml,
        '# where the dashboards are\nport: 3010 # Grafana\nother_port: 3002 # not 3000, which is the gateway of old',
        'a.yml',
      ),
    ).toMatchInlineSnapshot(`
      "2:7 3010 listen, host | label Grafana | context where the dashboards are
      3:13 3002 listen, host | variable other_port | context not 3000, which is the gateway of old"
    `)
  })

  it.each([
    'timeout: 3000',
    'ratio: "16:9000"',
    'resolution: "1920:1080"',
    'time: 10:30',
    'image: "node:3000"',
    'mac: "00:1B:44:11:3A:B7"',
    'ip: "2002:7f00:1::"',
    'id: 123e4567-e89b-12d3-3000-426614174000',
    'color: "#3010ff"',
    'sha: a3000',
    'version: 1.2.3000',
    'viewport: 3000',
    'report: 3000',
    'transport: 3000',
    'ports: 2',
    'file: "traces.tsx:1131"',
    'key: "foo:3000"',
    'codes: {NOT_FOUND: 3001, ERROR_CODE: 3002}',
    'BATCH_EXPORT_SIZE: 5000',
    'stars: 3000',
    'max_port: 5000',
    'year: 2024-10-30',
    'mode: 0755',
    'call: withViewportWidth(3000)',
    'port: {{ .Values.port }}',
    'port: 70000',
    'port: ${PORT}',
  ])('sees no port in %s', (text) => {
    expect(read(text)).toBe('')
  })
})

describe('readYaml of bad input', () => {
  it.each([
    [
      'what goes before an error, and the lines behind it',
      'port: 3000\nb: [1, 2\nCORE_PORT: 3001\nurl: http://localhost:3002\n',
      ['1:7 3000 listen, host', '3:12 3001 env value, host | variable CORE_PORT', '4:23 3002 url, host | variable url'],
    ],
    [
      'a tab where none may be',
      'services:\n\tcore:\n\t\tports: ["3001:3001"]\n',
      ['3:12 3001 publish, host', '3:17 3001 container, container'],
    ],
    [
      'an open quote',
      'port: 3000\nname: "core\nurl: http://localhost:3001\n',
      ['1:7 3000 listen, host', '3:23 3001 url, host | variable url | variable name'],
    ],
    [
      'conflict marks',
      '<<<<<<< HEAD\nport: 3000\n=======\nport: 3001\n>>>>>>> b\n',
      [
        '2:7 3000 listen, host | variable <<<<<<< HEAD port | variable port',
        '4:7 3001 listen, host | variable ======= port | variable port',
      ],
    ],
  ])('reads %s', (_, text, sightings) => {
    expect(read(text).split('\n')).toEqual(sightings)
  })

  it('counts in the given text, past a byte order mark, carriage returns, wide characters and escapes', () => {
    const text =
      '\uFEFF# 🎉\r\nname: "💥 \\u0041 é"\r\nport: 3000\r\nurl: "\\u0041 http://localhost:3001"\r\nservices: {"🎉": {image: a, ports: ["3002:3000"]}}\r\n'
    expect(readYaml(text, 'a.yml').map(({ start, end }) => text.slice(start, end))).toEqual(['3002', '3000'])
    expect(readYaml(text.replace(/services.*/, ''), 'a.yml').map(({ start, end }) => text.slice(start, end))).toEqual([
      '3000',
      '3001',
    ])
  })

  it.each([
    ['100,000 brackets', '['.repeat(100_000)],
    ['100,000 pairs of brackets', '['.repeat(100_000) + '3000' + ']'.repeat(100_000)],
    ['100,000 braces', '{a: '.repeat(100_000)],
    ['100,000 dashes', '- '.repeat(100_000) + '3000'],
    ['100,000 indented keys', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['a line of a megabyte', `run: "${'x '.repeat(500_000)}"`],
    ['a word of a megabyte', `url: ${'a'.repeat(1_000_000)}:3000`],
    [
      'a bomb of aliases',
      Array.from({ length: 1000 }, (_, at) => `a${at}: &a${at} [${at > 0 ? `*a${at - 1},`.repeat(9) : 'x'}]\n`).join(
        '',
      ),
    ],
    ['aliases of themselves', 'a: &a [*a, *a]\nb: {<<: *a, <<: *b}'],
    [
      'a file in a file in a file, 500 times',
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}config: |\n`).join('') + `${' '.repeat(500)}a: 1`,
    ],
    ['nothing but quotes', '"'.repeat(20_000)],
    ['nothing but marks of templates', '{{ '.repeat(100_000)],
    ['NUL bytes', 'port: \0\0\0'],
  ])('survives %s', { timeout: 60_000 }, (_, text) => {
    expect(readYaml(text, 'a.yml').length).toBeLessThan(2)
  })

  const words = [
    'port',
    'services:',
    'core',
    'image: a',
    'ports:',
    '- ',
    ': ',
    '3000',
    '"3001:3000"',
    '${PORT:-3002}',
    '\n',
    '\n  ',
    '\n    ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '# ',
    '|',
    '>',
    '&a ',
    '*a',
    '<<',
    '---\n',
    '{{ x }}',
    'http://localhost:3004',
    'apiVersion: v1\nkind: Pod\n',
    'scrape_configs:',
    'targets',
    'env',
    'run: ',
    '\r\n',
    '\t',
    '🎉',
    '\uFEFF',
    'command: ',
    '!tag ',
    '? ',
    ',',
  ]
  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 200 })],
    [
      'any mixture of what YAML is made of',
      fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join('')),
    ],
  ])('gives sightings in order, each once and where it says, for %s', (_, texts) => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('docker-compose.yml', 'values.yaml', '.github/workflows/ci.yml', 'a.yml'),
        (text, path) => {
          let end = 0
          for (const sighting of readYaml(text, path)) {
            expect(sighting.start).toBeGreaterThanOrEqual(end)
            expect(text.slice(sighting.start, sighting.end).replaceAll('_', '')).toBe(`${sighting.port}`)
            end = sighting.end
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
