import {
  agentsSection,
  claudeLaunch,
  devcontainer,
  envExample,
  portsDocument,
  prometheus,
  readmeTable,
  turboVariables,
  vscodeTasks,
  type Generator,
} from '@driftos/ports-cli'
import { alerts, withAlerts } from './alerts.js'
import { compose } from './compose.js'
import { dashboards } from './grafana-dashboard.js'
import { grafanaDashboardProvider, grafanaDatasource } from './grafana-provisioning.js'
import { kubernetesApps, kubernetesKustomization } from './kubernetes.js'
import { kubernetesIngress } from './kubernetes-network.js'
import { variablesExample } from './variables.js'
import { addressesExample, defineExample, usageExample } from './readme-examples.js'


const pnpm = ['npx', '-y', 'pnpm@12.21.0'] as const
/** The services with pages, which an agent opens in a browser. */
const pages = ['website', 'demo']
const prometheusDirectory = 'deploy/docker/prometheus'

/** Everything that is generated from the registry in this repository. */
export const generators: readonly Generator[] = [
  readmeTable(),
  addressesExample,
  usageExample('README.md'),
  usageExample('packages/ports/README.md'),
  defineExample,
  portsDocument(),
  envExample({ more: variablesExample }),
  turboVariables(),
  devcontainer(),
  agentsSection({ command: `${pnpm.join(' ')} ports`, start: `${pnpm.join(' ')} dev` }),
  vscodeTasks({ command: [...pnpm, 'ports'], start: [...pnpm, 'dev'] }),
  claudeLaunch({
    command: [...pnpm, 'ports'],
    start: Object.fromEntries(pages.map((name) => [name, [...pnpm, '--filter', `@driftos/${name}`, 'dev']])),
  }),
  kubernetesApps,
  kubernetesKustomization,
  kubernetesIngress,
  compose,
  alerts,
  withAlerts(prometheus({
    file: `${prometheusDirectory}/prometheus.yml`,
    notes: [
      'Services on the host, at their registered ports. Prometheus reads no variables: where a port is overridden,',
      'docker-compose.yml contains the same configuration with the overrides, and without containers',
      '`driftos-ports env --format prometheus` prints it.',
    ],
  })),
  withAlerts(prometheus({
    file: `${prometheusDirectory}/prometheus.apps.yml`,
    services: 'in-containers',
    notes: ['Services in containers of the same network: the profile `apps` of docker-compose.yml.'],
  })),
  grafanaDatasource,
  grafanaDashboardProvider,
  ...dashboards,
]
