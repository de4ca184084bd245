import { getContainerOrigin, scrapeInterval, yamlDocument, type Generator } from '@driftos/ports-cli'
import { dashboardDirectory, dashboards, datasource } from './grafana-dashboard.js'

const directory = 'deploy/docker/grafana/provisioning'

/** The Prometheus that both Grafanas query. */
export const grafanaDatasource: Generator = {
  file: `${directory}/datasources/prometheus.yml`,
  render({ services: { prometheus } }) {
    if (!prometheus) return undefined
    const prometheusDatasource = {
      name: 'Prometheus',
      ...datasource,
      access: 'proxy',
      url: getContainerOrigin(prometheus),
      isDefault: true,
      editable: false,
      jsonData: { timeInterval: scrapeInterval },
    }
    return yamlDocument({ apiVersion: 1, datasources: [prometheusDatasource] })
  },
}

/** The directory of Grafana's dashboards, where docker-compose.yml mounts those of each Grafana. */
export const grafanaDashboardProvider: Generator = {
  file: `${directory}/dashboards/driftos.yml`,
  render(registry) {
    if (dashboards.every(({ render }) => render(registry) === undefined)) return undefined
    const provider = {
      name: 'DriftOS',
      folder: 'DriftOS',
      type: 'file',
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: dashboardDirectory },
    }
    return yamlDocument({ apiVersion: 1, providers: [provider] })
  },
}
