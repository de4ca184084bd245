import type { Artifact, Registry } from './artifact.js'
import { devcontainer } from './devcontainer.js'
import { envExample } from './env-example.js'
import { kubernetesApps } from './kubernetes-apps.js'
import { kubernetesKustomization } from './kubernetes-kustomization.js'
import { portsDocument } from './ports-document.js'
import { readmeTable } from './readme-table.js'
import { turboVariables } from './turbo-variables.js'

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
  ]
}
