import type { RegistryDefinition } from '@driftos/ports/define'
import type { Config } from '../project/config.js'
import type { Artifact } from './artifact.js'
import { devcontainer } from './devcontainer.js'
import { dockerCompose } from './docker-compose.js'
import { envExample } from './env-example.js'
import { kubernetesApps } from './kubernetes-apps.js'
import { kubernetesKustomization } from './kubernetes-kustomization.js'
import { coreDashboard, embedDashboard } from './grafana-dashboard.js'
import { grafanaDashboardProvider } from './grafana-dashboard-provider.js'
import { grafanaDatasource } from './grafana-datasource.js'
import { artifactNames, type ArtifactName } from './names.js'
import { portsDocument } from './ports-document.js'
import { prometheus, prometheusOfApps } from './prometheus.js'
import { quotations, type Quotation } from './quotation.js'
import { readmeTable } from './readme-table.js'
import { turboVariables } from './turbo-variables.js'

/** What each name stands for, from a registry. */
const artifacts: Readonly<Record<ArtifactName, (registry: RegistryDefinition) => readonly Artifact[]>> = {
  'readme-table': () => [readmeTable],
  'ports-document': () => [portsDocument],
  'env-example': () => [envExample],
  'turbo-variables': () => [turboVariables],
  devcontainer: () => [devcontainer],
  'kubernetes-kustomization': () => [kubernetesKustomization],
  'kubernetes-apps': kubernetesApps,
  'docker-compose': () => [dockerCompose],
  prometheus: () => [prometheus, prometheusOfApps],
  'grafana-datasource': () => [grafanaDatasource],
  'grafana-dashboard-provider': () => [grafanaDashboardProvider],
  'grafana-dashboard': () => [coreDashboard, embedDashboard],
}

/**
 * Everything that `sync` writes for a repository: files, parts of files, and for DriftOS's own registry the
 * numbers that its documents quote.
 */
export function listGenerated(
  registry: RegistryDefinition,
  { registry: ownRegistry, artifacts: names }: Pick<Config, 'registry' | 'artifacts'> = {},
): readonly (Artifact | Quotation)[] {
  return [...listArtifacts(registry, names), ...(ownRegistry === undefined ? quotations : [])]
}

/**
 * What is generated from a registry.
 *
 * @param names - which artifacts; all unless given
 */
export function listArtifacts(
  registry: RegistryDefinition,
  names: readonly ArtifactName[] = artifactNames,
): readonly Artifact[] {
  return names.flatMap((name) => artifacts[name](registry))
}
