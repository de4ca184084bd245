import { describe, expect, it } from 'vitest'
import { defineRegistry } from '../define.js'
import { resolveServiceEnvironment } from './service-environment.js'

const checkout = { root: '/srv/shop', instance: '0123456789ab', project: '@acme/shop' }
const service = { containerName: 'shop', scheme: 'http', status: 'active', summary: 'Shop' } as const
const registry = defineRegistry({
  services: {
    shop: { ...service, port: 4000, variable: 'SHOP_PORT' },
    cart: { ...service, port: 4001, containerName: 'cart', variable: 'CART_PORT' },
  },
  ranges: {},
  history: [],
})

/** Without a slot, so that no ledger is used. */
const base = { CI: '1' }

describe('resolveServiceEnvironment', () => {
  it.each([
    ['the registered port', {}, '4000', []],
    ['the registered port at a blank PORT', { PORT: '' }, '4000', []],
    ['the registered port at a PORT of spaces', { PORT: ' ' }, '4000', []],
    ['the port that a tool chooses', { PORT: '4555' }, '4555', ['shop gets port 4555 from PORT.']],
    ['its own variable before PORT', { PORT: '4555', SHOP_PORT: '4666' }, '4666', []],
    ['PORT before a blank variable', { PORT: '4555', SHOP_PORT: '' }, '4555', ['shop gets port 4555 from PORT.']],
    ['the moved port', { DRIFTOS_PORT_OFFSET: '500' }, '4500', []],
  ])('gives a service %s', async (_, variables, port, expected) => {
    const given = { ...base, ...variables }
    const { env, messages } = await resolveServiceEnvironment('shop', registry, checkout, { env: given })
    expect(env).toMatchObject({ PORT: port, SHOP_PORT: port, SHOP_URL: `http://localhost:${port}`, CI: '1' })
    // A sibling does not follow PORT.
    expect(registry.getPort('cart', env)).toBe('DRIFTOS_PORT_OFFSET' in variables ? 4501 : 4001)
    expect(messages).toEqual(expected)
  })

  it.each(['x', '0', '70000'])('refuses PORT=%s', async (port) => {
    const env = { ...base, PORT: port }
    await expect(resolveServiceEnvironment('shop', registry, checkout, { env })).rejects.toThrow(/^PORT="/)
  })
})
