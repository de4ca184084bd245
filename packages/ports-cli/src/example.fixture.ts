import type { ServiceDefinition } from '@driftos/ports/define'

/**
 * A registry in the layout of the real one, with other ports. Tests use it so that edits of the real one change no test.
 */

// prettier-ignore
export const services = {
  gateway:      { port: 7000,                      containerName: 'driftos-gateway', variable: 'GATEWAY_PORT',       scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'The main entry point' },
  core:         { port: 7001,                      containerName: 'driftos-core',    variable: 'CORE_PORT',          scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'LLM service' },
  embed:        { port: 7002,                      containerName: 'driftos-embed',   variable: 'EMBED_PORT',         scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'Vector service', reuses: 'the Grafanas left it' },
  website:      { port: 7004,                      containerName: 'driftos-website', variable: 'WEBSITE_PORT',       scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Public site' },
  demo:         { port: 7005,                      containerName: 'driftos-demo',    variable: 'DEMO_PORT',          scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Demo application' },
  coreGrafana:  { port: 7010, containerPort: 3000, containerName: 'grafana',         variable: 'GRAFANA_PORT',       scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'coreSupport',  status: 'active', summary: 'Dashboards for core' },
  embedGrafana: { port: 7020, containerPort: 3000, containerName: 'embed-grafana',   variable: 'EMBED_GRAFANA_PORT', scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'embedSupport', status: 'active', summary: 'Dashboards for embed' },
  postgres:     { port: 7433, containerPort: 5432, containerName: 'postgres',        variable: 'POSTGRES_PORT',      scheme: 'postgresql',                                                                            status: 'active', summary: 'Database' },
  legacy:       { port: 8100,                      containerName: 'legacy',          variable: 'LEGACY_PORT',        scheme: 'http',       healthPath: '/health',     healthText: '',                                  status: 'legacy', summary: 'Legacy service' },
  prometheus:   { port: 9191, containerPort: 9090, containerName: 'prometheus',      variable: 'PROMETHEUS_PORT',    scheme: 'http',       healthPath: '/-/healthy',  healthText: 'Prometheus', group: 'monitoring',   status: 'active', summary: 'Metrics collection' },
} as const satisfies Readonly<Record<string, ServiceDefinition>>

/** The ranges of the example. */
export const ranges = {
  services: { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'Services' },
  coreSupport: { first: 7010, last: 7019, summary: 'Support of core' },
  embedSupport: { first: 7020, last: 7029, summary: 'Support of embed' },
  monitoring: { first: 9000, last: 9999, summary: 'Monitoring' },
} as const

/** The moves of the example. */
export const history = [
  { service: 'coreGrafana', from: 7002, to: 7010, reason: 'it conflicted with embed' },
  { service: 'embedGrafana', from: 7002, to: 7020, reason: 'it conflicted with embed' },
  { service: 'gateway', from: 7003, to: 7000, reason: 'to be the main entry point' },
] as const

/** The retired services of the example. */
export const retired = {} as const
