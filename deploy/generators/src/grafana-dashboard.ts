import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice, type Generator } from '@driftos/ports-cli'

/** The name of the datasource in dashboards. */
export const datasource = { type: 'prometheus', uid: 'driftos-prometheus' }

/** The directory of dashboards in Grafana's container. */
export const dashboardDirectory = '/etc/grafana/dashboards'

/** The dashboards of core and embed. */
export const dashboards: readonly Generator[] = ['core', 'embed'].map(dashboardOf)

/** Whether the service and the Grafana that shows it are both registered. */
export function hasDashboard(name: string, { services }: RegistryDefinition): boolean {
  return services[name] !== undefined && services[`${name}Grafana`] !== undefined
}

interface Panel {
  readonly title: string
  readonly description?: string
  readonly unit: string
  readonly width: number
  /** A single number instead of a graph. */
  readonly isStat?: boolean
  /** Queries by their legends. */
  readonly queries: Readonly<Record<string, string>>
}

const height = 8
const rowWidth = 24

function dashboardOf(name: string): Generator {
  return {
    file: `deploy/docker/grafana/dashboards/${name}/${name}.json`,
    render(registry) {
      const service = registry.services[name]
      if (!service || !hasDashboard(name, registry)) return undefined
      const panels = panelsOf(name, `job="${service.containerName}"`)
      const dashboard = {
        uid: `driftos-${name}`,
        title: `DriftOS ${name}`,
        description: generatedNotice,
        tags: ['driftos'],
        editable: false,
        schemaVersion: 41,
        timezone: 'browser',
        refresh: '10s',
        time: { from: 'now-30m', to: 'now' },
        panels: panels.map((panel, index) => grafanaPanel(panel, index + 1, positionOf(panels, index))),
      }
      return `${JSON.stringify(dashboard, null, 2)}\n`
    },
  }
}

function panelsOf(name: string, job: string): Panel[] {
  return [...servicePanels(job), ...driftPanels(job), ...(name === 'core' ? modelPanels(job) : embedderPanels(job))]
}

/** The metrics that `@driftos/drift` exports for every app with its API. */
function driftPanels(job: string): Panel[] {
  return [
    {
      title: 'Decisions per second',
      description: 'Messages by decision',
      unit: 'ops',
      width: 12,
      queries: { '{{action}}': `sum by (action) (rate(drift_decisions_total{${job}}[$__rate_interval]))` },
    },
    {
      title: 'Database connections',
      description: 'Connections of the pool, and requests that wait for one',
      unit: 'short',
      width: 12,
      queries: { '{{state}}': `database_pool_connections{${job}}` },
    },
  ]
}

/** The metrics of core's model. */
function modelPanels(job: string): Panel[] {
  return [
    {
      title: 'Model latency, p95',
      description: 'By operation; for a streamed answer, until its first byte',
      unit: 's',
      width: 8,
      queries: { '{{operation}}': quantileOrZero('llm_request_duration_seconds', 'operation', job) },
    },
    {
      title: 'Model tokens per second',
      unit: 'short',
      width: 8,
      queries: {
        '{{operation}} {{kind}}': `sum by (operation, kind) (rate(llm_tokens_total{${job}}[$__rate_interval]))`,
      },
    },
    {
      title: 'Model errors and fallbacks per second',
      description: 'Failed answers by kind, and decisions made without the model, by what was missing',
      unit: 'ops',
      width: 8,
      queries: {
        '{{kind}}': `sum by (kind) (rate(llm_errors_total{${job}}[$__rate_interval]))`,
        'without {{missing}}': `sum by (missing) (rate(core_fallbacks_total{${job}}[$__rate_interval]))`,
      },
    },
  ]
}

/** The metrics of embed's embedder. */
function embedderPanels(job: string): Panel[] {
  return [
    {
      title: 'Embedder latency, p95',
      description: 'One call, by outcome',
      unit: 's',
      width: 12,
      queries: { '{{embedder}} {{outcome}}': quantileOrZero('embedding_duration_seconds', 'embedder, outcome', job) },
    },
    {
      title: 'Embedder calls per second',
      unit: 'ops',
      width: 12,
      queries: {
        '{{embedder}} {{outcome}}': `sum by (embedder, outcome) (rate(embedding_duration_seconds_count{${job}}[$__rate_interval]))`,
      },
    },
  ]
}

/** Returns the query of a histogram's quantile, which is zero while nothing was measured. */
function quantileOrZero(histogram: string, labels: string, job: string): string {
  const rate = (part: string) => `rate(${histogram}_${part}{${job}}[$__rate_interval])`
  const quantile = `histogram_quantile(0.95, sum by (le, ${labels}) (${rate('bucket')}))`
  return `${quantile} > 0 or 0 * sum by (${labels}) (${rate('count')})`
}

/** The metrics that `@driftos/service` exports for every service. */
function servicePanels(job: string): Panel[] {
  const duration = (part: string, labels = '') =>
    `rate(http_request_duration_seconds_${part}{${job}${labels}}[$__rate_interval])`
  const quantile = (of: number) => `histogram_quantile(${of}, sum by (le, route) (${duration('bucket')}))`
  const errors = `sum by (route) (${duration('count', ', status_code=~"5.."')})`
  const requests = `sum by (route) (${duration('count')})`
  return [
    {
      title: 'Up',
      description: '1 while the last scrape succeeded',
      unit: 'short',
      width: 4,
      isStat: true,
      queries: { up: `up{${job}}` },
    },
    {
      title: 'Running for',
      unit: 's',
      width: 4,
      isStat: true,
      queries: { uptime: `time() - process_start_time_seconds{${job}}` },
    },
    {
      title: 'Requests per second',
      unit: 'reqps',
      width: 16,
      queries: { '{{method}} {{route}}': `sum by (method, route) (${duration('count')})` },
    },
    {
      title: 'Error ratio',
      description: 'Share of responses with status 5xx, by route',
      unit: 'percentunit',
      width: 24,
      // A route without errors has no series of errors, and should show zero.
      queries: { '{{route}}': `(${errors} or 0 * ${requests}) / ${requests}` },
    },
    ...[0.5, 0.95, 0.99].map((of) => ({
      title: `Latency, p${of * 100}`,
      description: 'By route; within the bounds of the histogram’s buckets',
      unit: 's',
      width: 8,
      queries: { '{{route}}': quantile(of) },
    })),
    {
      title: 'Event loop lag',
      unit: 's',
      width: 8,
      queries: { mean: `nodejs_eventloop_lag_mean_seconds{${job}}`, p99: `nodejs_eventloop_lag_p99_seconds{${job}}` },
    },
    {
      title: 'Memory',
      unit: 'bytes',
      width: 8,
      queries: {
        resident: `process_resident_memory_bytes{${job}}`,
        'heap used': `nodejs_heap_size_used_bytes{${job}}`,
        external: `nodejs_external_memory_bytes{${job}}`,
      },
    },
    {
      title: 'CPU',
      description: 'Cores in use',
      unit: 'short',
      width: 8,
      queries: { cores: `rate(process_cpu_seconds_total{${job}}[$__rate_interval])` },
    },
  ]
}

function grafanaPanel({ title, description, unit, isStat, queries }: Panel, id: number, gridPos: object): object {
  return {
    id,
    title,
    ...(description !== undefined && { description }),
    type: isStat ? 'stat' : 'timeseries',
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, ...(!isStat && { min: 0 }) }, overrides: [] },
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
    })),
  }
}

/** Places panels side by side until a row is full. */
function positionOf(panels: readonly Panel[], index: number): object {
  const before = panels.slice(0, index).reduce((sum, { width }) => sum + width, 0)
  return { h: height, w: panels[index]!.width, x: before % rowWidth, y: Math.floor(before / rowWidth) * height }
}
