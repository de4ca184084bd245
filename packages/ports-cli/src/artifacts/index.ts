import type { Artifact, Registry } from './artifact.js'
import { devcontainer } from './devcontainer.js'
import { dockerCompose } from './docker-compose.js'
import { envExample } from './env-example.js'
import { kubernetesApps } from './kubernetes-apps.js'
import { kubernetesKustomization } from './kubernetes-kustomization.js'
import { coreDashboard, embedDashboard } from './grafana-dashboard.js'
import { grafanaDashboardProvider } from './grafana-dashboard-provider.js'
import { grafanaDatasource } from './grafana-datasource.js'
import { portsDocument } from './ports-document.js'
import { prometheus, prometheusOfApps } from './prometheus.js'
import { quotations, type Quotation } from './quotation.js'
import { readmeTable } from './readme-table.js'
import { turboVariables } from './turbo-variables.js'

/** Everything that `sync` writes: files, parts of files, and the numbers that other files quote. */
export function listGenerated(registry: Registry): readonly (Artifact | Quotation)[] {
  return [...listArtifacts(registry), ...quotations]
}

/** Everything that is generated from a registry. */
export function listArtifacts(registry: Registry): readonly Artifact[] {
  return [
    readmeTable,
    portsDocument,
    envExample,
    turboVariables,
    devcontainer,
    kubernetesKustomization,
    ...kubernetesApps(registry),
    dockerCompose,
    prometheus,
    prometheusOfApps,
    grafanaDatasource,
    grafanaDashboardProvider,
    coreDashboard,
    embedDashboard,
  ]
}
