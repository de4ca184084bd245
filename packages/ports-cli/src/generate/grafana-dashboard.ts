import { generatedNotice, type Artifact } from './artifact.js'
import { getService } from './container.js'
import { datasource } from './grafana-datasource.js'

/** The dashboard of core. */
export const coreDashboard: Artifact = dashboardOf('core')

/** The dashboard of embed. */
export const embedDashboard: Artifact = dashboardOf('embed')

interface Panel {
  readonly title: string
  readonly description?: string
  readonly unit: string
  readonly width: number
  /** A number at a glance rather than a curve. */
  readonly isStat?: boolean
  /** Queries by their legends. */
  readonly queries: Readonly<Record<string, string>>
}

const height = 8
const rowWidth = 24

function dashboardOf(name: string): Artifact {
  return {
    file: `deploy/docker/grafana/dashboards/${name}/${name}.json`,
    render(registry) {
      const panels = panelsOf(name, `job="${getService(registry, name).containerName}"`)
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

/** By what `@driftos/drift` exports for every app of its API. */
function driftPanels(job: string): Panel[] {
  return [
    {
      title: 'Decisions per second',
      description: 'Messages by what was decided about them',
      unit: 'ops',
      width: 12,
      queries: { '{{action}}': `sum by (action) (rate(drift_decisions_total{${job}}[$__rate_interval]))` },
    },
    {
      title: 'Database connections',
      description: 'Of the pool, and the requests that wait for one',
      unit: 'short',
      width: 12,
      queries: { '{{state}}': `database_pool_connections{${job}}` },
    },
  ]
}

/** By what core exports of its model. */
function modelPanels(job: string): Panel[] {
  return [
    {
      title: 'Model latency, p95',
      description: 'By operation; of a streamed answer, until it begins',
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
      description: 'Answers that failed, by kind, and what others had to decide, by who gave no answer',
      unit: 'ops',
      width: 8,
      queries: {
        '{{kind}}': `sum by (kind) (rate(llm_errors_total{${job}}[$__rate_interval]))`,
        'without {{missing}}': `sum by (missing) (rate(core_fallbacks_total{${job}}[$__rate_interval]))`,
      },
    },
  ]
}

/** By what embed exports of its embedder. */
function embedderPanels(job: string): Panel[] {
  return [
    {
      title: 'Embedder latency, p95',
      description: 'Of one call, by outcome',
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

/** A quantile of a histogram; zero, not nothing, while nothing was measured. */
function quantileOrZero(histogram: string, labels: string, job: string): string {
  const rate = (part: string) => `rate(${histogram}_${part}{${job}}[$__rate_interval])`
  const quantile = `histogram_quantile(0.95, sum by (le, ${labels}) (${rate('bucket')}))`
  return `${quantile} > 0 or 0 * sum by (${labels}) (${rate('count')})`
}

/** By what `@driftos/service` exports for every service. */
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
      description: 'Answers of status 5xx among all, by route',
      unit: 'percentunit',
      width: 24,
      // A route without an error has no series of errors; it is to show zero, not nothing.
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

/** Panels stand side by side until a row is full. */
function positionOf(panels: readonly Panel[], index: number): object {
  const before = panels.slice(0, index).reduce((sum, { width }) => sum + width, 0)
  return { h: height, w: panels[index]!.width, x: before % rowWidth, y: Math.floor(before / rowWidth) * height }
}
