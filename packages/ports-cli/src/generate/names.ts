/** What `sync` can generate, each by the name of its file in this folder. */
export const artifactNames = [
  'readme-table',
  'ports-document',
  'env-example',
  'turbo-variables',
  'devcontainer',
  'kubernetes-kustomization',
  'kubernetes-apps',
  'docker-compose',
  'prometheus',
  'grafana-datasource',
  'grafana-dashboard-provider',
  'grafana-dashboard',
] as const

/** The name of an artifact, or of several that belong together. */
export type ArtifactName = (typeof artifactNames)[number]
