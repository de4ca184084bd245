import type { Artifact } from './artifact.js'
import { getContainerOrigin, getService } from './container.js'
import { scrapeInterval } from './prometheus.js'
import { yamlDocument } from './yaml-document.js'

/** By which the dashboards name the datasource. */
export const datasource = { type: 'prometheus', uid: 'driftos-prometheus' }

/** The Prometheus that both Grafanas ask. */
export const grafanaDatasource: Artifact = {
  file: 'deploy/docker/grafana/provisioning/datasources/prometheus.yml',
  render: (registry) =>
    yamlDocument({
      apiVersion: 1,
      datasources: [
        {
          name: 'Prometheus',
          ...datasource,
          access: 'proxy',
          url: getContainerOrigin(getService(registry, 'prometheus')),
          isDefault: true,
          editable: false,
          jsonData: { timeInterval: scrapeInterval },
        },
      ],
    }),
}
