import type { ServiceDefinition } from '@driftos/ports'
import { yamlDocument, type Generator } from '@driftos/ports-cli'
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'

/** The apps that clients outside of the cluster use, each with a host and the paths that are published. */
const published: Readonly<Record<string, { readonly host: string; readonly paths: readonly Path[] }>> = {
  gateway: { host: 'api.example.com', paths: [['Prefix', '/api'], ['Exact', '/health']] },
  website: { host: 'www.example.com', paths: [['Prefix', '/']] },
  demo: { host: 'demo.example.com', paths: [['Prefix', '/']] },
}

type Path = readonly [type: 'Prefix' | 'Exact', path: string]

/** Paths for operators, which an Ingress that publishes everything else has to leave out. */
const internalPaths = ['/metrics', '/ready']

/** A Service without pods, to which the internal paths lead. */
const unpublished = 'driftos-unpublished'

/** Returns who may connect to an app: the other apps and Prometheus, and everyone for a published one. */
export function renderNetworkPolicy(name: string, containerName: string, metadata: object): INetworkPolicy {
  const isPublished = Object.hasOwn(published, name)
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': containerName } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          // The ingress controller may be in any namespace.
          ...(!isPublished && {
            from: [
              { podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'driftos' } } },
              { namespaceSelector: {}, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } },
            ],
          }),
          ports: [{ port: 'http', protocol: 'TCP' }],
        },
      ],
    },
  }
}

/** An example of an Ingress, which publishes the API, the website and the demo without their metrics. */
export const kubernetesIngress: Generator = {
  file: 'deploy/k8s/examples/ingress.yaml',
  render({ services }) {
    const apps = Object.entries(published).flatMap(([name, how]) => {
      const service = services[name]
      return service && service.status === 'active' && service.group === 'services' ? [{ service, ...how }] : []
    })
    if (apps.length === 0) return undefined
    const ingress: IIngress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'driftos' },
      spec: {
        tls: [{ hosts: apps.map(({ host }) => host), secretName: 'driftos-tls' }],
        rules: apps.map(({ service, host, paths }) => ({ host, http: { paths: listPaths(service, paths) } })),
      },
    }
    const documents = [
      yamlDocument(ingress, ['Copy it to an overlay and set your hosts. A path to a Service without pods answers 503.']),
      yamlDocument({ apiVersion: 'v1', kind: 'Service', metadata: { name: unpublished }, spec: { ports: [{ port: 80 }] } }),
    ]
    return documents.join('---\n')
  },
}

function listPaths({ containerName, port }: ServiceDefinition, paths: readonly Path[]) {
  const isOpen = paths.some(([, path]) => path === '/')
  return [
    ...(isOpen ? internalPaths : []).map((path) => backend('Exact', path, unpublished, 80)),
    ...paths.map(([type, path]) => backend(type, path, containerName, port)),
  ]
}

function backend(pathType: Path[0], path: string, name: string, number: number) {
  return { path, pathType, backend: { service: { name, port: { number } } } }
}
