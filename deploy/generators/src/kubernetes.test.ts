import { readFileSync } from 'node:fs'
import { PORTS, services, type ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { generatedNotice } from './artifact.js'
import { registry, registryWith } from './fake-registry.fixture.js'
import { kubernetesApps } from './kubernetes-apps.js'

const apps = ['gateway', 'core', 'embed', 'website', 'demo'] as const
const models = { Deployment, Service, PodDisruptionBudget, HorizontalPodAutoscaler }

/** The gateway's keys, and where they are read. */
const keys = {
  gateway: { name: 'driftos-gateway', key: 'GATEWAY_API_KEYS' },
  demo: { name: 'driftos-gateway', key: 'GATEWAY_API_KEY' },
}

const readers: Readonly<Record<string, string>> = {
  GATEWAY_API_KEYS: 'apps/gateway/src/settings.ts',
  GATEWAY_API_KEY: 'apps/demo/src/app.ts',
}

describe('kubernetesApps', () => {
  it('makes a file for each app, and for nothing outside the range of the services', () => {
    const files = kubernetesApps(registry).map(({ file }) => file)
    expect(files).toEqual(expect.arrayContaining(apps.map((app) => `deploy/k8s/base/${app}.yaml`)))
    const others = Object.entries<ServiceDefinition>(services).filter(([, { group }]) => group !== 'services')
    for (const [name] of others) expect(files).not.toContain(`deploy/k8s/base/${name}.yaml`)
  })

  it('takes no service that is legacy, no support and no database for an app', () => {
    const changed = registryWith('website', { status: 'legacy' })
    expect(kubernetesApps(changed).map(({ file }) => file)).not.toContain('deploy/k8s/base/website.yaml')
  })
})

describe('the OpenAPI schemas', () => {
  it('refuse what is not so', () => {
    const [deployment] = parse('core') as unknown as [Deployment]
    deployment.spec!.template.spec!.containers[0]!.ports = [{ containerPort: '3001' as never }]
    expect(() => new Deployment(deployment).validate()).toThrow('containerPort')
  })
})

describe.each(apps)('the manifest of %s', (app) => {
  const { port, variable, containerName, healthPath } = services[app]
  const usesDatabase = readSource(`apps/${app}/src/app.ts`).includes('registerDatabase')
  const secret = usesDatabase ? { name: 'driftos-database', key: 'DATABASE_URL' } : keys[app as keyof typeof keys]

  it('begins with the notice and says why it may be scaled', () => {
    const [first, second] = textOf(app).split('\n')
    expect(first).toBe(`# ${generatedNotice}`)
    expect(second).toContain(usesDatabase ? 'what it keeps is in the database' : 'it keeps nothing')
  })

  it('is valid by the OpenAPI schemas of Kubernetes', () => {
    const documents = parse(app)
    expect(documents.map(({ kind }) => kind)).toEqual(Object.keys(models))
    for (const document of documents) {
      const model = new models[document.kind as keyof typeof models](document as never)
      expect(() => model.validate()).not.toThrow()
      expect(model.apiVersion).toBe(document.apiVersion)
    }
  })

  it('has the port of the registry wherever it has one', () => {
    const { container, service, template } = partsOf(app)
    expect(container.ports).toEqual([{ name: 'http', containerPort: port, protocol: 'TCP' }])
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(probe?.httpGet?.port).toBe('http')
    }
    expect(service.spec?.ports).toMatchObject([{ port, targetPort: 'http' }])
    expect(service.spec?.selector).toEqual({ 'app.kubernetes.io/name': containerName })
    expect(template.metadata?.labels).toMatchObject(service.spec?.selector ?? {})
    const metricsPath = 'metricsPath' in services[app] ? services[app].metricsPath : undefined
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
      HOST: '0.0.0.0',
      [variable]: String(port),
      GATEWAY_URL: `http://driftos-gateway:${PORTS.gateway}`,
      CORE_URL: `http://driftos-core:${PORTS.core}`,
      EMBED_URL: `http://driftos-embed-enterprise:${PORTS.embed}`,
      WEBSITE_URL: `http://driftos-website:${PORTS.website}`,
      DEMO_URL: `http://driftos-demo:${PORTS.demo}`,
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
    const deadlineMs = Number(
      /deadlineMs = ([\d_]+)/.exec(readSource('packages/service/src/stop.ts'))?.[1]?.replaceAll('_', ''),
    )
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

  it('changes the lines that name the port when the port changes, and no other', () => {
    const moved = textOf(app, registryWith(app, { port: 4321 }))
    expect(moved).toBe(textOf(app).replaceAll(String(port), '4321'))
    expect(moved).not.toBe(textOf(app))
  })

  it('follows a container port: there the app listens, at the other it is reached', () => {
    const changed = registryWith(app, { port: 4321, containerPort: 1234 })
    const { container, service } = partsOf(app, changed)
    expect(container.ports).toMatchObject([{ containerPort: 1234 }])
    expect(container.env).toContainEqual({ name: variable, value: '1234' })
    expect(container.env).toContainEqual({
      name: variable.replace('PORT', 'URL'),
      value: `http://${containerName}:4321`,
    })
    expect(service.spec?.ports).toMatchObject([{ port: 4321, targetPort: 'http' }])
  })

  it('follows the health path, and asks the port alone when there is none', () => {
    expect(partsOf(app, registryWith(app, { healthPath: '/alive' })).container.livenessProbe?.httpGet?.path).toBe(
      '/alive',
    )
    const { healthPath: _, ...unhealthy } = registry.services[app]!
    const without = { ...registry, services: { ...registry.services, [app]: unhealthy } }
    expect(partsOf(app, without).container.livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } })
  })
})

function textOf(app: string, from: RegistryDefinition = registry): string {
  return kubernetesApps(from)
    .find(({ file }) => file.endsWith(`/${app}.yaml`))!
    .render(from)
}

function parse(app: string, from: RegistryDefinition = registry): { apiVersion: string; kind: string }[] {
  return parseAllDocuments(textOf(app, from), { version: '1.1', strict: true }).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([])
    return document.toJS() as { apiVersion: string; kind: string }
  })
}

function partsOf(app: string, from: RegistryDefinition = registry) {
  const [deployment, service, budget, autoscaler] = parse(app, from) as unknown as [
    Deployment,
    Service,
    PodDisruptionBudget,
    HorizontalPodAutoscaler,
  ]
  const template = deployment.spec!.template
  const pod = template.spec!
  return { deployment, service, budget, autoscaler, template, pod, container: pod.containers[0]! }
}

function readSource(file: string): string {
  return readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')
}
