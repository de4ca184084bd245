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

/** Several repositories for each kind of fault. */
const kinds: Readonly<Record<string, readonly Case[]>> = {
  "another database's address": [
    [
      'redis',
      acme,
      {
        'a.py': 'REDIS_URL = "redis://localhost:6379/0"\n',
        'README.md': '| Service | Port |\n|---|---|\n| Redis | 6379 |\n',
      },
      ['a.py:1 warning unregistered-port 6379'],
    ],
    [
      'mongodb, and mysql on another machine',
      acme,
      {
        'README.md': '| Service | Port | Purpose |\n| --- | --- | --- |\n| MongoDB | 27017 | Database |\n',
        'settings.py': 'DATABASE_URL = "mongodb://localhost:27017/shop"\n',
        '.env.example': 'DATABASE_URL=mysql://root:root@db.example.com:3306/shop\n',
      },
      ['settings.py:1 warning unregistered-port 27017'],
    ],
    [
      'a publication, and files of clients',
      acme,
      {
        'compose.yml': 'services:\n  postgres:\n    image: postgres:17\n    ports:\n      - "5533:5432"\n',
        'pg_service.conf': '[shop]\nhost=postgres\nport=5432\ndbname=shop\n',
        'database.ini': '[postgresql]\nhost = db.internal.example.com\nport = 5432\n',
      },
      [],
    ],
    [
      'further registered ports of a container',
      registryOf({ mailpit: 8025, smtp: 1025, rabbitmq: 5672, rabbitmqManagement: 15_672 }),
      {
        'compose.yml':
          'services:\n  mailpit:\n    image: axllent/mailpit\n    ports:\n      - "8025:8025"\n      - "1025:1025"\n  rabbitmq:\n    image: rabbitmq:management\n    ports:\n      - "5672:5672"\n      - "15672:15672"\n',
      },
      [],
    ],
    [
      'mysql',
      acme,
      { '.env': 'DATABASE_URL=mysql://root@localhost:3306/x\n' },
      ['.env:1 warning unregistered-port 3306'],
    ],
    ['pg right', acme, { '.env': 'DATABASE_URL=postgresql://u:p@localhost:5533/x\n' }, []],
    [
      'pg wrong',
      acme,
      { '.env': 'POSTGRES_URL=postgresql://u:p@localhost:5432/x\n' },
      ['.env:1 error wrong-port 5432 -> 5533'],
    ],
    [
      'jdbc remote',
      acme,
      { 'application.properties': 'spring.datasource.url=jdbc:mysql://db.example.com:3306/x\n' },
      [],
    ],
    [
      'amqp',
      acme,
      { 'a.ts': "const u = process.env.BROKER_URL ?? 'amqp://localhost:5672'\n" },
      ['a.ts:1 warning unregistered-port 5672'],
    ],
  ],
  'a host next to a port': [
    [
      'toml',
      acme,
      { 'db.toml': '[database]\nhost = "db.internal.example.com"\nport = 5432\n[cache]\nhost="postgres"\nport=5432\n' },
      [],
    ],
    [
      'yaml',
      acme,
      {
        'db.yml':
          'production:\n  host: db.example.com\n  port: 5432\npostgres:\n  host: db.example.com\n  port: 5432\n',
      },
      [],
    ],
    ['json', acme, { 'config.json': '{"postgres":{"host":"db.example.com","port":5432}}' }, []],
    ['env', acme, { '.env': 'POSTGRES_HOST=db.example.com\nPOSTGRES_PORT=5432\n' }, []],
    ['env in network', acme, { '.env': 'POSTGRES_HOST=postgres\nPOSTGRES_PORT=5432\n' }, []],
    [
      'env in network wrong',
      acme,
      { '.env': 'POSTGRES_HOST=postgres\nPOSTGRES_PORT=5533\n' },
      ['.env:2 error wrong-port 5533'],
    ],
    [
      'local wrong',
      acme,
      { '.env': 'POSTGRES_HOST=localhost\nPOSTGRES_PORT=5432\n' },
      ['.env:2 error wrong-port 5432 -> 5533'],
    ],
    ['properties', acme, { 'a.properties': 'postgres.host=db.example.com\npostgres.port=5432\n' }, []],
    ['ts', acme, { 'a.ts': "export const postgres = { host: 'db.example.com', port: 5432 }\n" }, []],
    ['py', acme, { 'a.py': 'psycopg2.connect(host="db.example.com", port=5432)\n' }, []],
    ['xml', acme, { 'a.xml': '<db host="db.example.com" port="5432"/>\n' }, []],
    ['port first', acme, { '.env': 'POSTGRES_PORT=5432\nPOSTGRES_HOST=postgres\n' }, []],
    [
      'compose env',
      acme,
      {
        'compose.yml':
          'services:\n  acme-core:\n    image: x\n    environment:\n      - POSTGRES_PORT=5432\n      - POSTGRES_HOST=postgres\n',
      },
      [],
    ],
  ],
  'titles and class names': [
    ['rst', acme, { 'guide.rst': 'Web guide\n=========\n\nOpen http://localhost:4000/web.\n' }, []],
    [
      'class',
      acme,
      {
        'a.ts':
          "export class CoreClient { url = 'http://localhost:4002' }\nfunction WebPage() { return fetch('http://localhost:4000/web') }\n",
      },
      [],
    ],
    ['adoc', acme, { 'g.adoc': '== Grafana setup\n\nOpen http://localhost:4000[here].\n' }, []],
  ],
  'paths of an address': [
    [
      'next',
      acme,
      {
        'next.config.js':
          "module.exports = { async rewrites() { return [{ source: '/grafana/:path*', destination: 'http://localhost:4001/grafana/:path*' }] } }\n",
      },
      [],
    ],
    ['nginx', acme, { 'nginx.conf': 'location /grafana/ { proxy_pass http://localhost:4001/grafana/; }\n' }, []],
    ['rest', acme, { 'a.http': 'GET http://localhost:4001/embed/core\n' }, []],
  ],
  'hosts with a variable': [
    ['tf', acme, { 'm.tf': 'url = "http://${var.core}.example.com:10255"\n' }, []],
    [
      'py fstring',
      acme,
      { 'a.py': 'core_url = f"http://{host}.example.com:10255"\nCORE_URL = "http://%s:10255" % h\n' },
      [],
    ],
    ['ts', acme, { 'a.ts': 'const coreUrl = `http://${host}.x.com:10255/`\nconst u = "http://<host-ip>:9090"\n' }, []],
    ['helm', acme, { 't.yaml': 'coreUrl: "http://{{ .Release.Name }}-core:10255"\n' }, []],
    ['ps', acme, { 'd.ps1': '$env:CORE_URL = "http://$name.example.com:10255"\n' }, []],
    ['jvm', acme, { 'A.kt': 'val coreUrl = "http://$host:10255"\n' }, []],
    ['cs', acme, { 'a.cs': 'var coreUrl = $"http://{host}:10255";\n' }, []],
  ],
  "a cloud's rules": [
    [
      'cfn',
      acme,
      {
        't.yaml':
          'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  core:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress:\n        - FromPort: 4002\n          ToPort: 4002\n',
      },
      [],
    ],
    [
      'bicep',
      acme,
      {
        'm.bicep':
          "resource core 'Microsoft.App/containerApps@2023' = { properties: { configuration: { ingress: { targetPort: 4002 } } } }\n",
      },
      [],
    ],
    [
      'cdk',
      acme,
      {
        'infra/core.ts':
          "securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(4002))\nnew FargateService(this, 'core', { containerPort: 4002 })\n",
      },
      [],
    ],
    [
      'pulumi',
      acme,
      {
        'Pulumi.yaml':
          'resources:\n  core:\n    type: aws:ec2:SecurityGroup\n    properties:\n      ingress: [{fromPort: 4002, toPort: 4002, protocol: tcp}]\n',
      },
      [],
    ],
    [
      'ufw',
      acme,
      { 's.sh': 'ufw allow 3999/tcp\niptables -A INPUT -p tcp --dport 3999 -j ACCEPT\nssh -p 2222 core@example.com\n' },
      [],
    ],
    [
      'lb',
      acme,
      {
        'm.tf':
          'resource "aws_lb_target_group" "core" {\n  port = 4002\n}\nresource "google_compute_firewall" "core" {\n  allow { ports = ["4002"] }\n}\n',
      },
      [],
    ],
    [
      'azure',
      acme,
      {
        'arm.json':
          '{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","resources":[{"name":"core","properties":{"destinationPortRange":"4002","port":4002}}]}',
      },
      [],
    ],
  ],
  Kubernetes: [
    [
      'statefulset',
      acme,
      {
        'k.yaml':
          'apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: postgres\nspec:\n  template:\n    spec:\n      containers:\n        - name: postgres\n          image: postgres:17\n          ports:\n            - containerPort: 5533\n          livenessProbe:\n            tcpSocket: {port: 5533}\n',
      },
      ['k.yaml:12 error wrong-port 5533', 'k.yaml:14 error wrong-port 5533'],
    ],
    [
      'ingress',
      acme,
      {
        'k.yaml':
          'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec:\n  rules:\n    - http:\n        paths:\n          - backend:\n              service:\n                name: acme-core\n                port:\n                  number: 4002\n',
      },
      ['k.yaml:12 error wrong-port 4002'],
    ],
    [
      'configmap',
      acme,
      { 'k.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  CORE_URL: http://acme-core:4002\n' },
      ['k.yaml:5 error wrong-port 4002'],
    ],
    [
      'cronjob',
      acme,
      {
        'k.yaml':
          'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: acme-core}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: acme-core\n              image: x\n              env: [{name: PORT, value: "4002"}]\n',
      },
      ['k.yaml:12 error wrong-port 4002'],
    ],
    [
      'fqdn',
      acme,
      {
        'k.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  url: http://acme-core.prod.svc.cluster.local:4002\n',
      },
      ['k.yaml:5 error wrong-port 4002'],
    ],
    [
      'json',
      acme,
      {
        'k.json':
          '{"apiVersion":"v1","kind":"Service","metadata":{"name":"acme-core"},"spec":{"ports":[{"port":80,"targetPort":4002}]}}',
      },
      ['k.json:1 error wrong-port 4002'],
    ],
    [
      'named port',
      acme,
      {
        'k.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: acme-core}\nspec:\n  ports:\n    - port: 4001\n      targetPort: http\n    - name: metrics\n      port: 9464\n      targetPort: 9464\n',
      },
      [],
    ],
  ],
  'one variable for several publications': [
    [
      'three',
      registryOf({ a: [7401, 80], b: [7402, 80] }),
      {
        'compose.yml':
          'services:\n  a:\n    image: x\n    ports: ["${P:-7401}:80"]\n  b:\n    image: x\n    ports: ["${P-7402}:80"]\n',
      },
      ['compose.yml:7 error conflict 7402'],
    ],
    [
      'long',
      registryOf({ a: [7401, 80], b: [7402, 80] }),
      {
        'compose.yml':
          'services:\n  a:\n    image: x\n    ports:\n      - published: ${P:-7401}\n        target: 80\n  b:\n    image: x\n    ports:\n      - published: "${P:-7402}"\n        target: 80\n',
      },
      ['compose.yml:10 error conflict 7402'],
    ],
    [
      'different addresses',
      registryOf({ a: [7401, 80], b: [7402, 80] }),
      {
        'compose.yml':
          'services:\n  a:\n    image: x\n    ports: ["127.0.0.1:${P:-7401}:80"]\n  b:\n    image: x\n    ports: ["127.0.0.2:${P:-7402}:80"]\n',
      },
      [],
    ],
    [
      'udp',
      registryOf({ a: [7401, 80] }),
      { 'compose.yml': 'services:\n  a:\n    image: x\n    ports: ["7401:80/tcp","7401:80/udp"]\n' },
      [],
    ],
  ],
  'alternative stacks': [
    [
      'dirs',
      registryOf({ app: 4000 }),
      {
        'docker/dev/docker-compose.yml': 'services:\n  app:\n    image: x\n    ports: ["4000:4000"]\n',
        'docker/prod/docker-compose.yml': 'services:\n  app:\n    image: x\n    ports: ["4000:4000"]\n',
      },
      [],
    ],
    [
      'profiles',
      registryOf({ app: 4000 }),
      {
        'compose.yml':
          'services:\n  app:\n    image: x\n    profiles: [prod]\n    ports: ["4000:4000"]\n  app-dev:\n    image: x\n    profiles: [dev]\n    ports: ["4000:4000"]\n',
      },
      [],
    ],
    [
      'same file',
      registryOf({ app: 4000 }),
      {
        'compose.yml':
          'services:\n  app:\n    image: x\n    ports: ["4000:4000"]\n  app-dev:\n    image: x\n    ports: ["4000:4000"]\n',
      },
      ['compose.yml:7 error conflict 4000'],
    ],
    [
      'base+dev',
      registryOf({ app: 4000, db: 5533 }),
      {
        'compose.yml': 'services:\n  app:\n    image: x\n    ports: ["4000:4000"]\n',
        'compose.dev.yml': 'services:\n  app:\n    image: y\n    ports: ["4000:4000"]\n',
      },
      [],
    ],
  ],
  'the host port inside the network': [
    [
      'json targets',
      registryOf({ dcgmExporter: [9401, 9400] }),
      { 'targets.json': '[{"targets":["dcgm-exporter:9401"],"labels":{"job":"x"}}]' },
      ['targets.json:1 error wrong-port 9401'],
    ],
    [
      'compose env',
      acme,
      {
        'compose.yml':
          'services:\n  acme-core:\n    image: x\n    environment:\n      DATABASE_URL: postgres://u:p@postgres:5533/x\n',
      },
      ['compose.yml:5 error wrong-port 5533'],
    ],
    [
      'nginx upstream',
      acme,
      { 'nginx.conf': 'upstream g { server grafana:4010; }\n' },
      ['nginx.conf:1 error wrong-port 4010'],
    ],
    [
      'datasource',
      registryOf({
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
        prometheus: [9191, 9090],
      }),
      {
        'grafana/datasources.yml':
          'apiVersion: 1\ndatasources:\n  - name: Prometheus\n    url: http://prometheus:9191\n',
      },
      ['grafana/datasources.yml:4 error wrong-port 9191'],
    ],
    [
      'host scrape',
      registryOf({
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
        prometheus: [9191, 9090],
      }),
      {
        'prometheus.yml':
          "scrape_configs:\n  - job_name: acme-core\n    static_configs:\n      - targets: ['host.docker.internal:4002']\n",
      },
      ['prometheus.yml:4 error wrong-port 4002 -> 4001'],
    ],
    [
      'host port same',
      acme,
      {
        'compose.yml':
          'services:\n  a:\n    image: x\n    environment:\n      CORE_URL: http://acme-core:4001\n      G: http://host.docker.internal:4010\n',
      },
      [],
    ],
    ['caddy', acme, { Caddyfile: 'x.com {\n reverse_proxy grafana:4010\n}\n' }, ['Caddyfile:2 error wrong-port 4010']],
    ['wait', acme, { 'e.sh': 'wait-for-it postgres:5533 -- ./run\n' }, ['e.sh:1 error wrong-port 5533']],
  ],
  'environment files': [
    ['tracked ini', acme, { 'x.env.sample': 'GRAFANA_PORT=4002\n' }, ['x.env.sample:1 error wrong-port 4002 -> 4010']],
    ['env.local', acme, { '.env.local': "GRAFANA_PORT='4002'\n" }, ['.env.local:1 error wrong-port 4002 -> 4010']],
    [
      'env.production url',
      acme,
      { '.env.production': 'NEXT_PUBLIC_CORE_URL="http://localhost:4002/api"\n' },
      ['.env.production:1 error wrong-port 4002 -> 4001'],
    ],
  ],
  "a container's second port": [
    [
      'minio',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      {
        'compose.yml':
          'services:\n  minio:\n    image: minio/minio\n    command: server /data --console-address ":9001"\n    ports:\n      - "9000:9000"\n      - "9001:9001"\n',
      },
      [],
    ],
    [
      'jaeger long',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      {
        'compose.yml':
          'services:\n  jaeger:\n    image: jaegertracing/all-in-one\n    ports:\n      - target: 16686\n        published: 16686\n      - target: 4317\n        published: 4317\n',
      },
      [],
    ],
    [
      'readme docker run',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      { 'README.md': '```sh\ndocker run -d --name mailpit -p 8025:8025 -p 1025:1025 axllent/mailpit\n```\n' },
      [],
    ],
    [
      'env',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      {
        '.env':
          'RABBITMQ_PORT=5672\nRABBITMQ_MANAGEMENT_PORT=15672\nSMTP_PORT=1025\nMAILPIT_URL=http://localhost:8025\n',
      },
      [],
    ],
    [
      'k8s svc',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      {
        'k.yaml':
          'apiVersion: v1\nkind: Service\nmetadata:\n  name: rabbitmq\nspec:\n  ports:\n    - {name: amqp, port: 5672}\n    - {name: http, port: 15672}\n',
      },
      [],
    ],
    [
      'temporal in two',
      registryOf({
        rabbit: { port: 5672, containerName: 'rabbitmq' },
        rabbitAdmin: { port: 15672, containerName: 'rabbitmq' },
        mailpit: 8025,
        smtp: { port: 1025 },
        minio: 9000,
        minioConsole: 9001,
        temporal: 7233,
        temporalUi: [8233, 8080],
        jaeger: 16686,
        otlp: { port: 4317, containerName: 'jaeger' },
      }),
      {
        'compose.yml':
          'services:\n  temporal:\n    image: temporalio/auto-setup\n    ports: ["7233:7233", "8233:8080"]\n',
      },
      [],
    ],
  ],
  comments: [
    ['lua', acme, { 'a.lua': '-- GRAFANA_PORT = 4002\n--[[ local CORE_PORT = 4000 ]]\n' }, []],
    [
      'yaml',
      acme,
      { 'compose.yml': 'services:\n  acme-core:\n    image: x\n    # ports:\n    #   - "4002:4001"\n' },
      [],
    ],
    ['dockerfile', acme, { 'core/Dockerfile': 'FROM x\n# EXPOSE 4002\n' }, []],
    ['toml', acme, { 'c.toml': '# core_port = 4002\n#[core]\n#port = 4002\n' }, []],
    ['jsonc', acme, { 'tsconfig.json': '{\n  // "corePort": 4002\n}\n' }, []],
    ['nginx', acme, { 'nginx.conf': '# upstream core { server acme-core:4002; }\n' }, []],
    [
      'php',
      acme,
      { 'a.php': '<?php\n# $core_port = 4002;\n// env("CORE_PORT", 4002)\n/* define("CORE_PORT", 4002); */\n' },
      [],
    ],
    ['html', acme, { 'i.html': '<!-- http://localhost:7100 -->\n' }, []],
    [
      'terraform',
      acme,
      { 'm.tf': '/* resource "docker_container" "core" { ports { internal = 4001\n external = 4002 } } */\n' },
      [],
    ],
    ['sql', acme, { 'a.sql': '-- http://localhost:7100\n/* http://localhost:7101 */\n' }, []],
    ['py docstring', acme, { 'a.py': 'def f():\n    """Call http://localhost:7100 first."""\n' }, []],
    ['hs', acme, { 'm.hs': '-- corePort = 4002\n{- corePort = 4002 -}\n' }, []],
    ['bat', acme, { 'r.bat': 'REM set CORE_PORT=4002\n:: set CORE_PORT=4002\n' }, []],
    ['make', acme, { Makefile: '# CORE_PORT ?= 4002\nrun:\n\t# node x --port 7100\n\techo ok\n' }, []],
    ['clj', acme, { 'a.clj': ';; (def core-port 4002)\n' }, []],
    [
      'vue html',
      acme,
      {
        'a.vue':
          '<template><!-- http://localhost:7100 --></template>\n<script>\n// fetch("http://localhost:7100")\n</script>\n',
      },
      [],
    ],
    ['properties', acme, { 'application.properties': '#core.port=4002\n!core.url=http://localhost:4002\n' }, []],
    ['erl', acme, { 'a.erl': '%% -define(CORE_PORT, 4002).\n' }, []],
    ['vb', acme, { 'a.vb': "' Dim corePort = 4002\n" }, []],
    [
      'string that looks like a comment',
      acme,
      { 'a.ts': "const note = 'see // docs'; const CORE_PORT = 4002\n" },
      ['a.ts:1 error wrong-port 4002 -> 4001'],
    ],
    ['py string', acme, { 'a.py': "note = 'a # b'; CORE_PORT = 4002\n" }, ['a.py:1 error wrong-port 4002 -> 4001']],
  ],
  "a container's own port": [
    [
      'pyproject',
      registryOf({ catalog: [8081, 8080] }),
      {
        'catalog/pyproject.toml': '[project]\nname = "catalog"\n',
        'catalog/main.py': 'uvicorn.run("a:app", host="0.0.0.0", port=8080)\n',
        'catalog/Dockerfile': 'FROM python\nEXPOSE 8080\nCMD ["uvicorn","a:app","--port","8080"]\n',
      },
      [],
    ],
    [
      'spring',
      registryOf({ catalog: [8081, 8080] }),
      {
        'catalog/Dockerfile': 'FROM x\n',
        'catalog/src/main/resources/application.yml': 'server:\n  port: 8080\n',
        'catalog/pom.xml': '<project/>',
      },
      [],
    ],
    [
      'ts',
      registryOf({ catalog: [8081, 8080] }),
      {
        'catalog/package.json': '{"name":"@x/catalog"}',
        'catalog/src/main.ts': 'app.listen(process.env.PORT || 8080)\n',
        'compose.yml':
          'services:\n  catalog:\n    build: ./catalog\n    ports: ["8081:8080"]\n    environment: {PORT: 8080}\n    healthcheck: {test: curl -f http://localhost:8080/health}\n',
      },
      [],
    ],
    [
      'cargo',
      registryOf({ catalog: [8081, 8080] }),
      {
        'catalog/Cargo.toml': '[package]\nname = "catalog"\n',
        'catalog/src/main.rs': 'let l = TcpListener::bind("0.0.0.0:8080").await?;\n',
      },
      [],
    ],
    [
      'wrong own',
      registryOf({ catalog: [8081, 8080], orders: [8083, 8080] }),
      { 'catalog/package.json': '{"name":"catalog"}', 'catalog/src/main.ts': 'app.listen(8083)\n' },
      ['catalog/src/main.ts:1 error wrong-port 8083 -> 8081'],
    ],
    [
      'helm',
      registryOf({ catalog: [8081, 8080] }),
      { 'charts/catalog/values.yaml': 'service:\n  port: 8080\nimage:\n  repository: acme/catalog\n' },
      [],
    ],
  ],
  'a wrong port inside the container': [
    [
      'long form',
      acme,
      {
        'compose.yml':
          'services:\n  grafana:\n    image: grafana/grafana\n    ports:\n      - target: 4010\n        published: 4010\n',
      },
      ['compose.yml:5 error wrong-port 4010'],
    ],
    [
      'var',
      acme,
      {
        'compose.yml':
          'services:\n  grafana:\n    image: grafana/grafana\n    ports:\n      - "127.0.0.1:${GRAFANA_PORT:-4010}:4010"\n',
      },
      ['compose.yml:5 error wrong-port 4010'],
    ],
    [
      'postgres',
      acme,
      { 'compose.yml': 'services:\n  postgres:\n    image: postgres:17\n    ports:\n      - 5533:5533\n' },
      ['compose.yml:5 error wrong-port 5533'],
    ],
    [
      'docker run sh',
      acme,
      { 'run.sh': 'docker run -d --name postgres -p 5533:5533 postgres:17\n' },
      ['run.sh:1 error wrong-port 5533'],
    ],
    [
      'podman',
      acme,
      { 'run.sh': 'podman run --publish=4010:4010 docker.io/grafana/grafana:12\n' },
      ['run.sh:1 error wrong-port 4010'],
    ],
    [
      'makefile',
      acme,
      { Makefile: 'up:\n\tdocker run --rm -p 4010:4010 grafana/grafana\n' },
      ['Makefile:2 error wrong-port 4010'],
    ],
    [
      'expose',
      acme,
      { 'compose.yml': 'services:\n  grafana:\n    image: grafana/grafana\n    expose: ["4010"]\n' },
      ['compose.yml:4 error wrong-port 4010'],
    ],
    [
      'json',
      acme,
      { 'docker-compose.json': '{"services":{"grafana":{"image":"grafana/grafana","ports":["4010:4010"]}}}' },
      ['docker-compose.json:1 error wrong-port 4010'],
    ],
  ],
  'a stranger on a registered port': [
    [
      'long',
      acme,
      {
        'compose.yml':
          'services:\n  billing:\n    image: x\n    ports:\n      - target: 80\n        published: "4000"\n',
      },
      ['compose.yml:6 error wrong-port 4000'],
    ],
    [
      'docker run',
      acme,
      { 'run.sh': 'docker run --name billing -p 4001:80 acme/billing\n' },
      ['run.sh:1 error wrong-port 4001'],
    ],
    [
      'py pkg',
      acme,
      {
        'billing/pyproject.toml': '[project]\nname="billing"\n',
        'billing/app.py': 'app.run(port=4001)\n',
        'acme-core/package.json': '{"name":"acme-core"}',
        'acme-core/a.ts': 'app.listen(4001)',
      },
      ['billing/app.py:1 warning wrong-port 4001'],
    ],
    [
      'go',
      acme,
      {
        'billing/go.mod': 'module x/billing\n',
        'billing/main.go': 'http.ListenAndServe(":4001", nil)\n',
        'core/go.mod': 'module x/core\n',
        'core/main.go': 'http.ListenAndServe(":4001", nil)\n',
      },
      ['billing/main.go:1 warning wrong-port 4001'],
    ],
    ['procfile', acme, { Procfile: 'billing: next dev -p 4000\n' }, ['Procfile:1 error wrong-port 4000']],
    [
      'systemd',
      acme,
      { 'billing.service': '[Service]\nExecStart=/usr/bin/billing --port 4000\n' },
      ['billing.service:2 error wrong-port 4000'],
    ],
    [
      'vscode',
      acme,
      { '.claude/launch.json': '{"configurations":[{"name":"billing","runtimeExecutable":"npm","port":4000}]}' },
      ['.claude/launch.json:1 error wrong-port 4000'],
    ],
  ],
  'ports of the web': [
    [
      'traefik',
      acme,
      {
        'compose.yml': 'services:\n  traefik:\n    image: traefik\n    ports: ["80:80","443:443/tcp","443:443/udp"]\n',
      },
      [],
    ],
    [
      'k8s',
      acme,
      {
        'k.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: acme-core}\nspec:\n  ports:\n    - port: 80\n      targetPort: 4001\n    - port: 443\n      targetPort: http\n',
      },
      [],
    ],
    ['nginx', acme, { 'nginx.conf': 'server { listen 80; listen [::]:80; listen 443 ssl; }\n' }, []],
    ['js', acme, { 'core/package.json': '{"name":"core"}', 'core/a.ts': 'http.createServer(app).listen(80)\n' }, []],
    ['url', acme, { '.env': 'CORE_URL=http://localhost:80\nWEB_URL=https://localhost:443\n' }, []],
    [
      'registered',
      registryOf({
        gateway: { port: 4000, containerName: 'acme-gateway' },
        core: { port: 4001, containerName: 'acme-core' },
        embed: { port: 4002, containerName: 'acme-embed' },
        web: { port: 5173, containerName: 'acme-web' },
        grafana: [4010, 4000],
        postgres: [5533, 5432],
        proxy: 80,
      }),
      { 'compose.yml': 'services:\n  other:\n    image: x\n    ports: ["80:80"]\n' },
      ['compose.yml:4 error wrong-port 80'],
    ],
  ],
  'YAML that a parser refuses': [
    [
      'tabs',
      acme,
      {
        'compose.yml':
          'services:\n  acme-core:\n    image: x\n    command: "a\n  b"\n    ports:\n      - "4002:4001"\n',
      },
      ['compose.yml:7 error wrong-port 4002 -> 4001'],
    ],
    [
      'dup key',
      acme,
      { 'compose.yml': 'services:\n  acme-core:\n    image: x\n    image: y\n    ports:\n      - "4002:4001"\n' },
      ['compose.yml:6 error wrong-port 4002 -> 4001'],
    ],
    [
      'tab indentation',
      acme,
      {
        'compose.yml':
          'services:\n  acme-core:\n    image: x\n    environment:\n      A: 1\t\n    ports:\n      - "4002:4001"\n',
      },
      ['compose.yml:7 error wrong-port 4002 -> 4001'],
    ],
    [
      'anchor merge',
      acme,
      {
        'compose.yml':
          'x-base: &base\n  image: x\n  environment: {CORE_PORT: 4001}\nservices:\n  acme-core:\n    <<: *base\n    ports:\n      - "4002:4001"\n',
      },
      ['compose.yml:8 error wrong-port 4002 -> 4001'],
    ],
    [
      'unresolved alias',
      acme,
      { 'compose.yml': 'services:\n  acme-core:\n    image: x\n    <<: *nope\n    ports:\n      - "4002:4001"\n' },
      ['compose.yml:6 error wrong-port 4002 -> 4001'],
    ],
    [
      'custom tags',
      acme,
      { 'compose.override.yml': 'services:\n  acme-core:\n    image: x\n    ports: !override\n      - "4002:4001"\n' },
      ['compose.override.yml:5 error wrong-port 4002 -> 4001'],
    ],
    ['reset', acme, { 'compose.override.yml': 'services:\n  acme-core:\n    ports: !reset []\n    image: x\n' }, []],
    [
      'jinja',
      acme,
      {
        'compose.yml.j2':
          'services:\n{% for x in y %}\n  acme-core:\n    image: {{ image }}\n    ports:\n      - "4002:4001"\n{% endfor %}\n',
      },
      ['compose.yml.j2:6 error wrong-port 4002 -> 4001'],
    ],
    [
      'helm',
      acme,
      {
        'charts/acme-core/templates/d.yaml':
          'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: acme-core\n          {{- if .Values.x }}\n          image: x\n          {{- end }}\n          ports:\n            - containerPort: 4002\n',
      },
      ['charts/acme-core/templates/d.yaml:14 error wrong-port 4002'],
    ],
    [
      'unquoted brace',
      acme,
      {
        'compose.yml':
          'services:\n  acme-core:\n    image: x\n    environment:\n      - A=@foo\n      - B: {a\n    ports:\n      - "4002:4001"\n',
      },
      ['compose.yml:8 error wrong-port 4002 -> 4001'],
    ],
  ],
}

describe.each(Object.entries(kinds))('check, for %s', (_, cases) => {
  it.each(cases)('judges %s', async (_kind, registry, files, expected) => {
    expect(await findingsOf(registry, files)).toEqual(expected)
  })
})
