import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { Artifact } from './artifact.js'
import { getContainerOrigin, getContainerPort, getPublishedPort, getService, getSiblingVariable } from './container.js'
import { hostFromContainer, renderPrometheusConfig } from './prometheus.js'
import { yamlDocument } from './yaml-document.js'

/** Exact versions, so that a pull on another day starts the same thing. */
const images = {
  postgres: 'pgvector/pgvector:0.8.1-pg18',
  prometheus: 'prom/prometheus:v3.5.0',
  grafana: 'grafana/grafana:12.1.1',
}

const profile = 'apps'

/** What is in containers with and without the apps. */
const support = ['postgres', 'prometheus', 'coreGrafana', 'embedGrafana']

interface App {
  /** What has to be healthy before the app starts. */
  readonly needs: readonly string[]
  /** Variables that the app takes as they are set where Compose runs. */
  readonly passes?: readonly string[]
  /** The variable that holds the gateway's key: in containers the gateway runs as in production, with one. */
  readonly key?: string
  /** Shows every service to people: the app asks it in the network, and a browser opens it where it is published. */
  readonly shows?: true
}

const allApps: Readonly<Record<string, App>> = {
  core: { needs: ['postgres'], passes: ['LLM_BASE_URL', 'LLM_API_KEY', 'LLM_MODEL', 'LLM_TIMEOUT'] },
  embed: { needs: ['postgres'], passes: ['EMBEDDER', 'EMBED_STAY_THRESHOLD', 'EMBED_ROUTE_THRESHOLD'] },
  gateway: {
    needs: ['core', 'embed'],
    passes: ['GATEWAY_RATE_LIMIT', 'UPSTREAM_TIMEOUT_MS'],
    key: 'GATEWAY_API_KEYS',
  },
  website: { needs: [], shows: true },
  demo: { needs: ['gateway'], key: 'GATEWAY_API_KEY' },
}

/** The apps that the registry has, each with what it needs of them: a service that is retired goes from here too. */
function findApps({ services }: RegistryDefinition): Readonly<Record<string, App>> {
  const present = Object.entries(allApps).filter(([name]) => services[name])
  return Object.fromEntries(
    present.map(([name, app]) => [name, { ...app, needs: app.needs.filter((need) => services[need]) }]),
  )
}

/** The connection that both the database's container and its clients are given. */
const database = {
  POSTGRES_USER: '${POSTGRES_USER:-postgres}',
  POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:-postgres}',
  POSTGRES_DB: '${POSTGRES_DB:-postgres}',
}

/** Database, metrics and dashboards in containers; under a profile the apps too. */
export const dockerCompose: Artifact = {
  file: 'deploy/docker/docker-compose.yml',
  render: (registry) => yamlDocument(composeFile(registry), notes),
}

const notes = [
  'How to start it, and what it needs: deploy/README.md.',
  'A variable that moves a port moves it here wherever the port is published or scraped.',
]

function composeFile(registry: RegistryDefinition): object {
  const [postgres, prometheus] = [getService(registry, 'postgres'), getService(registry, 'prometheus')]
  const grafanas = ['core', 'embed'].map((name) => ({ name, grafana: getService(registry, `${name}Grafana`) }))
  const stateful = [postgres, prometheus, ...grafanas.map(({ grafana }) => grafana)]
  return {
    name: 'driftos',
    services: {
      [postgres.containerName]: postgresService(postgres),
      [prometheus.containerName]: prometheusService(prometheus),
      ...Object.fromEntries(
        grafanas.map(({ name, grafana }) => [grafana.containerName, grafanaService(grafana, name, prometheus)]),
      ),
      ...Object.fromEntries(
        Object.keys(findApps(registry)).map((name) => [
          getService(registry, name).containerName,
          appService(registry, name),
        ]),
      ),
    },
    configs: {
      'postgres-extensions': { content: 'create extension if not exists vector;\n' },
      // Inline, since Compose puts variables into what is written here and not into a file that it mounts.
      'prometheus-host': {
        content: renderPrometheusConfig(registry, (service) => `${hostFromContainer}:${getPublishedPort(service)}`),
      },
      [`prometheus-${profile}`]: { file: './prometheus/prometheus.apps.yml' },
    },
    volumes: Object.fromEntries(stateful.map((service) => [dataOf(service), {}])),
  }
}

function postgresService(postgres: ServiceDefinition): object {
  return {
    image: images.postgres,
    user: 'postgres',
    ...published(postgres),
    environment: database,
    configs: [{ source: 'postgres-extensions', target: '/docker-entrypoint-initdb.d/extensions.sql' }],
    volumes: [`${dataOf(postgres)}:/var/lib/postgresql`],
    // Over TCP: while the database is being made, it answers on its Unix socket alone.
    healthcheck: healthcheck(['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U "$$POSTGRES_USER" -d "$$POSTGRES_DB"']),
  }
}

function prometheusService(prometheus: ServiceDefinition): object {
  return {
    image: images.prometheus,
    user: 'nobody',
    // With a profile the apps are containers too, and scraped as such.
    command: [
      '--config.file=/etc/prometheus/prometheus${COMPOSE_PROFILES:+.apps}.yml',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=15d',
    ],
    ...published(prometheus),
    extra_hosts: [`${hostFromContainer}:host-gateway`],
    configs: [
      { source: 'prometheus-host', target: '/etc/prometheus/prometheus.yml' },
      { source: `prometheus-${profile}`, target: '/etc/prometheus/prometheus.apps.yml' },
    ],
    volumes: [`${dataOf(prometheus)}:/prometheus`],
    healthcheck: healthcheck(wget(prometheus)),
  }
}

function grafanaService(grafana: ServiceDefinition, dashboards: string, prometheus: ServiceDefinition): object {
  return {
    image: images.grafana,
    user: '472',
    ...published(grafana),
    environment: {
      GF_SECURITY_ADMIN_PASSWORD: `\${${getSiblingVariable(grafana, 'PASSWORD')}:-admin}`,
      GF_SERVER_ROOT_URL: `${grafana.scheme}://localhost:${getPublishedPort(grafana)}`,
      // Browsers keep cookies by host, not by port: with one name, each Grafana would log the other out.
      GF_AUTH_LOGIN_COOKIE_NAME: `${grafana.containerName}-session`,
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `/etc/grafana/dashboards/${dashboards}.json`,
    },
    volumes: [
      `${dataOf(grafana)}:/var/lib/grafana`,
      './grafana/provisioning/datasources:/etc/grafana/provisioning/datasources:ro',
      './grafana/provisioning/dashboards:/etc/grafana/provisioning/dashboards:ro',
      `./grafana/dashboards/${dashboards}:/etc/grafana/dashboards:ro`,
    ],
    depends_on: { [prometheus.containerName]: { condition: 'service_healthy' } },
    healthcheck: healthcheck(wget(grafana)),
  }
}

function appService(registry: RegistryDefinition, name: string): object {
  const service = getService(registry, name)
  const apps = findApps(registry)
  const { needs, passes = [], key, shows } = apps[name]!
  const shown = [...Object.keys(apps), ...(shows ? support : [])]
  const others = shown.filter((other) => other !== name)
  const url = `${service.scheme}://127.0.0.1:${getContainerPort(service)}${service.healthPath ?? '/'}`
  return {
    profiles: [profile],
    image: service.containerName,
    build: {
      context: '../..',
      dockerfile: 'deploy/docker/Dockerfile',
      args: { APP: name, PORT: String(getContainerPort(service)) },
    },
    ...published(service),
    environment: {
      HOST: '0.0.0.0',
      ...Object.fromEntries(
        others
          .map((other) => getService(registry, other))
          .map((other) => [getSiblingVariable(other, 'URL'), getContainerOrigin(other)]),
      ),
      ...(shows ? linkVariables(shown.map((other) => getService(registry, other))) : {}),
      ...(needs.includes('postgres') ? databaseVariables(getService(registry, 'postgres')) : {}),
      ...(key === undefined ? {} : { [key]: `\${${key}:-driftos}` }),
      ...Object.fromEntries(['LOG_LEVEL', ...passes].map((variable) => [variable, null])),
    },
    ...(needs.length > 0 && {
      depends_on: Object.fromEntries(
        needs.map((need) => [getService(registry, need).containerName, { condition: 'service_healthy' }]),
      ),
    }),
    healthcheck: healthcheck([
      'CMD',
      'node',
      '-e',
      `fetch('${url}').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
    ]),
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    // Longer than an app's own deadline for the work in flight.
    stop_grace_period: '15s',
  }
}

/** Where a browser on the host reaches services: at their published ports. */
function linkVariables(services: readonly ServiceDefinition[]): object {
  return Object.fromEntries(
    services.map((service) => [
      getSiblingVariable(service, 'LINK'),
      `${service.scheme}://localhost:${getPublishedPort(service)}`,
    ]),
  )
}

function databaseVariables(postgres: ServiceDefinition): object {
  return {
    [getSiblingVariable(postgres, 'HOST')]: postgres.containerName,
    [postgres.variable]: String(getContainerPort(postgres)),
    ...database,
  }
}

/** On loopback alone: a published port bypasses the host's firewall. */
function published(service: ServiceDefinition): object {
  return {
    restart: 'unless-stopped',
    ports: [`127.0.0.1:${getPublishedPort(service)}:${getContainerPort(service)}`],
  }
}

function healthcheck(test: readonly string[]): object {
  return { test, interval: '5s', timeout: '5s', retries: 6, start_period: '60s' }
}

function wget(service: ServiceDefinition): string[] {
  const url = `${service.scheme}://127.0.0.1:${getContainerPort(service)}${service.healthPath ?? '/'}`
  return ['CMD', 'wget', '-q', '-O', '/dev/null', url]
}

function dataOf({ containerName }: ServiceDefinition): string {
  return `${containerName}-data`
}
