/** The word for a port in the languages in which documents are mostly written. */
const portWord =
  /(?:^|[^\p{L}\p{N}_])(?:ports?|portas?|puertos?|портов|порты?)(?![\p{L}\p{N}])|_PORTS?(?![\p{L}\p{N}])|端口|ポート|포트/iu

/** Whether a text speaks of ports. */
export function speaksOfPorts(text: string): boolean {
  return portWord.test(text)
}

/** Whether a text has a number that could be a port: most lines have none, and are not read further. */
export function hasNumber(text: string): boolean {
  return /(?<![A-Za-z\d.#$])[1-9]\d{1,4}(?![A-Za-z\d%]|\.\d)/.test(text)
}

/** What parts of a system are called. */
const serviceWords = new Set(
  `gateway api apis core embed embedder embedding embeddings website site web webapp app backend frontend
  server service svc client ui gui dashboard dashboards admin portal proxy nginx caddy traefik haproxy envoy kong postgres
  postgresql pg pgbouncer timescaledb mysql mariadb mongo mongodb redis valkey memcached kafka redpanda zookeeper rabbitmq nats
  elasticsearch elastic opensearch kibana logstash grafana prometheus loki tempo jaeger zipkin otel collector alertmanager minio
  localstack db database auth keycloak vault consul etcd mailhog mailpit smtp studio adminer pgadmin storybook
  llm ollama demo metrics exporter cadvisor eureka vite next react angular hub console broker grpc websocket mcp cockroachdb
  clickhouse cassandra neo4j qdrant weaviate chroma milvus meilisearch supabase hasura temporal airflow jupyter scheduler
  orchestrator billing docs monitoring observability swagger graphql relay bridge`.split(/\s+/),
)

/** Whether the last words of a text name a part of a system. */
export function endsInService(text: string): boolean {
  const words = text.slice(-60).match(/[\p{L}\p{N}]+/gu) ?? []
  return words.slice(-4).some((word) => serviceWords.has(word.toLowerCase()))
}

/** Whether the first words of a text name a part of a system. */
export function beginsWithService(text: string): boolean {
  const words = text.slice(0, 60).match(/[\p{L}\p{N}]+/gu) ?? []
  return words.slice(0, 4).some((word) => serviceWords.has(word.toLowerCase()))
}

/** Words that say nothing of whose port a number is. */
const glue = new Set(
  `a an the and or nor on at in to from of for by with via as is are was were be been will can may it its this that these those
  your our my we you they now then than so if when while which where there here not no also only just both all each any else
  port ports porta puerto number numbers range ranges default defaults defaulting url urls uri uris http https tcp udp localhost
  host hosts hostname container containers internal external internally externally inside outside published publish publishes
  exposed expose exposes exposing mapping mapped maps local locally access accessible available reachable open visit see go
  browse browser navigate check run runs running start starts started starting listen listens listening bind binds bound serve
  serves served serving use uses used using uses connect connects connection point points set sets change changed move moved
  originally previously formerly currently instead rather old new href src e.g i.e eg ie example note optional required
  services servers endpoints addresses address endpoint link links up longer fallback live lives hit curl dev prod development production staging assigned allocated s get post config configured
  configure http2 ok yes default's free busy taken already someone something another other different same main`.split(
    /\s+/,
  ),
)

function isGlue(word: string): boolean {
  return glue.has(word.toLowerCase().replace(/[.'_-]+$/, '')) || /^\d+$/.test(word)
}

/** Whether a text has a word that may say whose port a number is. */
export function isTelling(text: string): boolean {
  const words = text.match(/\p{L}[\p{L}\p{N}.'_-]*/gu) ?? []
  return words.some((word) => word.length > 1 && !isGlue(word))
}

/** A text without what says nothing at either of its ends. */
export function trimGlue(text: string): string {
  const words = [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}.'_/@-]*/gu)]
  const first = words.findIndex(([word]) => !isGlue(word))
  const last = words.findLast(([word]) => !isGlue(word))
  if (first === -1 || !last) return ''
  const trimmed = text.slice(words[first]!.index, last.index + last[0].length)
  const isOpen = trimmed.lastIndexOf('(') > trimmed.lastIndexOf(')')
  return isOpen && text[last.index + last[0].length] === ')'
    ? `${trimmed})`
    : trimmed.replace(isOpen ? /\s*\([^(]*$/ : /$^/, '') || trimmed
}
