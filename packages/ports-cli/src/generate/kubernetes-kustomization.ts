import { posix } from 'node:path'
import type { Artifact } from './artifact.js'
import { findApps, kubernetesApps, kubernetesFolder } from './kubernetes-apps.js'
import { yamlDocument } from './yaml-document.js'

/** What the kustomize base consists of; the namespace and the images' versions are an overlay's. */
export const kubernetesKustomization: Artifact = {
  file: `${kubernetesFolder}/kustomization.yaml`,
  render: (registry) =>
    yamlDocument(
      {
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: kubernetesApps(registry).map(({ file }) => posix.basename(file)),
        images: findApps(registry).map(({ containerName }) => ({ name: containerName, newTag: 'unreleased' })),
      },
      ['An overlay sets the namespace and the images: see the README one folder up.'],
    ),
}
