import type { Artifact } from './artifact.js'
import { yamlDocument } from './yaml-document.js'

/** Where Grafana finds its dashboards: docker-compose.yml mounts those of each Grafana there. */
export const grafanaDashboardProvider: Artifact = {
  file: 'deploy/docker/grafana/provisioning/dashboards/driftos.yml',
  render: () =>
    yamlDocument({
      apiVersion: 1,
      providers: [
        {
          name: 'DriftOS',
          folder: 'DriftOS',
          type: 'file',
          disableDeletion: true,
          allowUiUpdates: false,
          options: { path: '/etc/grafana/dashboards' },
        },
      ],
    }),
}
