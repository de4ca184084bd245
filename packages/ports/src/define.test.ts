import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineRegistry, findRegistryProblems, type PortRegistry, type RegistryDefinition } from './define.js'
import { acceptedFields, refusedFields, refusedNames } from './fields.fixture.js'
import { PortConfigError } from './errors.js'
import * as own from './index.js'
import { registrySchema } from './schema.js'

const shop = {
  port: 7001,
  containerName: 'acme-shop',
  variable: 'SHOP_PORT',
  scheme: 'https',
  healthPath: '/health',
  group: 'apps',
  status: 'active',
  summary: 'The shop',
} as const
const database = {
  port: 7433,
  containerPort: 5432,
  containerName: 'acme-database',
  variable: 'ACME_DB_PORT',
  scheme: 'postgresql',
  status: 'active',
  summary: 'What the shop sells',
} as const
const apps = { first: 7000, last: 7009, reserved: { first: 7005, last: 7009 }, summary: 'Apps' } as const
const move = { service: 'shop', from: 7000, to: 7001, reason: 'the proxy needs it' } as const

const acme = defineRegistry({ services: { shop, database }, ranges: { apps }, history: [move] })

/** The registry of DriftOS, defined like any other. */
const redefined: PortRegistry = defineRegistry({
  services: own.services,
  ranges: own.ranges,
  history: own.history,
  retired: own.retired,
})

describe('defineRegistry', () => {
  it('gives the constants', () => {
    expect(acme.PORTS).toEqual({ shop: 7001, database: 7433 })
    expect(acme.services).toEqual({ shop, database })
    expect(acme.ranges).toEqual({ apps })
    expect(acme.history).toEqual([move])
  })

  it('freezes the result, and does not change its argument', () => {
    const definition = { services: { shop: { ...shop } }, ranges: { apps: { ...apps } }, history: [{ ...move }] }
    const registry = defineRegistry(definition)
    for (const part of [registry, registry.PORTS, registry.services.shop, registry.ranges.apps, registry.history[0]])
      expect(Object.isFrozen(part)).toBe(true)
    expect(Object.isFrozen(definition.services.shop)).toBe(false)
  })

  it('gives getters that follow the environment', () => {
    const env = { SHOP_PORT: '8001', ACME_DB_HOST: 'db.internal', DRIFTOS_PORT_OFFSET: '100' }
    expect(acme.getPort('shop', env)).toBe(8001)
    expect(acme.getPort('database', env)).toBe(7533)
    expect(acme.getListenPort('database', { PORT: '9000' })).toBe(9000)
    expect(acme.getHost('database', env)).toBe('db.internal')
    expect(acme.getOrigin('shop', env)).toBe('https://localhost:8001')
    expect(acme.getOrigin('shop', { SHOP_URL: 'https://shop.example.com/' })).toBe('https://shop.example.com')
    expect(acme.resolvePorts(env)).toEqual({ shop: 8001, database: 7533 })
  })

  it('builds the connection string of the service that speaks postgresql', () => {
    expect(acme.getDatabaseUrl({ ACME_DB_PORT: '8433', POSTGRES_PASSWORD: 'p@ss' })).toBe(
      'postgresql://postgres:p%40ss@localhost:8433/postgres',
    )
    expect(acme.getDatabaseUrl({ DATABASE_URL: 'postgres://elsewhere/db' })).toBe('postgres://elsewhere/db')
  })

  it('has no connection string where nothing speaks postgresql', () => {
    const { getDatabaseUrl } = defineRegistry({ services: { shop }, ranges: { apps }, history: [] })
    expect(getDatabaseUrl).toBeUndefined()
    expectTypeOf(getDatabaseUrl).toBeUndefined()
  })

  it('reads process.env unless it is given another environment', () => {
    expect([acme.getPort('shop'), acme.getListenPort('shop'), acme.getHost('shop'), acme.getOrigin('shop')]).toEqual([
      7001,
      7001,
      'localhost',
      'https://localhost:7001',
    ])
  })

  it.each([7001, 7000, 7005, 7009, 7002, 7433, 1.5])('knows who holds or held %d', (port) => {
    expect(acme.findService(port)).toEqual(
      {
        7000: { port, status: 'retired', service: 'shop', movedTo: 7001 },
        7001: { port, status: 'assigned', service: 'shop' },
        7005: { port, status: 'reserved' },
        7009: { port, status: 'reserved' },
        7433: { port, status: 'assigned', service: 'database' },
      }[port],
    )
    expect(acme.isRegisteredPort(port)).toBe(port === 7001 || port === 7433)
  })

  it.each([
    ['getPort', () => acme.getPort('billing' as 'shop')],
    ['getListenPort', () => acme.getListenPort('toString' as 'shop')],
    ['getHost', () => acme.getHost('billing' as 'shop')],
    ['getOrigin', () => acme.getOrigin('__proto__' as 'shop')],
  ])('refuses a name that is not registered in %s', (_, read) => {
    expect(read).toThrow(PortConfigError)
    expect(read).toThrow(/^service="\w+" is not registered: see PORTS$/)
  })

  it('says of a service that is gone why, whatever DriftOS says', () => {
    const retired = { legacy: { port: 7009, reason: 'the shop does it' } }
    const registry: PortRegistry = defineRegistry({ services: { shop }, ranges: { apps }, history: [move], retired })
    expect(() => registry.getOrigin('legacy')).toThrow(
      'service="legacy" is retired, it held port 7009: the shop does it',
    )
    expect(registry.findService(7009)).toEqual({ port: 7009, status: 'retired', service: 'legacy' })
  })

  it('names every pair of ranges that overlap', () => {
    const of = (first: number, last: number) => ({ first, last, summary: 'Numbers' })
    const overlapping = { a: of(3000, 3999), b: of(3010, 3019), c: of(3020, 3029) }
    expect(() => defineRegistry({ services: {}, ranges: overlapping, history: [] })).toThrow(
      /ranges a and b share the ports from 3010 to 3019\nranges a and c share the ports from 3020 to 3029$/,
    )
  })

  it('says of one service what its own registry says', () => {
    expect(() => acme.getPort('shop', { SHOP_PORT: 'x' })).toThrow(
      'SHOP_PORT="x" is not a port: set a number from 1 to 65535, such as 7001, or unset it',
    )
    expect(() => acme.resolvePorts({ SHOP_PORT: '7433', DRIFTOS_PORT_OFFSET: '0' })).toThrow(
      'shop and database both resolve to port 7433 on localhost: SHOP_PORT is set to it, ACME_DB_PORT gives none and it is the default. Set SHOP_PORT to another port.',
    )
  })

  it.each([
    {},
    { CORE_PORT: '4101', EMBED_HOST: '::1', DRIFTOS_PORT_OFFSET: '100', PORT: '1', DATABASE_URL: 'postgres://a/b' },
    { CORE_PORT: 'tcp://10.0.0.1:3001', DEMO_PORT: ' ', WEBSITE_URL: 'https://example.com/a/' },
    { CORE_PORT: 'x', EMBED_URL: 'ftp://a', DRIFTOS_PORT_OFFSET: '1.5', DATABASE_URL: 'mysql://a' },
    { CORE_PORT: '5000', EMBED_PORT: '5000', DRIFTOS_PORT_OFFSET: '70000' },
  ])('answers for DriftOS as the main entry does with %j', (env) => {
    const answers = (registry: PortRegistry) => [
      ...Object.keys(registry.PORTS).flatMap((name) => [
        attempt(() => registry.getPort(name, env)),
        attempt(() => registry.getListenPort(name, env)),
        attempt(() => registry.getHost(name, env)),
        attempt(() => registry.getOrigin(name, env)),
      ]),
      attempt(() => registry.resolvePorts(env)),
      // Without a database, a registry has no `getDatabaseUrl`, and the main entry has one that needs `DATABASE_URL`.
      ...(redefined.getDatabaseUrl ? [attempt(() => registry.getDatabaseUrl?.(env))] : []),
      ...[3000, 3002, 3003, 3006, 4000].flatMap((port) => [
        registry.findService(port),
        registry.isRegisteredPort(port),
      ]),
    ]
    expect(answers(redefined)).toEqual(answers(own))
  })

  it.each(refusedFields)('refuses $field = $value', ({ field, value }) => {
    const define = () => defineWith({ shop: { ...shop, [field]: value } })
    expect(define).toThrow(`services.shop.${field}: expected `)
  })

  it.each(acceptedFields)('accepts $field = $value', ({ field, value }) => {
    expect(() => defineWith({ shop: { ...shop, [field]: value } })).not.toThrow()
  })

  it.each(refusedNames)('refuses the name %j', (name) => {
    const services: unknown = JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(shop)} }`)
    expect(() => defineWith(services)).toThrow(
      `the name of an entry in \`services\`: expected a camelCase name of at most 63 letters and digits that no JavaScript object inherits, got ${JSON.stringify(name)}`,
    )
  })

  it.each([
    null,
    undefined,
    7,
    'x',
    [],
    { services: {} },
    { services: [], ranges: {}, history: [] },
    { services: { shop: null }, ranges: {}, history: [] },
  ])('refuses %j, which is no registry, without a TypeError', (definition) => {
    expect(() => defineRegistry(definition as RegistryDefinition)).toThrow(
      'The registry has fields that are not accepted:',
    )
  })

  it('lists every field that is not accepted, with its value and the fix', () => {
    const broken = { ...shop, containerName: 'Pay Service', summary: 'a\nB=1', variable: 'DATABASE_PORT' }
    expect(() => defineWith({ shop: broken })).toThrowErrorMatchingInlineSnapshot(`
      [Error: The registry has fields that are not accepted:
      services.shop.containerName: expected a DNS label: a-z, 0-9 and hyphens inside, at most 63 characters, got "Pay Service". Rename it, for example to \`acme-shop\`.
      services.shop.variable: expected a name such as SHOP_PORT: upper case, ends in _PORT, at most 63 characters, and none of BASE_PORT, CONTAINER_PORT, DATABASE_PORT, DOCKER_PORT, DRIFTOS_PORT, PUBLIC_PORT, VERCEL_PORT, whose _URL, _HOST or _OFFSET sibling means something else, got "DATABASE_PORT". Rename it, for example to SHOP_PORT.
      services.shop.summary: expected one line of 1 to 200 characters, got "a\\nB=1". Shorten it and remove line breaks and control characters.]
    `)
  })

  it('lists every contradiction, with both of its sides', () => {
    const definition: RegistryDefinition = {
      services: { shop, twin: { ...shop, group: 'nope' } },
      ranges: { apps },
      history: [{ ...move, to: 7002 }],
    }
    expect(() => defineRegistry(definition)).toThrowErrorMatchingInlineSnapshot(`
      [Error: The registry contradicts itself:
      shop and twin both hold port 7001: give one of them another
      shop and twin both use the variable SHOP_PORT: rename one
      twin is of group nope, which is no range: apps
      the history ends with shop on 7002, but shop holds 7001]
    `)
  })
})

/** Defines a registry of any services, as a caller without types can. */
function defineWith(services: unknown) {
  return defineRegistry({ services, ranges: { apps }, history: [] } as RegistryDefinition)
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PortConfigError)) throw error
    return error.issues
  }
}

describe('findRegistryProblems', () => {
  const valid = { services: { shop }, ranges: { apps }, history: [move], retired: {} }
  const pathsOf = (definition: unknown) => findRegistryProblems(definition).map(({ path }) => path.join('.'))

  it('finds none in a registry from JSON', () => {
    expect(
      findRegistryProblems(JSON.parse(JSON.stringify({ $schema: './s.json', version: '1.0.0', ...valid }))),
    ).toEqual([])
  })

  it.each(refusedFields)('names $field = $value', ({ field, value }) => {
    expect(pathsOf({ ...valid, services: { shop: { ...shop, [field]: value } } })).toEqual([`services.shop.${field}`])
  })

  it.each([
    ['colour', { ...valid, colour: 'red' }],
    ['services.shop.colour', { ...valid, services: { shop: { ...shop, colour: 'red' } } }],
    ['ranges.apps.colour', { ...valid, ranges: { apps: { ...apps, colour: 'red' } } }],
    [
      'ranges.apps.reserved',
      { ...valid, ranges: { apps: { ...apps, reserved: { first: 7005, last: 7009, colour: 1 } } } },
    ],
    ['history.0.colour', { ...valid, history: [{ ...move, colour: 'red' }] }],
    ['retired.legacy.colour', { ...valid, retired: { legacy: { port: 7004, reason: 'a test', colour: 'red' } } }],
  ])('refuses the unknown field %s, as the zod schema does', (path, definition) => {
    expect(pathsOf(definition)).toEqual([path])
    expect(registrySchema.safeParse(definition).success).toBe(false)
  })

  it('names both sides of a contradiction', () => {
    const [problem] = findRegistryProblems({ ...valid, services: { shop, twin: { ...shop, variable: 'TWIN_PORT' } } })
    expect(problem).toMatchObject({ path: ['services', 'twin', 'port'] })
    expect(problem!.message).toContain('shop and twin')
  })
})
