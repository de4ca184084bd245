/**
 * The registry: who holds which port, which ports somebody held before, and which are kept free.
 *
 * A port change edits this file and no other, by `pnpm ports move`, `add` and `retire`. One line is one
 * service, sorted by number; the whole build, and every type, follows from it. The rules that a line
 * must keep stand in `invariants.ts`.
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
  postgres:        { port: 5433, containerPort: 5432, containerName: 'postgres',                 variable: 'POSTGRES_PORT',      scheme: 'postgresql',                                                                            status: 'active', summary: 'Database, beside a PostgreSQL of the machine' },
  legacyEmbedding: { port: 8100,                      containerName: 'embedding-server',         variable: 'EMBEDDING_PORT',     scheme: 'http',       healthPath: '/health',     healthText: '',                                  status: 'legacy', summary: 'Alternative, legacy embedding service' },
  prometheus:      { port: 9091, containerPort: 9090, containerName: 'prometheus',               variable: 'PROMETHEUS_PORT',    scheme: 'http',       healthPath: '/-/healthy',  healthText: 'Prometheus', group: 'monitoring',   status: 'active', summary: 'Metrics collection' },
} as const satisfies Record<string, ServiceDefinition<keyof typeof ranges>>

/** The numbers that belong together; `reserved` ones are kept for services to come. */
export const ranges = {
  services: { first: 3000, last: 3009, reserved: { first: 3006, last: 3009 }, summary: 'DriftOS services' },
  coreSupport: { first: 3010, last: 3019, summary: 'What supports core' },
  embedSupport: { first: 3020, last: 3029, summary: 'What supports embed' },
  monitoring: { first: 9000, last: 9999, summary: 'Monitoring' },
} as const satisfies Record<string, RangeDefinition>

/** Every move, oldest first. A number that a service left and nobody took is retired. */
export const history = [
  { service: 'coreGrafana', from: 3002, to: 3010, reason: 'it conflicted with embed' },
  { service: 'embedGrafana', from: 3002, to: 3020, reason: 'it conflicted with embed' },
  { service: 'gateway', from: 3003, to: 3000, reason: 'to be the main entry point' },
] as const satisfies readonly Move[]

/** The services that are gone, with the port that each held last. Nobody takes their names again. */
export const retired = {} as const satisfies Record<string, RetiredService>

/** One line of the table. */
export interface ServiceDefinition<Group extends string = string> {
  /** The port on the host, registered to this service alone. */
  readonly port: number
  /** The port inside the service's container, where it is another one than on the host. */
  readonly containerPort?: number
  /** The package's name without its scope, and the container's. */
  readonly containerName: string
  /** The environment variable that overrides the port. It ends in `_PORT`. */
  readonly variable: `${string}_PORT`
  readonly scheme: 'http' | 'https' | 'postgresql'
  /** Answers a plain GET when the service is healthy. Without one, the service is asked in its own protocol. */
  readonly healthPath?: `/${string}`
  /** A text that the right service's health answer contains. Without one, the answer is JSON that names the service. */
  readonly healthText?: string
  /** Where Prometheus scrapes the service. */
  readonly metricsPath?: `/${string}`
  /** The range that the port lies in. Without one, the service stands outside the ranges. */
  readonly group?: Group
  readonly status: 'active' | 'legacy'
  /** What the service is for, in a few words. */
  readonly summary: string
  /** What people also call it; a name that several services share tells none of them for sure. */
  readonly aliases?: readonly string[]
  /** Why the service may take a retired port. Without it, a retired port is refused. */
  readonly reuses?: string
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

/** What is left of a service that is gone. */
export interface RetiredService {
  /** The port that it held last. It is retired with the service. */
  readonly port: number
  /** Why it is gone, for whoever still asks for it. */
  readonly reason: string
}

type HolderOf = { [Name in keyof typeof services as (typeof services)[Name]['port']]: Name }
type PortClash = {
  [Name in keyof typeof services]: Exclude<HolderOf[(typeof services)[Name]['port']], Name> extends infer Other extends
    string
    ? `port ${(typeof services)[Name]['port']} is held by both ${Name} and ${Other}`
    : never
}[keyof typeof services]

/** Two services on one port do not compile: the error on this line names both. */
export type NoPortClash<Clash extends never = PortClash> = Clash
