/** The ports and the scheme of a program; the key is the name of its image. */
export interface Product {
  readonly scheme?: string
  readonly healthPath?: `/${string}`
}

const products: readonly (readonly [name: RegExp, product: Product])[] = [
  [/^(?:postgres|postgresql|postgis|timescaledb|pgvector|pg)\b/, { scheme: 'postgresql' }],
  [/^(?:mysql|mariadb|percona)\b/, { scheme: 'mysql' }],
  [/^mongo(?:db)?\b/, { scheme: 'mongodb' }],
  [/^(?:redis|valkey|keydb|dragonfly)\b/, { scheme: 'redis' }],
  [/^rabbitmq\b/, { scheme: 'amqp' }],
  [/^(?:kafka|zookeeper|nats|memcached|cassandra|mosquitto|redpanda)\b/, { scheme: 'tcp' }],
  [/^grafana\b/, { healthPath: '/api/health' }],
  [/^(?:prometheus|alertmanager|pushgateway)\b/, { healthPath: '/-/healthy' }],
  [/^(?:loki|tempo)\b/, { healthPath: '/ready' }],
  [/^minio\b/, { healthPath: '/minio/health/live' }],
  [/^(?:elasticsearch|opensearch)\b/, { healthPath: '/_cluster/health' }],
  [/^qdrant\b/, { healthPath: '/healthz' }],
  [/^meilisearch\b/, { healthPath: '/health' }],
  [/^vault\b/, { healthPath: '/v1/sys/health' }],
  [/^(?:clickhouse|consul|etcd|influxdb?|livekit|milvus|neo4j|ollama|temporal|typesense|weaviate)\b/, {}],
]

/** Returns the ports and the scheme of a program with this image or service name. */
export function findProduct(name: string): Product | undefined {
  return products.find(
    ([pattern]) =>
      pattern.test(name.replaceAll(/[-_]/g, ' ')) && !/dashboards?|exporter|commander|admin|ui$/i.test(name),
  )?.[1]
}

/** Returns the port on which a product answers health checks, where it is another than its own. */
export function healthPortOf(image: string): number | undefined {
  return /\bkeycloak\b/.test(image) ? 9000 : /\bnats\b/.test(image) ? 8222 : undefined
}

/** Returns whether a name is that of a web server, which forwards to other programs. */
export function isProxyName(name: string): boolean {
  return /(?:^|[-_.])(?:nginx|traefik|caddy(?:file)?|haproxy|envoy|httpd|apache|proxy|load[-_]?balancer|lb)(?:$|[-_.])/i.test(
    name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-'),
  )
}

/** Returns whether a port is one that Vite or Angular's development server has by default, or the next ones. */
export function isDevServerPort(port: number): boolean {
  return (port >= 5173 && port < 5183) || (port >= 4200 && port < 4210)
}

/** Commands that start a server for development, and its default port. */
export const devServers: readonly (readonly [command: RegExp, port: number])[] = [
  [/\bstrapi\s+dev(?:elop)?\b/, 1337],
  [/\b(?:next|nuxt|nuxi)\s+(?:dev|start)\b|\b(?:react-scripts|react-app-rewired|craco|docusaurus)\s+start\b/, 3000],
  [/\brsbuild\s+dev\b/, 3000],
  [/\bng\s+s(?:erve)?\b/, 4200],
  [/\bastro\s+dev\b/, 4321],
  [
    /(?:^|[\s&;"'])vite(?!\s+(?:build|preview|optimize)|[\w:-])|\b(?:react-router|remix|vitepress)\s+(?:vite:)?dev\b/,
    5173,
  ],
  [/\bgatsby\s+develop\b/, 8000],
  [/\bvue-cli-service\s+serve\b|\bwebpack(?:\s+serve|-dev-server)\b/, 8080],
  [/\bionic\s+serve\b/, 8100],
]

/** Further ports that development servers, IDEs and inspectors have by default. */
const clientPorts: ReadonlySet<number> = new Set([
  ...devServers.map(([, port]) => port),
  1234,
  1420,
  4000,
  4173,
  4174,
  4175,
  5000,
  5001,
  5500,
  6006,
  6274,
  8081,
  8888,
  9000,
  19_006,
  63_342,
])

/** Returns whether a port is one that tools for pages have by default, which a server allows in case somebody uses one. */
export function isClientPort(port: number): boolean {
  return isDevServerPort(port) || (port >= 3000 && port < 3010) || clientPorts.has(port)
}

/** Returns whether a port is one on which programs usually have their metrics, besides their own: an exporter's or an SDK's default. */
export function isMetricsPort(port: number): boolean {
  return (port >= 9090 && port < 10_000) || [2004, 2112, 8888, 8889, 14_269, 15_692].includes(port)
}

/** Returns whether a port is one that a debugger of Node or Go has by default, or one of the next. */
export function isDebuggerPort(port: number): boolean {
  return (port >= 9229 && port < 9240) || port === 40_000
}

/** Schemes of well-known container ports. */
export const schemes: Readonly<Record<number, string>> = {
  443: 'https',
  1025: 'smtp',
  1433: 'tcp',
  2181: 'tcp',
  3306: 'mysql',
  4222: 'tcp',
  4317: 'grpc',
  5432: 'postgresql',
  5672: 'amqp',
  6379: 'redis',
  9042: 'tcp',
  9092: 'tcp',
  11_211: 'tcp',
  26_257: 'postgresql',
  27_017: 'mongodb',
  50_051: 'grpc',
}

/** Returns whether a port is the usual one of a database or a broker. */
export function isDatabasePort(port: number): boolean {
  return port in schemes && !/^(?:grpc|https|smtp)$/.test(schemes[port]!)
}

/** Names of databases and brokers by the schemes of their addresses. */
const names: Readonly<Record<string, string>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  mongodb: 'mongodb',
  redis: 'redis',
  amqp: 'rabbitmq',
}

/** Returns the name of the database or broker that has this scheme in its addresses; `rediss` is `redis` with TLS. */
export function nameOfScheme(scheme = ''): string | undefined {
  // `postgresql+asyncpg` is the scheme of a driver.
  const [own = ''] = scheme.split('+')
  return names[own] ?? names[own.replace(/s$/, '')]
}

/** The purpose of a further port of a container; the key is its well-known number. */
export const purposes: Readonly<Record<number, string>> = {
  443: 'Https',
  1025: 'Smtp',
  4317: 'Grpc',
  4318: 'Http',
  8025: 'Web',
  9001: 'Console',
  15_672: 'Management',
}

/** Ports of protocols that any program may open or send to, and of a cluster's own programs: OTLP, Zipkin, Jaeger's collector and agent, StatsD, Fluentd, syslog, ngrok's inspector. */
export const protocolPorts: ReadonlySet<number> = new Set([
  4040, 4317, 4318, 5775, 6443, 10_250, 6514, 6831, 6832, 8125, 9411, 14_250, 14_268, 24_224,
])

/** Ports that programs in containers, and Services of a cluster, usually have. */
export const usualPorts: ReadonlySet<number> = new Set([80, 8000, 8080])
