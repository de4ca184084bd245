import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import {
  getContainerOrigin,
  getContainerPort,
  getPublishedPort,
  getSiblingVariable,
  hostFromContainer,
  renderPrometheusConfig,
  yamlDocument,
  type Generator,
} from '@driftos/ports-cli'
import { alerts, alertsFile, ruleFiles } from './alerts.js'
import { dashboardDirectory, hasDashboard } from './grafana-dashboard.js'
import { passedVariables } from './variables.js'

/** Exact versions, so that a pull on another day starts the same images. */
const images = {
  postgres: 'pgvector/pgvector:0.8.1-pg18',
  prometheus: 'prom/prometheus:v3.5.0',
  grafana: 'grafana/grafana:12.1.1',
}

/** The name of the compose project of the first checkout. */
export const composeProject = 'driftos'

/** The name of each checkout's compose project, as Compose reads it. */
const projectName = `\${COMPOSE_PROJECT_NAME:-${composeProject}}`

const profile = 'apps'

/** The services that run in containers with and without the apps. */
const support = ['postgres', 'prometheus', 'coreGrafana', 'embedGrafana']

interface App {
  /** The services that have to be healthy before the app starts. */
  readonly needs: readonly string[]
  /** The variable of the gateway's key: in containers the gateway runs as in production, with a key. */
  readonly key?: string
  /** Shows every service: the app reaches it in the network, a browser at its published port. */
  readonly shows?: true
}

const allApps: Readonly<Record<string, App>> = {
  core: { needs: ['postgres'] },
  embed: { needs: ['postgres'] },
  gateway: { needs: ['core', 'embed'], key: 'GATEWAY_API_KEYS' },
  website: { needs: [], shows: true },
  demo: { needs: ['gateway'], key: 'GATEWAY_API_KEY' },
}

/** The connection that the database's container and its clients share. */
const database = {
  POSTGRES_USER: '${POSTGRES_USER:-postgres}',
  POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:-postgres}',
  POSTGRES_DB: '${POSTGRES_DB:-postgres}',
}

const notes = [
  'How to start it, and its requirements: deploy/README.md.',
  'A variable that moves a port also moves the published and the scraped port of this file.',
]

/** The compose file: database, metrics and dashboards in containers, and the apps under a profile. */
export const compose: Generator = {
  file: 'deploy/docker/docker-compose.yml',
  render(registry) {
    const services = composeServices(registry)
    return Object.keys(services).length > 0 ? yamlDocument(composeFile(registry, services), notes) : undefined
  },
}

function composeFile(registry: RegistryDefinition, services: object): object {
  const { postgres, prometheus } = registry.services
  const stateful = support.flatMap((name) => registry.services[name] ?? [])
  const configs = {
    ...(postgres && { 'postgres-extensions': { content: 'create extension if not exists vector;\n' } }),
    ...(prometheus && {
      // Inline, because Compose interpolates variables here and not in a mounted file.
      'prometheus-host': {
        content: `${renderPrometheusConfig(registry, (service) => `${hostFromContainer}:${getPublishedPort(service)}`)}${alerts.render(registry) === undefined ? '' : ruleFiles}`,
      },
      [`prometheus-${profile}`]: { file: './prometheus/prometheus.apps.yml' },
      ...(alerts.render(registry) !== undefined && { 'prometheus-alerts': { file: `./prometheus/${alertsFile}` } }),
    }),
  }
  const volumes = Object.fromEntries(stateful.map((service) => [dataOf(service), {}]))
  return {
    // A second checkout sets the variable, so that it has separate containers and volumes.
    name: projectName,
    services,
    ...(Object.keys(configs).length > 0 && { configs }),
    ...(stateful.length > 0 && { volumes }),
  }
}

function composeServices(registry: RegistryDefinition): Record<string, object> {
  const { postgres, prometheus } = registry.services
  const grafanas = ['core', 'embed'].flatMap((name) => {
    const grafana = registry.services[`${name}Grafana`]
    return grafana ? [[grafana.containerName, grafanaService(grafana, name, registry)] as const] : []
  })
  const apps = Object.keys(findApps(registry)).map((name) => {
    return [registry.services[name]!.containerName, appService(registry, name)] as const
  })
  return {
    ...(postgres && { [postgres.containerName]: postgresService(postgres) }),
    ...(prometheus && { [prometheus.containerName]: prometheusService(prometheus, registry) }),
    ...Object.fromEntries(grafanas),
    ...Object.fromEntries(apps),
  }
}

/** The apps of the registry, with the registered services that each needs. */
function findApps({ services }: RegistryDefinition): Readonly<Record<string, App>> {
  const present = Object.entries(allApps).filter(([name]) => services[name])
  return Object.fromEntries(
    present.map(([name, app]) => [name, { ...app, needs: app.needs.filter((need) => services[need]) }]),
  )
}

function postgresService(postgres: ServiceDefinition): object {
  return {
    image: images.postgres,
    user: 'postgres',
    ...published(postgres),
    environment: database,
    configs: [{ source: 'postgres-extensions', target: '/docker-entrypoint-initdb.d/extensions.sql' }],
    volumes: [`${dataOf(postgres)}:/var/lib/postgresql`],
    // Over TCP: while the database is being created, it answers on its Unix socket alone.
    healthcheck: healthcheck(['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U "$$POSTGRES_USER" -d "$$POSTGRES_DB"']),
  }
}

function prometheusService(prometheus: ServiceDefinition, registry: RegistryDefinition): object {
  return {
    image: images.prometheus,
    user: 'nobody',
    // With the profile, the apps are containers too, and scraped as such.
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
      ...(alerts.render(registry) === undefined
        ? []
        : [{ source: 'prometheus-alerts', target: `/etc/prometheus/${alertsFile}` }]),
    ],
    volumes: [`${dataOf(prometheus)}:/prometheus`],
    healthcheck: healthcheck(wget(prometheus)),
  }
}

function grafanaService(grafana: ServiceDefinition, name: string, registry: RegistryDefinition): object {
  const { prometheus } = registry.services
  const isShown = hasDashboard(name, registry)
  return {
    image: images.grafana,
    user: '472',
    ...published(grafana),
    environment: {
      GF_SECURITY_ADMIN_PASSWORD: `\${${getSiblingVariable(grafana, 'PASSWORD')}:-admin}`,
      GF_SERVER_ROOT_URL: `${grafana.scheme}://localhost:${getPublishedPort(grafana)}`,
      // Browsers keep cookies by host, not by port: with one name, each Grafana would log the others out.
      GF_AUTH_LOGIN_COOKIE_NAME: `${projectName}-${grafana.containerName}-session`,
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      ...(isShown && { GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${dashboardDirectory}/${name}.json` }),
    },
    volumes: [
      `${dataOf(grafana)}:/var/lib/grafana`,
      ...(prometheus ? ['./grafana/provisioning/datasources:/etc/grafana/provisioning/datasources:ro'] : []),
      ...(isShown
        ? [
            './grafana/provisioning/dashboards:/etc/grafana/provisioning/dashboards:ro',
            `./grafana/dashboards/${name}:${dashboardDirectory}:ro`,
          ]
        : []),
    ],
    ...(prometheus && { depends_on: { [prometheus.containerName]: { condition: 'service_healthy' } } }),
    healthcheck: healthcheck(wget(grafana)),
  }
}

function appService(registry: RegistryDefinition, name: string): object {
  const service = registry.services[name]!
  const apps = findApps(registry)
  const { needs, key, shows } = apps[name]!
  const shown = [...Object.keys(apps), ...(shows ? support : [])].flatMap((other) => {
    const definition = registry.services[other]
    return definition ? [{ other, definition }] : []
  })
  const { postgres, legacyEmbedding } = registry.services
  const url = `${service.scheme}://127.0.0.1:${getContainerPort(service)}${service.healthPath ?? '/'}`
  return {
    profiles: [profile],
    // Without a name, the image belongs to the project: another checkout does not replace it.
    build: {
      context: '../..',
      dockerfile: 'deploy/docker/Dockerfile',
      args: { APP: name, PORT: String(getContainerPort(service)) },
    },
    ...published(service),
    environment: {
      HOST: '::',
      ...Object.fromEntries(
        shown
          .filter(({ other }) => other !== name)
          .map(({ definition }) => [getSiblingVariable(definition, 'URL'), getContainerOrigin(definition)]),
      ),
      ...(shows && linkVariables(shown.map(({ definition }) => definition))),
      ...(postgres && needs.includes('postgres') && databaseVariables(postgres)),
      // Without a key the gateway refuses to start, so that no key is known to everyone.
      ...(key !== undefined && { [key]: null }),
      ...Object.fromEntries(passedVariables(name).map((variable) => [variable, null])),
      // The embedder `server` has no container.
      ...(name === 'embed' && legacyEmbedding && { [getSiblingVariable(legacyEmbedding, 'URL')]: null }),
    },
    ...(needs.length > 0 && {
      depends_on: Object.fromEntries(
        needs.map((need) => [registry.services[need]!.containerName, { condition: 'service_healthy' }]),
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
    // Longer than an app's own deadline for requests in progress, the default of UPSTREAM_TIMEOUT_MS.
    stop_grace_period: '35s',
  }
}

/** The addresses of services for a browser on the host: their published ports. */
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
    // Wins over the others when it is set.
    DATABASE_URL: null,
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
