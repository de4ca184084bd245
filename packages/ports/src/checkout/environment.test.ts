import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineRegistry } from '../define.js'
import * as driftos from '../index.js'
import { childEnvironment, composeProjectName, type EnvironmentRegistry } from './environment.js'

const checkout = { root: '/srv/shop', instance: '0123456789ab', project: '@acme/shop' }

const foreign = defineRegistry({
  services: {
    shop: {
      port: 4000,
      containerName: 'acme-shop',
      variable: 'SHOP_PORT',
      scheme: 'http',
      healthPath: '/health',
      status: 'active',
      summary: 'The shop',
    },
    store: {
      port: 4001,
      containerName: 'acme-store',
      variable: 'STORE_PORT',
      scheme: 'postgresql',
      status: 'active',
      summary: 'Its data',
    },
  },
  ranges: {},
  history: [],
})

const registries: [string, EnvironmentRegistry][] = [
  ['the registry of DriftOS', driftos],
  ['a foreign registry', foreign],
]

describe.each(registries)('childEnvironment of %s', (_, registry) => {
  const names = Object.keys(registry.services)

  it.each(names)('gives %s and its siblings the ports and origins that this process resolves', (service) => {
    for (const offset of [0, 100, 300]) {
      const { variable } = registry.services[names[0]!]!
      for (const overrides of [{}, { [variable]: '4321' }, { [variable.replace('_PORT', '_HOST')]: '::1' }]) {
        const env = { PORT: '9', DRIFTOS_PORT_OFFSET: String(offset), ...overrides }
        const child = childEnvironment(registry, checkout, { env, offset, source: 'slot' }, { service })
        expect(child['PORT']).toBe(String(registry.getPort(service, env)))
        expect(child[registry.services[service]!.variable]).toBe(child['PORT'])
        for (const sibling of names) {
          expect(registry.getPort(sibling, child)).toBe(registry.getPort(sibling, env))
          expect(registry.getOrigin(sibling, child)).toBe(registry.getOrigin(sibling, env))
        }
      }
    }
  })

  it('names the checkout, its offset and its compose project', () => {
    const child = childEnvironment(registry, checkout, { env: {}, offset: 100, source: 'slot' })
    expect(child).toMatchObject({
      DRIFTOS_PORT_OFFSET: '100',
      DRIFTOS_CHECKOUT: '/srv/shop',
      COMPOSE_PROJECT_NAME: 'shop-01234567',
    })
    expect(child).not.toHaveProperty('PORT')
  })

  it('keeps a compose project that is set by hand', () => {
    const env = { COMPOSE_PROJECT_NAME: 'mine' }
    expect(childEnvironment(registry, checkout, { env, offset: 100, source: 'slot' })).toMatchObject(env)
  })

  it('throws for an invalid variable', () => {
    const { variable } = registry.services[names[0]!]!
    const env = { [variable]: 'x' }
    expect(() => childEnvironment(registry, checkout, { env, offset: 0, source: 'slot' })).toThrow(variable)
  })
})

describe('composeProjectName', () => {
  it.each([
    ['driftos', 'driftos'],
    ['@acme/shop', 'shop'],
    ['@/a/b', 'a-b'],
    ['My Project', 'my-project'],
    ['_.-', 'project'],
    ['', 'project'],
    ['日本', 'project'],
    ['x'.repeat(99), 'x'.repeat(40)],
  ])('is %j for the first checkout as %j', (base, name) => {
    expect(composeProjectName(checkout, base, true)).toBe(name)
    expect(composeProjectName(checkout, base, false)).toBe(`${name}-01234567`)
  })

  it('is valid for every base', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (base, isFirst) => {
        expect(composeProjectName(checkout, base, isFirst)).toMatch(/^[a-z0-9][a-z0-9_-]*$/)
      }),
    )
  })
})
