import { defineRegistry } from './define.js'

// prettier-ignore
const example = defineRegistry({
  services: {
    gateway:         { port: 7000,                      containerName: 'driftos-gateway',          variable: 'GATEWAY_PORT',       scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'API gateway, the main entry point; proxies to the others' },
    core:            { port: 7001,                      containerName: 'driftos-core',             variable: 'CORE_PORT',          scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'LLM service', aliases: ['llm'] },
    embed:           { port: 7002,                      containerName: 'driftos-embed-enterprise', variable: 'EMBED_PORT',         scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'Embedding and vector service', aliases: ['embedding', 'vector'], reuses: 'both Grafanas left it to embed' },
    website:         { port: 7004,                      containerName: 'driftos-website',          variable: 'WEBSITE_PORT',       scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Public site' },
    demo:            { port: 7005,                      containerName: 'driftos-demo',             variable: 'DEMO_PORT',          scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Demo application' },
    coreGrafana:     { port: 7010, containerPort: 3000, containerName: 'grafana',                  variable: 'GRAFANA_PORT',       scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'coreSupport',  status: 'active', summary: 'Dashboards for core' },
    embedGrafana:    { port: 7020, containerPort: 3000, containerName: 'embed-grafana',            variable: 'EMBED_GRAFANA_PORT', scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'embedSupport', status: 'active', summary: 'Dashboards for embed' },
    postgres:        { port: 7433, containerPort: 5432, containerName: 'postgres',                 variable: 'POSTGRES_PORT',      scheme: 'postgresql',                                                                            status: 'active', summary: 'Database' },
    legacyEmbedding: { port: 8300,                      containerName: 'embedding-server',         variable: 'EMBEDDING_PORT',     scheme: 'http',       healthPath: '/health',     healthText: '',                                  status: 'legacy', summary: 'Alternative, legacy embedding service' },
    prometheus:      { port: 9191, containerPort: 9090, containerName: 'prometheus',               variable: 'PROMETHEUS_PORT',    scheme: 'http',       healthPath: '/-/healthy',  healthText: 'Prometheus', group: 'monitoring',   status: 'active', summary: 'Metrics collection' },
  },
  ranges: {
    services: { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'Services' },
    coreSupport: { first: 7010, last: 7019, summary: 'Support of core' },
    embedSupport: { first: 7020, last: 7029, summary: 'Support of embed' },
    monitoring: { first: 9000, last: 9999, summary: 'Monitoring' },
  },
  history: [
    { service: 'coreGrafana', from: 7002, to: 7010, reason: 'it conflicted with embed' },
    { service: 'embedGrafana', from: 7002, to: 7020, reason: 'it conflicted with embed' },
    { service: 'gateway', from: 7003, to: 7000, reason: 'to be the main entry point' },
  ],
})

/** A separate registry for tests, so that edits of the real one change no test. */
export const { PORTS, services, getPort, getListenPort, getHost, getOrigin, getDatabaseUrl, resolvePorts } = example

/** The name of a service of the example. */
export type ServiceName = keyof typeof PORTS

/** The names of the example's services. */
export const names = Object.keys(PORTS) as ServiceName[]

export default example
