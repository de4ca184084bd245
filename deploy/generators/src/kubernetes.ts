import { posix } from 'node:path'
import type { ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice, getContainerPort, getSiblingVariable, yamlDocument, type Generator } from '@driftos/ports-cli'
import type { IDeployment } from 'kubernetes-models/apps/v1'
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1'
import type { IContainer, IEnvVar, IProbe, IService } from 'kubernetes-models/v1'
import { stringify } from 'yaml'
import { renderNetworkPolicy } from './kubernetes-network.js'

/** A service that this repository builds and a cluster runs. */
interface App extends ServiceDefinition {
  readonly name: string
}

const directory = 'deploy/k8s/base'

/** The apps that keep their data in the database, and the path that reports whether they reach it. */
const databaseUsers: ReadonlySet<string> = new Set(['core', 'embed'])
const databaseReadyPath = '/ready'
/** The variable that each app reads from a Secret. */
const secrets: Readonly<Record<string, { readonly secret: string; readonly variable: string }>> = {
  core: { secret: 'driftos-database', variable: 'DATABASE_URL' },
  embed: { secret: 'driftos-database', variable: 'DATABASE_URL' },
  gateway: { secret: 'driftos-gateway', variable: 'GATEWAY_API_KEYS' },
  demo: { secret: 'driftos-gateway', variable: 'GATEWAY_API_KEY' },
}

/** How long a stopping pod still accepts requests, until the cluster sends it none. */
const drainSeconds = 5
/** How long requests in progress may take: the default of `UPSTREAM_TIMEOUT_MS`. */
const stopSeconds = 30
const marginSeconds = 5

/** The apps of a registry: its active HTTP services in the range `services`. */
function findApps({ services }: RegistryDefinition): App[] {
  return Object.entries(services)
    .filter(([, { scheme, group, status }]) => scheme === 'http' && group === 'services' && status === 'active')
    .map(([name, service]) => Object.assign({ name }, service))
}

/** How a cluster runs, reaches, protects and scales each app. */
export const kubernetesApps: Generator = {
  file: `${directory}/apps.yaml`,
  render(registry) {
    const apps = findApps(registry)
    if (apps.length === 0) return undefined
    return `# ${generatedNotice}\n${apps.map((app) => renderApp(app, apps)).join('---\n')}`
  },
}

/** The kustomize base; an overlay sets the namespace and the images' versions. */
export const kubernetesKustomization: Generator = {
  file: `${directory}/kustomization.yaml`,
  render(registry) {
    const apps = findApps(registry)
    return yamlDocument(
      {
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: apps.length > 0 ? [posix.basename(kubernetesApps.file)] : [],
        images: apps.map(({ containerName }) => ({ name: containerName, newTag: 'unreleased' })),
      },
      ['An overlay sets the namespace and the images: see the README one directory up.'],
    )
  },
}

function renderApp(app: App, apps: readonly App[]): string {
  const parts = [
    renderDeployment(app, apps),
    renderService(app),
    renderBudget(app),
    renderAutoscaler(app),
    renderNetworkPolicy(app.name, app.containerName, metadataOf(app)),
  ]
  const state = usesDatabase(app) ? 'its data are in the database' : 'it stores nothing'
  return [
    `# ${app.name} is stateless: ${state}, so any number of replicas may run; the autoscaler sets how many.`,
    parts.map((part) => stringify(part, yamlOptions)).join('---\n'),
  ].join('\n')
}

/** No anchors, no folded lines, and quotes around words that YAML 1.1 reads as booleans. */
const yamlOptions = { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true, compat: 'yaml-1.1' } as const

function renderDeployment(app: App, apps: readonly App[]): IDeployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(app),
    spec: {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: selectorOf(app),
      template: {
        metadata: { labels: labelsOf(app), ...scrapeAnnotations(app) },
        spec: {
          // Kubernetes's link variables, such as CORE_PORT=tcp://…, have the names of the registry's.
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: drainSeconds + stopSeconds + marginSeconds,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: selectorOf(app),
            },
          ],
          containers: [renderContainer(app, apps)],
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
        },
      },
    },
  }
}

function renderContainer(app: App, apps: readonly App[]): IContainer {
  const alive = probe(app.healthPath)
  return {
    name: app.containerName,
    image: app.containerName,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: getContainerPort(app), protocol: 'TCP' }],
    env: [
      { name: 'HOST', value: '::' },
      { name: app.variable, value: String(getContainerPort(app)) },
      ...apps.map((other) => ({
        name: getSiblingVariable(other, 'URL'),
        value: `${other.scheme}://${other.containerName}:${other.port}`,
      })),
      ...secretOf(app),
    ],
    startupProbe: { ...alive, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
    livenessProbe: { ...alive, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
    readinessProbe: {
      ...(usesDatabase(app) ? probe(databaseReadyPath) : alive),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 2,
    },
    lifecycle: { preStop: { exec: { command: ['node', '-e', `setTimeout(() => {}, ${drainSeconds * 1000})`] } } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  }
}

function renderService(app: App): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(app),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(app).matchLabels,
      ports: [{ name: 'http', port: app.port, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }],
    },
  }
}

function renderBudget(app: App): IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(app),
    // A pod that is down does not block the draining of its node.
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: selectorOf(app) },
  }
}

function renderAutoscaler(app: App): IHorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(app),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.containerName },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  }
}

function secretOf({ name }: App): IEnvVar[] {
  const held = secrets[name]
  if (!held) return []
  return [{ name: held.variable, valueFrom: { secretKeyRef: { name: held.secret, key: held.variable } } }]
}

function usesDatabase({ name }: App): boolean {
  return databaseUsers.has(name)
}

function probe(path: string | undefined): IProbe {
  return path === undefined ? { tcpSocket: { port: 'http' } } : { httpGet: { path, port: 'http' } }
}

function metadataOf(app: App) {
  return { name: app.containerName, labels: labelsOf(app) }
}

function labelsOf(app: App) {
  return {
    ...selectorOf(app).matchLabels,
    'app.kubernetes.io/component': app.name,
    'app.kubernetes.io/part-of': 'driftos',
  }
}

function selectorOf({ containerName }: App) {
  return { matchLabels: { 'app.kubernetes.io/name': containerName } }
}

function scrapeAnnotations(app: App) {
  if (app.metricsPath === undefined) return {}
  return {
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(getContainerPort(app)),
      'prometheus.io/path': app.metricsPath,
    },
  }
}
