import type { RegistryDefinition } from '@driftos/ports/define'
import { yamlDocument, type Generator } from '@driftos/ports-cli'

/** The file name of the alert rules, next to the Prometheus configurations. */
export const alertsFile = 'alerts.yml'

/** The part of a Prometheus configuration that loads the rules. */
export const ruleFiles = `rule_files:\n  - ${alertsFile}\n`

/** Adds the alert rules to the generator of a Prometheus configuration. */
export function withAlerts({ render, ...generator }: Generator): Generator {
  return {
    ...generator,
    render(registry) {
      const config = render(registry)
      return config !== undefined && alerts.render(registry) !== undefined ? config + ruleFiles : config
    },
  }
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: 'critical' | 'warning' }
  readonly annotations: { readonly summary: string; readonly action: string }
}

/** The alert rules of Prometheus, for the services of the registry that have metrics. */
export const alerts: Generator = {
  file: `deploy/docker/prometheus/${alertsFile}`,
  render(registry) {
    const rules = listRules(registry)
    return rules.length > 0 ? yamlDocument({ groups: [{ name: 'driftos', rules }] }) : undefined
  },
}

function listRules({ services }: RegistryDefinition): Rule[] {
  const scraped = Object.values(services).filter(({ metricsPath }) => metricsPath !== undefined)
  if (scraped.length === 0) return []
  const jobs = `job=~"${scraped.map(({ containerName }) => containerName.replaceAll('.', '\\.')).join('|')}"`
  const jobOf = (name: string) => `job="${services[name]!.containerName}"`
  return [
    rule('DriftosServiceDown', `up{${jobs}} == 0`, '2m', 'critical', {
      summary: '{{ $labels.service }} on {{ $labels.instance }} does not answer',
      action: 'Look at its log, and whether it runs.',
    }),
    rule(
      'DriftosErrors',
      `sum by (service) (rate(http_request_duration_seconds_count{${jobs},status_code=~"5.."}[5m])) / sum by (service) (rate(http_request_duration_seconds_count{${jobs}}[5m])) > 0.05`,
      '5m',
      'critical',
      {
        summary: '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail',
        action: 'Look at its log for requests with a status of 500 and above, and at its /ready.',
      },
    ),
    rule(
      'DriftosSlow',
      `histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket{${jobs}}[5m]))) > 5`,
      '10m',
      'warning',
      {
        summary: 'One in twenty requests to {{ $labels.service }} takes longer than {{ $value | humanizeDuration }}',
        action: 'Look at the duration of the database and of the model.',
      },
    ),
    rule('DriftosDatabaseQueue', `database_pool_connections{${jobs},state="waiting"} > 0`, '5m', 'warning', {
      summary: 'Requests to {{ $labels.service }} wait for a database connection',
      action: 'Raise POSTGRES_POOL_SIZE, as far as max_connections of PostgreSQL allows, or find the slow statement.',
    }),
    ...(services['core']?.metricsPath === undefined
      ? []
      : [
          rule(
            'DriftosModelFails',
            `sum(rate(llm_errors_total{${jobOf('core')},kind!="aborted"}[5m])) / sum(rate(llm_request_duration_seconds_count{${jobOf('core')}}[5m])) > 0.2`,
            '5m',
            'warning',
            {
              summary: '{{ $value | humanizePercentage }} of the requests to the model fail',
              action: 'Read modelStatus in the /ready of core.',
            },
          ),
          rule(
            'DriftosNoDecisions',
            `sum(rate(core_fallbacks_total{${jobOf('core')},missing="embed"}[5m])) > 0`,
            '5m',
            'critical',
            {
              summary: 'Neither the model nor embed decides: messages stay in their branch',
              action: 'Start embed, or set a model that answers.',
            },
          ),
        ]),
    ...(services['embed']?.metricsPath === undefined
      ? []
      : [
          rule(
            'DriftosEmbedderFails',
            `sum(rate(embedding_duration_seconds_count{${jobOf('embed')},outcome="failed"}[5m])) > 0`,
            '5m',
            'warning',
            { summary: 'The embedder fails', action: 'Look at the log of embed, and at the service behind EMBEDDER.' },
          ),
        ]),
  ]
}

function rule(
  alert: string,
  expr: string,
  duration: string,
  severity: 'critical' | 'warning',
  annotations: Rule['annotations'],
): Rule {
  return { alert, expr, for: duration, labels: { severity }, annotations }
}
