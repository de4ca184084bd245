import { readdirSync, readFileSync } from 'node:fs'
import { generatedNotice } from '@driftos/ports-cli'
import type { RegistryDefinition } from '@driftos/ports/define'
import type { Deployment } from 'kubernetes-models/apps/v1'
import type { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import type { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import type { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import type { Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { kubernetesIngress } from './kubernetes-network.js'
import { kubernetesApps, kubernetesKustomization } from './kubernetes.js'
import { change, findUnusedPorts, names, registry } from './registry.fixture.js'
import { models, parseManifest, validateManifest } from './validate.fixture.js'

const { services } = registry
const [unused = 0, inner = 0] = findUnusedPorts(2)
const apps = ['gateway', 'core', 'embed', 'website', 'demo'].filter((name) => names.includes(name))
const parts = Object.keys(models).length

/** The gateway's keys, and where they are read. */
const keys: Readonly<Record<string, { name: string; key: string }>> = {
  gateway: { name: 'driftos-gateway', key: 'GATEWAY_API_KEYS' },
  demo: { name: 'driftos-gateway', key: 'GATEWAY_API_KEY' },
}

const readers: Readonly<Record<string, string>> = {
  GATEWAY_API_KEYS: 'apps/gateway/src/settings.ts',
  GATEWAY_API_KEY: 'apps/demo/src/settings.ts',
}

describe('kubernetesApps', () => {
  it('has every app, and no service that is legacy, support or a database', () => {
    const components = parseManifest(kubernetesApps.render(registry)!).map((manifest) => nameOf(manifest))
    const expected = apps.flatMap((app) => Array.from({ length: parts }, () => services[app]!.containerName))
    expect(components).toEqual(expect.arrayContaining(expected))
    const others = Object.values(services).filter(({ group, status }) => group !== 'services' || status === 'legacy')
    for (const { containerName } of others) expect(components).not.toContain(containerName)
  })

  it.each(apps)('leaves %s out once it is legacy', (app) => {
    const manifests = parseManifest(kubernetesApps.render(change(registry, app, { status: 'legacy' })) ?? '')
    expect(manifests.map((manifest) => nameOf(manifest))).not.toContain(services[app]!.containerName)
  })

  it.each(apps)('begins the part of %s with why it may be scaled', (app) => {
    const text = kubernetesApps.render(registry)!
    expect(text.split('\n')[0]).toBe(`# ${generatedNotice}`)
    const state = usesDatabaseOf(app) ? 'its data are in the database' : 'it stores nothing'
    expect(text).toContain(`# ${app} is stateless: ${state}`)
  })
})

describe('kubernetesKustomization', () => {
  it('lists every file of its directory, and no other', () => {
    const directory = new URL('../../../deploy/k8s/base/', import.meta.url)
    const { resources } = parseYaml(kubernetesKustomization.render(registry)!) as { resources: string[] }
    expect(new Set([...resources, 'kustomization.yaml'])).toEqual(new Set(readdirSync(directory)))
  })

  it('sets the version of every image, and leaves the namespace to overlays', () => {
    const text = kubernetesKustomization.render(registry)!
    const { images } = parseYaml(text) as { images: { name: string; newTag: string }[] }
    const used = [...kubernetesApps.render(registry)!.matchAll(/image: (.*)/g)].map(([, image]) => image)
    expect(images.map(({ name }) => name)).toEqual(used)
    expect(text).not.toContain('namespace:')
  })
})

describe('the OpenAPI schemas', () => {
  it('refuse an invalid manifest', () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 'three' } }
    expect(() => validateManifest(deployment)).toThrow('replicas')
  })
})

describe.each(apps)('the manifest of %s', (app) => {
  const { port, variable, containerName, healthPath, metricsPath } = services[app]!
  const usesDatabase = usesDatabaseOf(app)
  const secret = usesDatabase ? { name: 'driftos-database', key: 'DATABASE_URL' } : keys[app]

  it('is valid by the OpenAPI schemas of Kubernetes', () => {
    const documents = parse(app)
    expect(documents.map(({ kind }) => kind)).toEqual(Object.keys(models))
    for (const document of documents) expect(() => validateManifest(document)).not.toThrow()
  })

  it('has the port of the registry everywhere', () => {
    const { container, service, template } = partsOf(app)
    expect(container.ports).toEqual([{ name: 'http', containerPort: port, protocol: 'TCP' }])
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(probe?.httpGet?.port).toBe('http')
    }
    expect(service.spec?.ports).toMatchObject([{ port, targetPort: 'http' }])
    expect(service.spec?.selector).toEqual({ 'app.kubernetes.io/name': containerName })
    expect(template.metadata?.labels).toMatchObject(service.spec?.selector ?? {})
    expect(template.metadata?.annotations).toEqual(
      metricsPath && {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(port),
        'prometheus.io/path': metricsPath,
      },
    )
  })

  it('is alive by the health path, and ready by the database where the app uses it', () => {
    const { container } = partsOf(app)
    expect(container.livenessProbe?.httpGet?.path).toBe(healthPath)
    expect(container.startupProbe?.httpGet?.path).toBe(healthPath)
    expect(container.readinessProbe?.httpGet?.path).toBe(usesDatabase ? '/ready' : healthPath)
    expect(readSource('packages/drift/src/database.ts')).toContain("app.get('/ready'")
  })

  it('gives the app its own port, the origins of all apps, and nothing of the links', () => {
    const { container, pod } = partsOf(app)
    expect(pod.enableServiceLinks).toBe(false)
    const variables = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]))
    expect(variables).toMatchObject({
      HOST: '::',
      [variable]: String(port),
      ...Object.fromEntries(
        apps.map((other) => {
          const service = services[other]!
          return [service.variable.replace('_PORT', '_URL'), `http://${service.containerName}:${service.port}`]
        }),
      ),
      ...(secret && { [secret.key]: undefined }),
    })
    expect(Object.keys(variables).filter((name) => name.endsWith('_PORT'))).toEqual([variable])
    const held = container.env?.flatMap(({ name, valueFrom }) => (valueFrom ? [[name, valueFrom.secretKeyRef]] : []))
    if (secret?.name === 'driftos-gateway') expect(readSource(readers[secret.key]!)).toContain(`env['${secret.key}']`)
    expect(held).toEqual(secret ? [[secret.key, secret]] : [])
  })

  it('runs it without privileges and within bounds', () => {
    const { container, pod } = partsOf(app)
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }])
    expect(pod.volumes).toMatchObject([{ name: 'tmp', emptyDir: {} }])
    for (const bounds of [container.resources?.requests, container.resources?.limits]) {
      expect(Object.keys(bounds ?? {})).toEqual(['cpu', 'memory'])
    }
  })

  it('gives it longer to stop than it takes', () => {
    const { container, pod } = partsOf(app)
    const settings = readSource('packages/service/src/settings.ts')
    const deadlineMs = Number(/defaultUpstreamTimeoutMs = ([\d_]+)/.exec(settings)?.[1]?.replaceAll('_', ''))
    const drainMs = Number(/\d+\)$/.exec(container.lifecycle?.preStop?.exec?.command?.at(-1) ?? '')?.[0].slice(0, -1))
    expect(pod.terminationGracePeriodSeconds! * 1000).toBeGreaterThan(drainMs + deadlineMs)
  })

  it('scales and spares the same pods that it starts', () => {
    const { deployment, budget, autoscaler } = partsOf(app)
    expect(deployment.spec).not.toHaveProperty('replicas')
    expect(budget.spec?.selector).toEqual(deployment.spec?.selector)
    expect(autoscaler.spec?.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: containerName })
    expect(autoscaler.spec!.minReplicas!).toBeGreaterThan(budget.spec?.maxUnavailable as number)
  })

  it('admits the other apps and Prometheus, and everyone only to a published app', () => {
    const { policy, deployment } = partsOf(app)
    expect(policy.spec?.podSelector).toEqual(deployment.spec?.selector)
    const [rule] = policy.spec!.ingress!
    expect(rule!.ports).toEqual([{ port: 'http', protocol: 'TCP' }])
    const published = (parseManifest(kubernetesIngress.render(registry)!)[0] as unknown as Ingress).spec!.rules!.flatMap(
      ({ http }) => http!.paths.map(({ backend }) => backend.service!.name),
    )
    if (published.includes(containerName)) expect(rule!.from).toBeUndefined()
    else {
      expect(rule!.from).toHaveLength(2)
      const labels = deployment.spec?.template.metadata?.labels
      expect(labels).toMatchObject(rule!.from![0]!.podSelector!.matchLabels!)
    }
  })

  it('follows a container port: there the app listens, at the other it is reached', () => {
    const changed = change(registry, app, { port: unused, containerPort: inner })
    const { container, service } = partsOf(app, changed)
    expect(container.ports).toMatchObject([{ containerPort: inner }])
    expect(container.env).toContainEqual({ name: variable, value: String(inner) })
    expect(container.env).toContainEqual({
      name: variable.replace('PORT', 'URL'),
      value: `http://${containerName}:${unused}`,
    })
    expect(service.spec?.ports).toMatchObject([{ port: unused, targetPort: 'http' }])
  })

  it('probes the health path, or only the port without one', () => {
    expect(partsOf(app, change(registry, app, { healthPath: '/alive' })).container.livenessProbe?.httpGet?.path).toBe(
      '/alive',
    )
    const { healthPath: _, ...unhealthy } = registry.services[app]!
    const without = { ...registry, services: { ...registry.services, [app]: unhealthy } }
    expect(partsOf(app, without).container.livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } })
  })
})

describe('kubernetesIngress', () => {
  it('publishes no metrics and no readiness, by the rule that the longest path wins', () => {
    const [ingress, empty] = parseManifest(kubernetesIngress.render(registry)!) as unknown as [Ingress, Service]
    expect(() => validateManifest(ingress as never)).not.toThrow()
    expect(empty.spec?.selector).toBeUndefined()
    for (const { http } of ingress.spec!.rules!) {
      for (const path of ['/metrics', '/ready']) {
        const matching = http!.paths.filter((one) =>
          one.pathType === 'Exact' ? one.path === path : path.startsWith(one.path!),
        )
        const [best] = matching.toSorted((one, other) => Number(one.pathType !== 'Exact') - Number(other.pathType !== 'Exact'))
        expect(best === undefined || best.backend.service!.name === empty.metadata!.name).toBe(true)
      }
    }
  })
})

describe('the database connections of all replicas', () => {
  it('fit PostgreSQL’s default of 100, three of them for superusers, with one more replica during an update', () => {
    const source = readSource('packages/drift/src/settings.ts')
    const poolSize = Number(/defaultPoolSize = (\d+)/.exec(source)![1])
    const replicas = apps.filter(usesDatabaseOf).map((app) => {
      const { autoscaler, deployment } = partsOf(app)
      return autoscaler.spec!.maxReplicas + Number(deployment.spec!.strategy!.rollingUpdate!.maxSurge)
    })
    expect(poolSize * replicas.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(97)
  })
})

function parse(app: string, from: RegistryDefinition = registry) {
  const { containerName } = from.services[app]!
  return parseManifest(kubernetesApps.render(from)!).filter((manifest) => nameOf(manifest) === containerName)
}

function nameOf(manifest: object): string {
  return (manifest as { metadata: { name: string } }).metadata.name
}

function usesDatabaseOf(app: string): boolean {
  return readSource(`apps/${app}/src/app.ts`).includes('registerDatabase')
}

function partsOf(app: string, from: RegistryDefinition = registry) {
  const [deployment, service, budget, autoscaler, policy] = parse(app, from) as unknown as [
    Deployment,
    Service,
    PodDisruptionBudget,
    HorizontalPodAutoscaler,
    NetworkPolicy,
  ]
  const template = deployment.spec!.template
  const pod = template.spec!
  return { deployment, service, budget, autoscaler, policy, template, pod, container: pod.containers[0]! }
}

function readSource(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
}
