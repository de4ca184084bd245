import { defineRegistry } from '@driftos/ports/define'
import { childEnvironment, type Checkout } from '@driftos/ports/checkout'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compose, composeProject } from './compose.js'
import { interpolate } from './interpolate.fixture.js'
import { registry } from './registry.fixture.js'
import { validateCompose } from './validate.fixture.js'

interface ComposeFile {
  readonly name: string
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly ports: readonly string[] }>>
  readonly volumes?: Readonly<Record<string, object | null>>
  readonly networks?: Readonly<Record<string, object | null>>
}

const rendered = compose.render(registry)!
const ports = defineRegistry(registry)

/** Returns the compose file as a checkout reads it. */
function read(index: number): ComposeFile {
  const instance = String(index).padStart(12, '0').split('').toReversed().join('')
  const checkout: Checkout = { root: `/src/${index}`, instance, project: 'driftos-ports' }
  const offset = index * 100
  const env = { DRIFTOS_PORT_OFFSET: String(offset) }
  const variables = childEnvironment(ports, checkout, { env, offset, source: 'slot' }, { composeProject })
  return parse(interpolate(rendered, variables)) as ComposeFile
}

/** Returns the names of the containers, volumes and networks that a file creates, by the Compose specification. */
function namesIn({ name: project, services, volumes = {}, networks = {} }: ComposeFile): string[] {
  const fixed = [...Object.values(services), ...Object.values(volumes), ...Object.values(networks)].filter(
    (part) => part && ['container_name', 'name', 'external', 'network_mode'].some((key) => Object.hasOwn(part, key)),
  )
  expect(fixed).toEqual([])
  const isBuilt = (name: string) => services[name]!['build'] !== undefined
  return [
    ...Object.keys(services).map((service) => `container ${project}-${service}-1`),
    ...Object.keys(services).flatMap((service) => {
      if (!isBuilt(service)) return []
      return `image ${imageOf(services[service]!) ?? `${project}-${service}`}`
    }),
    ...Object.keys(volumes).map((volume) => `volume ${project}_${volume}`),
    ...['default', ...Object.keys(networks)].map((network) => `network ${project}_${network}`),
    ...Object.values(services).flatMap(({ ports: published }) =>
      published.map((port) => `port ${port.split(':').slice(0, -1).join(':')}`),
    ),
  ]
}

function imageOf({ image }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof image === 'string' ? image : undefined
}

describe('docker-compose.yml in several checkouts', () => {
  const files = Array.from({ length: 20 }, (_, index) => read(index))

  it('is valid in each', () => {
    for (const file of files) expect(validateCompose(file) ? [] : validateCompose.errors).toEqual([])
  })

  it('has containers, images, volumes, networks and ports that never meet', () => {
    const names = files.flatMap(namesIn)
    expect(new Set(names).size).toBe(names.length)
    for (const kind of ['container', 'image', 'volume', 'network', 'port']) {
      expect(names.some((name) => name.startsWith(`${kind} `))).toBe(true)
    }
  })

  it('keeps the names of existing volumes in the first checkout, and in each one that sets the name', () => {
    expect(files[0]!.name).toBe(composeProject)
    const kept = parse(interpolate(rendered, { COMPOSE_PROJECT_NAME: 'former' })) as ComposeFile
    expect(kept.name).toBe('former')
  })

  it('gives each Grafana a separate cookie, since browsers keep cookies by host', () => {
    const cookies = files.flatMap((file) =>
      Object.values(file.services).flatMap(({ environment }) => {
        const { GF_AUTH_LOGIN_COOKIE_NAME: cookie } = (environment ?? {}) as Record<string, unknown>
        return cookie === undefined ? [] : [cookie]
      }),
    )
    expect(new Set(cookies).size).toBe(cookies.length)
  })
})
