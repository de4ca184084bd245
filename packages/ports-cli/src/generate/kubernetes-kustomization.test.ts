import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { registry, registryWith } from './fake-registry.fixture.js'
import { kubernetesApps } from './kubernetes-apps.js'
import { kubernetesKustomization } from './kubernetes-kustomization.js'

describe('kubernetesKustomization', () => {
  it('lists every file of its folder, and no other', () => {
    const folder = new URL('../../../../deploy/k8s/base/', import.meta.url)
    const { resources } = parse(kubernetesKustomization.render(registry)) as { resources: string[] }
    expect(new Set([...resources, 'kustomization.yaml'])).toEqual(new Set(readdirSync(folder)))
  })

  it('sets the version of every image that a manifest names', () => {
    const { images } = parse(kubernetesKustomization.render(registry)) as { images: { name: string }[] }
    const named = kubernetesApps(registry).map((app) => /image: (.*)/.exec(app.render(registry))?.[1])
    expect(images.map(({ name }) => name)).toEqual(named)
  })

  it('follows a container name, and leaves the namespace to overlays', () => {
    const text = kubernetesKustomization.render(registryWith('core', { containerName: 'other-core' }))
    expect(parse(text)).toMatchObject({
      kind: 'Kustomization',
      images: expect.arrayContaining([{ name: 'other-core', newTag: 'unreleased' }]),
    })
    expect(text).not.toContain('namespace:')
  })
})
