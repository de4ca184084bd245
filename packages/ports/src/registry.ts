/**
 * The registry: the port of each service, the past ports of services, and the ranges.
 *
 * `pnpm ports move`, `add` and `retire` edit this file; everything else is built from it. One line is one service, sorted by
 * port. `fields.ts` and `invariants.ts` have the rules for a line.
 */

// prettier-ignore
export const services = {
  gateway:         { port: 3000,                      containerName: 'driftos-gateway',          variable: 'GATEWAY_PORT',       scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'API gateway, the main entry point; proxies to the others' },
  core:            { port: 3001,                      containerName: 'driftos-core',             variable: 'CORE_PORT',          scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'LLM service', aliases: ['llm'] },
  embed:           { port: 3002,                      containerName: 'driftos-embed-enterprise', variable: 'EMBED_PORT',         scheme: 'http',       healthPath: '/health',     metricsPath: '/metrics', group: 'services',     status: 'active', summary: 'Embedding and vector service', aliases: ['embedding', 'vector'], reuses: 'both Grafanas left it to embed' },
  website:         { port: 3004,                      containerName: 'driftos-website',          variable: 'WEBSITE_PORT',       scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Public site' },
  demo:            { port: 3005,                      containerName: 'driftos-demo',             variable: 'DEMO_PORT',          scheme: 'http',       healthPath: '/health',                              group: 'services',     status: 'active', summary: 'Demo application' },
  coreGrafana:     { port: 3010, containerPort: 3000, containerName: 'grafana',                  variable: 'GRAFANA_PORT',       scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'coreSupport',  status: 'active', summary: 'Dashboards for core' },
  embedGrafana:    { port: 3020, containerPort: 3000, containerName: 'embed-grafana',            variable: 'EMBED_GRAFANA_PORT', scheme: 'http',       healthPath: '/api/health', healthText: '"database"', group: 'embedSupport', status: 'active', summary: 'Dashboards for embed' },
  postgres:        { port: 5433, containerPort: 5432, containerName: 'postgres',                 variable: 'POSTGRES_PORT',      scheme: 'postgresql',                                                                            status: 'active', summary: 'Database, on a port that a local PostgreSQL does not use' },
  legacyEmbedding: { port: 8100,                      containerName: 'embedding-server',         variable: 'EMBEDDING_PORT',     scheme: 'http',       healthPath: '/health',     healthText: '',                                  status: 'legacy', summary: 'Alternative, legacy embedding service' },
  prometheus:      { port: 9091, containerPort: 9090, containerName: 'prometheus',               variable: 'PROMETHEUS_PORT',    scheme: 'http',       healthPath: '/-/healthy',  healthText: 'Prometheus', group: 'monitoring',   status: 'active', summary: 'Metrics collection' },
} as const satisfies Record<string, ServiceDefinition<keyof typeof ranges>>

/** The ranges of ports; `reserved` ports are for future services. */
export const ranges = {
  services: { first: 3000, last: 3009, reserved: { first: 3006, last: 3009 }, summary: 'DriftOS services' },
  coreSupport: { first: 3010, last: 3019, summary: 'What supports core' },
  embedSupport: { first: 3020, last: 3029, summary: 'What supports embed' },
  monitoring: { first: 9000, last: 9999, summary: 'Monitoring' },
} as const satisfies Record<string, RangeDefinition>

/** Every move, oldest first. A port that a service left is retired until another service takes it. */
export const history = [
  { service: 'coreGrafana', from: 3002, to: 3010, reason: 'it conflicted with embed' },
  { service: 'embedGrafana', from: 3002, to: 3020, reason: 'it conflicted with embed' },
  { service: 'gateway', from: 3003, to: 3000, reason: 'to be the main entry point' },
] as const satisfies readonly Move[]

/** The retired services, with the last port of each. Their names are not used again. */
export const retired = {} as const satisfies Record<string, RetiredService>

/** One line of the table. */
export interface ServiceDefinition<Group extends string = string> {
  /** The port on the host; no other service has it. */
  readonly port: number
  /** The port inside the service's container, where it differs from `port`. */
  readonly containerPort?: number
  /** The name of the package without its scope, and of the container: a DNS label. Services in one container share it. */
  readonly containerName: string
  /** The environment variable that overrides the port, such as `SHOP_PORT`. */
  readonly variable: `${string}_PORT`
  /** The protocol of the port: the scheme of the service's origin, and how the probe checks it. */
  readonly scheme:
    | 'http'
    | 'https'
    | 'grpc'
    | 'postgresql'
    | 'mysql'
    | 'mongodb'
    | 'redis'
    | 'amqp'
    | 'smtp'
    | 'tcp'
    | 'udp'
  /** The path that answers GET with a success when the service is healthy. */
  readonly healthPath?: `/${string}`
  /** A text that the health answer of the right service contains. Without one, the answer is JSON that names the service. */
  readonly healthText?: string
  /** The path that Prometheus scrapes. */
  readonly metricsPath?: `/${string}`
  /** The range of the port. Without one, the port is outside all ranges. */
  readonly group?: Group
  readonly status: 'active' | 'legacy'
  /** The purpose of the service, in one line. */
  readonly summary: string
  /** Other names of the service. */
  readonly aliases?: readonly string[]
  /** Why the service may take a retired port. Without it, a retired port is refused. */
  readonly reuses?: string
  /**
   * Why the port cannot move with `DRIFTOS_PORT_OFFSET`, such as a redirect URI that is registered elsewhere. Without it, a port
   * from 32768 up is refused.
   */
  readonly pinned?: string
}

/** A range of ports, both ends included. */
export interface RangeDefinition {
  readonly first: number
  readonly last: number
  readonly reserved?: { readonly first: number; readonly last: number }
  readonly summary: string
}

/** A service's move from one port to another. */
export interface Move {
  readonly service: string
  readonly from: number
  readonly to: number
  readonly reason: string
}

/** A retired service. */
export interface RetiredService {
  /** The last port of the service, retired with it. */
  readonly port: number
  /** Why it was retired: part of the error in code that still uses it. */
  readonly reason: string
}

type HolderOf = { [Name in keyof typeof services as (typeof services)[Name]['port']]: Name }
type PortClash = {
  [Name in keyof typeof services]: Exclude<HolderOf[(typeof services)[Name]['port']], Name> extends infer Other extends
    string
    ? `port ${(typeof services)[Name]['port']} is the port of both ${Name} and ${Other}`
    : never
}[keyof typeof services]

/** Two services on one port do not compile: the error on this line names both. */
export type NoPortClash<Clash extends never = PortClash> = Clash
