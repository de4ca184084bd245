import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineRegistry } from './define.js'
import { PortConfigError } from './errors.js'
import * as main from './index.js'
import type { ServiceDefinition } from './registry.js'

type Scheme = ServiceDefinition['scheme']

/** Returns a registry with one service of each given scheme. */
function registryOf(...schemes: Scheme[]) {
  const services = Object.fromEntries(
    schemes.map((scheme, index) => [
      `own${scheme}`,
      {
        port: 7000 + index,
        containerName: `own-${scheme}`,
        variable: `OWN_${scheme.toUpperCase()}_PORT` as const,
        scheme,
        status: 'active' as const,
        summary: `A service with ${scheme}`,
      },
    ]),
  )
  return defineRegistry({ services, ranges: {}, history: [] })
}

function refusalOf(read: () => unknown): PortConfigError {
  try {
    read()
  } catch (error) {
    if (error instanceof PortConfigError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const connections: [scheme: Scheme, url: string, origin: string][] = [
  ['postgresql', 'postgres://u:hunter2@db.internal/app', 'postgres://db.internal'],
  ['postgresql', 'postgresql://u:hunter2@DB:6432/app?sslmode=require&password=hunter2', 'postgresql://db:6432'],
  ['postgresql', 'postgresql://u:hunt%40er2@[::1]:6432', 'postgresql://[::1]:6432'],
  ['postgresql', 'postgresql://u:hunter2@one:1,two:2/app', 'postgresql://one:1'],
  ['mysql', 'mysql://root:hunter2@db:3307/app', 'mysql://db:3307'],
  ['mysql', 'mariadb://root:hunter2@db/app', 'mariadb://db'],
  ['mongodb', 'mongodb://u:hunter2@one:27018,two:27019/app?replicaSet=r', 'mongodb://one:27018'],
  ['mongodb', 'mongodb+srv://u:hunter2@cluster.example.com/app', 'mongodb+srv://cluster.example.com'],
  ['redis', 'redis://:hunter2@cache:6380/0', 'redis://cache:6380'],
  ['redis', 'rediss://default:hunter2@cache:6380', 'rediss://cache:6380'],
  ['amqp', 'amqp://u:hunter2@queue/%2F', 'amqp://queue'],
  ['amqp', 'amqps://u:hunter2@queue:5671', 'amqps://queue:5671'],
  ['smtp', 'smtp://u:hunter2@mail:1026', 'smtp://mail:1026'],
  ['smtp', 'smtps://u:hunter2@mail', 'smtps://mail'],
]
const databases: Scheme[] = ['postgresql', 'mysql', 'mongodb', 'redis', 'amqp', 'smtp']
const others: Scheme[] = ['http', 'https', 'grpc', 'tcp', 'udp']

describe('a connection URL', () => {
  it.each(connections)('of a %s service, %s, has the origin %s', (scheme, url, origin) => {
    const registry = registryOf(scheme, 'http')
    const env = { [`OWN_${scheme.toUpperCase()}_URL`]: url }
    expect(registry.getOrigin(`own${scheme}`, env)).toBe(origin)
    expect(registry.getOrigin('ownhttp', env)).toBe('http://localhost:7001')
    expect(registry.resolvePorts(env)).toEqual(registry.PORTS)
  })

  it.each(others)('is refused for a service whose scheme is %s, without its credentials', (scheme) => {
    const protocol = scheme === 'grpc' ? 'http' : scheme
    const url = `${protocol}://user:hunter2@host:1`
    const error = refusalOf(() =>
      registryOf(scheme).getOrigin(`own${scheme}`, { [`OWN_${scheme.toUpperCase()}_URL`]: url }),
    )
    expect(error.code).toBe('INVALID_URL')
    expect(JSON.stringify(error.issues)).not.toMatch(/hunter2|user:/)
  })

  it.each(databases)('of another scheme is refused for %s, without its credentials', (scheme) => {
    for (const text of [
      'ftp://u:hunter2@h/d',
      `${scheme}:u:hunter2@h`,
      `${scheme}://u:hunter2@`,
      `${scheme}://u:hunter2`,
      'hunter2@h',
    ]) {
      const error = refusalOf(() =>
        registryOf(scheme).getOrigin(`own${scheme}`, { [`OWN_${scheme.toUpperCase()}_URL`]: text }),
      )
      expect(error.code).toBe('INVALID_URL')
      expect(error.message).not.toContain('hunter2')
    }
  })

  it('never shows a password, in an origin or in a refusal', () => {
    const password = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
      .map((text) => `hunter2${text}hunter2`)
    fc.assert(
      fc.property(
        fc.constantFrom(...databases, ...others),
        password,
        fc.constantFrom('h', 'h:1', 'h:0', 'a b', '', 'h/d?x=y'),
        (scheme, secret, rest) => {
          const registry = registryOf(scheme)
          const env = { [`OWN_${scheme.toUpperCase()}_URL`]: `${scheme}://user:${secret}@${rest}` }
          let text: string
          try {
            text = registry.getOrigin(`own${scheme}`, env)
          } catch (error) {
            if (!(error instanceof PortConfigError)) throw error
            text = JSON.stringify([error.message, error.issues])
          }
          expect(text).not.toContain('hunter2')
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('the database', () => {
  const { getDatabaseUrl, getOrigin, resolvePorts } = registryOf('http', 'postgresql')
  const addressOf = (env: main.Env) => {
    const url = new URL(getDatabaseUrl!(env))
    return `${url.hostname}:${url.port}`
  }

  it.each([
    {},
    { OWN_POSTGRESQL_PORT: '6432', OWN_POSTGRESQL_HOST: 'db' },
    { OWN_POSTGRESQL_URL: 'postgresql://db:6432' },
    { OWN_POSTGRESQL_URL: 'postgresql://u:p@db:6432/app', OWN_POSTGRESQL_PORT: '1' },
    { DATABASE_URL: 'postgresql://u:p@db:6432/app', OWN_POSTGRESQL_HOST: 'other' },
    { DATABASE_URL: 'postgresql://u:p@[::1]:6432/app', OWN_POSTGRESQL_URL: 'postgresql://other:1' },
  ])('is the same for getDatabaseUrl and getOrigin with %j', (env) => {
    const origin = new URL(getOrigin('ownpostgresql', env))
    expect(addressOf(env)).toBe(`${origin.hostname}:${origin.port}`)
  })

  it.each([
    ['postgresql://db:6432', 'postgresql://me:secret@db:6432/app'],
    ['postgres://db/other', 'postgresql://me:secret@db/other'],
    ['postgres://u:p@db', 'postgresql://u:p@db/app'],
    ['postgres://u:p@db/other?sslmode=require', 'postgresql://u:p@db/other?sslmode=require'],
  ])('gets what %s leaves out from the other variables', (url, expected) => {
    const env = { POSTGRES_USER: 'me', POSTGRES_PASSWORD: 'secret', POSTGRES_DB: 'app', OWN_POSTGRESQL_URL: url }
    expect(getDatabaseUrl!(env)).toBe(expected)
  })

  it('is not changed by DATABASE_URL for a second service of its scheme, or one of another', () => {
    const env = { DATABASE_URL: 'postgresql://db:6432/app' }
    expect(getOrigin('ownhttp', env)).toBe('http://localhost:7000')
  })

  it('is reported when DATABASE_URL and its own URL mean two databases', () => {
    const env = { DATABASE_URL: 'postgresql://u:hunter2@one/app', OWN_POSTGRESQL_URL: 'postgresql://u:hunter2@two/app' }
    expect(refusalOf(() => resolvePorts(env)).message).toMatchInlineSnapshot(
      `"OWN_POSTGRESQL_URL="postgresql://two" is not the database of DATABASE_URL, postgresql://one, which wins: unset one of them, or set both to one database"`,
    )
    expect(resolvePorts({ ...env, OWN_POSTGRESQL_URL: 'postgres://other:pw@one/app' })).toEqual({
      ownhttp: 7000,
      ownpostgresql: 7001,
    })
  })
})

describe('a pinned service', () => {
  const web = { containerName: 'web', variable: 'WEB_PORT', scheme: 'http', status: 'active', summary: 'Web' } as const
  const { getListenPort, getPort, resolvePorts } = defineRegistry({
    services: {
      web: { ...web, port: 7000 },
      login: { ...web, port: 7100, variable: 'LOGIN_PORT', pinned: 'the identity provider redirects to it' },
    },
    ranges: {},
    history: [],
  })

  it('stays on its port whatever the offset is', () => {
    for (const offset of ['1', '-5', '60000', 'abc']) {
      expect(getPort('login', { DRIFTOS_PORT_OFFSET: offset })).toBe(7100)
      expect(getListenPort('login', { DRIFTOS_PORT_OFFSET: offset })).toBe(7100)
    }
    expect(resolvePorts({ DRIFTOS_PORT_OFFSET: '5' })).toEqual({ web: 7005, login: 7100 })
  })

  it('moves by its own variable, and listens where PORT sets it', () => {
    expect(getPort('login', { LOGIN_PORT: '7200', DRIFTOS_PORT_OFFSET: '5' })).toBe(7200)
    expect(getListenPort('login', { PORT: '7200', DRIFTOS_PORT_OFFSET: '5' })).toBe(7200)
  })

  it('is named when the offset shifts another service to its port', () => {
    const error = refusalOf(() => resolvePorts({ DRIFTOS_PORT_OFFSET: '100' }))
    expect(error.message).toMatchInlineSnapshot(
      `"web and login both resolve to port 7100 on localhost: WEB_PORT gives none and DRIFTOS_PORT_OFFSET moves the default 7000 to it, LOGIN_PORT is unset and the default is pinned. Set WEB_PORT to another port, or change DRIFTOS_PORT_OFFSET."`,
    )
    expect(error.issues[0]).toMatchObject({ code: 'COLLISION', service: 'web', variable: 'WEB_PORT' })
  })

  it('does not limit the offset of the others', () => {
    expect(refusalOf(() => resolvePorts({ DRIFTOS_PORT_OFFSET: 'abc' })).message).toContain(
      `from ${1 - 7000} to ${65_535 - 7000}`,
    )
  })
})

// prettier-ignore
const notStrings = [null, 7, true, NaN, 7n, Symbol('x'), {}, [], () => {}, Object.create(null), { toString() { throw new Error('toString') } }]
const own = registryOf('http', 'postgresql')

describe.each([
  { of: 'defineRegistry', registry: own as unknown as typeof main, names: Object.keys(own.PORTS) },
  { of: 'the main entry', registry: main, names: Object.keys(main.PORTS) },
])('the getters of $of', ({ registry, names }) => {
  const getters = ['getPort', 'getListenPort', 'getHost', 'getOrigin'] as const

  it.each([undefined, ...notStrings, [names[0]]])('refuse the service %o', (service) => {
    for (const getter of getters) {
      const error = refusalOf(() => registry[getter](service as never, {}))
      expect(error).toMatchObject({
        code: 'INVALID_PORT',
        issues: [{ variable: 'service', value: service === undefined ? '' : `[${typeof service}]` }],
      })
    }
  })

  it.each(notStrings)('refuse the value %o of a variable', (value) => {
    for (const name of names as main.ServiceName[]) {
      const { variable } = registry.services[name]
      for (const suffix of ['PORT', 'HOST', 'URL']) {
        const env = { [variable.replace(/PORT$/, suffix)]: value } as unknown as main.Env
        const error = refusalOf(() =>
          ({ PORT: registry.getPort, HOST: registry.getHost, URL: registry.getOrigin })[suffix]!(name, env),
        )
        expect(error.issues[0].value).toBe(`[${typeof value}]`)
      }
      expect(refusalOf(() => registry.getPort(name, { DRIFTOS_PORT_OFFSET: value })).code).toBe('INVALID_OFFSET')
    }
    for (const variable of ['DATABASE_URL', 'POSTGRES_PASSWORD'])
      expect(refusalOf(() => registry.getDatabaseUrl({ [variable]: value })).code).toBe('INVALID_URL')
  })
})
