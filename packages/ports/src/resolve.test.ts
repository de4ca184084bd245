import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortConfigError } from './errors.js'
import { getPort, names, PORTS, resolvePorts, services as registered, type ServiceName } from './example.fixture.js'

const numbers = Object.values<number>(PORTS)
const [lowest, highest] = [Math.min(...numbers), Math.max(...numbers)]

describe('resolvePorts', () => {
  it('returns every default when nothing is set', () => {
    expect(resolvePorts(Object.freeze({}))).toEqual(PORTS)
  })

  it('applies overrides and the offset, and ignores PORT', () => {
    const shifted = Object.fromEntries(names.map((name) => [name, PORTS[name] + 100]))
    expect(resolvePorts(Object.freeze({ CORE_PORT: '4101', DRIFTOS_PORT_OFFSET: '100', PORT: '8080' }))).toEqual({
      ...shifted,
      core: 4101,
    })
  })

  it('returns an object of its own at every call', () => {
    const ports = resolvePorts({})
    ports.core = 1
    expect(resolvePorts({}).core).toBe(PORTS.core)
  })

  it('lets services swap their ports', () => {
    expect(resolvePorts({ CORE_PORT: `${PORTS.embed}`, EMBED_PORT: `${PORTS.core}` })).toMatchObject({
      core: PORTS.embed,
      embed: PORTS.core,
    })
  })

  it('lists every invalid variable in one error', () => {
    const env = { CORE_PORT: '0', DEMO_PORT: '3e3', POSTGRES_PORT: 'abc', EMBED_HOST: 'a/b', WEBSITE_PORT: '4004' }
    const lines = inOrder({
      core: `CORE_PORT="0" is not a port: set a number from 1 to 65535, such as ${PORTS.core}, or unset it`,
      embed: `EMBED_HOST="a/b" is not a host: write a name or a whole address, without scheme, port or path, such as 127.0.0.1, or unset it`,
      demo: `DEMO_PORT="3e3" is not a port: set a number from 1 to 65535, such as ${PORTS.demo}, or unset it`,
      postgres: `POSTGRES_PORT="abc" is not a port: set a number from 1 to 65535, such as ${PORTS.postgres}, or unset it`,
    })
    expect(refusalOf(env).message).toBe(lines.join('\n'))
  })

  it('lists both the port and the host of one service', () => {
    expect(problemsOf({ CORE_PORT: 'abc', CORE_HOST: 'a/b' })).toEqual([
      ['INVALID_PORT', 'core', 'CORE_PORT'],
      ['INVALID_URL', 'core', 'CORE_HOST'],
    ])
  })

  it('lists an invalid offset once, beside the other problems', () => {
    const [first, second, third] = names as [ServiceName, ServiceName, ServiceName]
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: 'abc' })).toEqual([['INVALID_OFFSET', first, 'DRIFTOS_PORT_OFFSET']])
    expect(
      problemsOf({
        DRIFTOS_PORT_OFFSET: '1.5',
        [registered[first].variable]: 'x',
        [registered[second].variable]: '4101',
      }),
    ).toEqual([
      ['INVALID_PORT', first, registered[first].variable],
      ['INVALID_OFFSET', third, 'DRIFTOS_PORT_OFFSET'],
    ])
  })

  it.each(['abc', String(-lowest), String(65_536 - highest), '99999', '-99999'])(
    'says of the offset %s, once, the bounds that suit every service',
    (value) => {
      const message = `DRIFTOS_PORT_OFFSET="${value}" is not an offset: set a number from ${1 - lowest} to ${65_535 - highest}, or unset it`
      expect(refusalOf({ DRIFTOS_PORT_OFFSET: value })).toMatchObject({
        code: 'INVALID_OFFSET',
        message,
        issues: [{ code: 'INVALID_OFFSET', variable: 'DRIFTOS_PORT_OFFSET', value, message }],
      })
    },
  )

  it.each([1 - lowest, 65_535 - highest])('accepts the offset %i, at such a bound', (offset) => {
    const ports = resolvePorts({ DRIFTOS_PORT_OFFSET: String(offset) })
    expect(Object.values(ports)).toEqual(numbers.map((port) => port + offset))
  })

  it('names the service that an offset takes out of range', () => {
    const last = names.find((name) => PORTS[name] === highest)
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: String(65_536 - highest) })).toEqual([
      ['INVALID_OFFSET', last, 'DRIFTOS_PORT_OFFSET'],
    ])
  })

  it('is for its code and its message what its issues are', () => {
    const error = refusalOf({ CORE_HOST: 'a/b', DEMO_PORT: 'abc' })
    expect(error.code).toBe(inOrder({ core: 'INVALID_URL', demo: 'INVALID_PORT' })[0])
    expect(error.message).toBe(error.issues.map(({ message }) => message).join('\n'))
  })

  it('prints no credentials', () => {
    const env = {
      CORE_PORT: 'user:hunter2@x',
      EMBED_HOST: 'http://user:hunter2@embed',
      DRIFTOS_PORT_OFFSET: 'u:hunter2@',
    }
    expect(JSON.stringify(refusalOf(env).issues)).not.toContain('hunter2')
  })
})

describe('resolvePorts, collisions', () => {
  it('names both services and both variables when an override meets a default', () => {
    const value = String(PORTS.embed)
    const causes = inOrder({
      core: 'CORE_PORT is set to it',
      embed: 'EMBED_PORT gives none and it is the default',
    })
    const message = `${both('core', 'embed')} both resolve to port ${value} on localhost: ${causes.join(', ')}. Set CORE_PORT to another port.`
    expect(() => resolvePorts({ CORE_PORT: ` ${value} ` })).toThrow(
      expect.objectContaining({
        code: 'COLLISION',
        message,
        issues: [{ code: 'COLLISION', service: 'core', variable: 'CORE_PORT', value, message }],
      }),
    )
  })

  it('names the variable that is set, in any order of the services', () => {
    expect(problemsOf({ EMBED_PORT: `${PORTS.core}` })).toEqual([['COLLISION', 'embed', 'EMBED_PORT']])
    expect(problemsOf({ CORE_PORT: `${PORTS.embed}` })).toEqual([['COLLISION', 'core', 'CORE_PORT']])
  })

  it('names both variables when both are set', () => {
    const [first, second] = inOrder({ gateway: 'GATEWAY_PORT', prometheus: 'PROMETHEUS_PORT' })
    expect(refusalOf({ GATEWAY_PORT: '4000', PROMETHEUS_PORT: '4000' }).message).toBe(
      `${both('gateway', 'prometheus')} both resolve to port 4000 on localhost: ${first} is set to it, ${second} is set to it. Set ${second} to another port.`,
    )
  })

  it('says what the offset moves to the port of an override', () => {
    const port = PORTS.gateway + 100
    const causes = inOrder({
      gateway: `GATEWAY_PORT gives none and DRIFTOS_PORT_OFFSET moves the default ${PORTS.gateway} to it`,
      website: 'WEBSITE_PORT is set to it',
    })
    const message = `${both('gateway', 'website')} both resolve to port ${port} on localhost: ${causes.join(', ')}. Set WEBSITE_PORT to another port.`
    expect(refusalOf({ DRIFTOS_PORT_OFFSET: '100', WEBSITE_PORT: `${port}` }).issues).toEqual([
      { code: 'COLLISION', service: 'website', variable: 'WEBSITE_PORT', value: `${port}`, message },
    ])
  })

  it('says of a link variable that it gives no port', () => {
    const env = { CORE_PORT: 'tcp://10.0.0.1:1', EMBED_PORT: `${PORTS.core}` }
    expect(refusalOf(env).message).toContain('CORE_PORT gives none and it is the default')
  })

  it('lists every service that falls on the same port, beside the other problems', () => {
    const env = { GATEWAY_PORT: '4000', CORE_PORT: '4000', EMBED_PORT: '4000', DEMO_PORT: 'abc' }
    const [, second, third] = inOrder({ gateway: 'gateway', core: 'core', embed: 'embed' })
    const problems = problemsOf(env)
    expect(problems).toHaveLength(3)
    expect(problems).toContainEqual(['COLLISION', second, registered[second!].variable])
    expect(problems).toContainEqual(['COLLISION', third, registered[third!].variable])
    expect(problems).toContainEqual(['INVALID_PORT', 'demo', 'DEMO_PORT'])
  })

  it('finds none where a link variable holds the number of another', () => {
    expect(resolvePorts({ CORE_PORT: `tcp://10.0.0.1:${PORTS.embed}` })).toEqual(PORTS)
  })

  it('permits one port on different hosts', () => {
    expect(resolvePorts({ CORE_PORT: `${PORTS.embed}`, CORE_HOST: 'core.internal' })).toMatchObject({
      core: PORTS.embed,
      embed: PORTS.embed,
    })
    expect(resolvePorts({ CORE_PORT: '80', CORE_HOST: 'core', EMBED_PORT: '80', EMBED_HOST: 'embed' })).toMatchObject({
      core: 80,
      embed: 80,
    })
  })

  it.each([
    ['Box.internal', 'box.INTERNAL', 'box.internal'],
    ['bücher.example', 'XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['[FD00::0002]', 'fd00:0::2', 'fd00::2'],
  ])('finds one on a remote host, whether it is written %s or %s', (one, other, host) => {
    const env = { CORE_PORT: '80', CORE_HOST: one, EMBED_PORT: '80', EMBED_HOST: other }
    expect(refusalOf(env).message).toContain(`${both('core', 'embed')} both resolve to port 80 on ${host}: `)
  })

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'core.localhost',
    '127.0.0.1',
    '127.0.1.1',
    '127.255.255.254',
    '::ffff:127.0.0.1',
    '::ffff:127.1.2.3',
    '::ffff:0.0.0.0',
    '::1',
    '[::1]',
    '0:0::1',
    '0.0.0.0',
    '::',
  ])('takes %s for this machine', (host) => {
    const env = { CORE_PORT: `${PORTS.embed}`, CORE_HOST: host }
    expect(problemsOf(env)).toEqual([['COLLISION', 'core', 'CORE_PORT']])
  })

  it('never returns two equal ports for one machine, whatever the port variables hold', () => {
    const value = fc.option(
      fc.oneof(
        fc.integer({ min: lowest - 2, max: lowest + 25 }).map(String),
        fc.constantFrom('', 'tcp://x:1', ` ${PORTS.postgres} `, 'abc'),
      ),
      { nil: undefined, freq: 2 },
    )
    const offset = fc.option(fc.integer({ min: -25, max: 25 }).map(String), { nil: undefined })
    const values = fc.record(Object.fromEntries(names.map((name) => [registered[name].variable, value])))
    fc.assert(
      fc.property(values, offset, (overrides, DRIFTOS_PORT_OFFSET) => {
        const env = Object.freeze({ ...overrides, DRIFTOS_PORT_OFFSET })
        const ports = valuesOrRefusal(() => Object.values(resolvePorts(env)))
        const each = valuesOrRefusal(() => names.map((name) => getPort(name, env)))
        expect(ports).toEqual(new Set(each).size === names.length ? each : undefined)
      }),
      { numRuns: 500 },
    )
  })
})

/** Texts of services, in the order in which the registry, sorted by port, names them. */
function inOrder<Text extends string>(texts: Readonly<Partial<Record<ServiceName, Text>>>): Text[] {
  return names.flatMap((name) => texts[name] ?? [])
}

function both(one: ServiceName, other: ServiceName): string {
  return inOrder({ [one]: one, [other]: other }).join(' and ')
}

function refusalOf(env: Record<string, string>): PortConfigError {
  try {
    resolvePorts(Object.freeze(env))
  } catch (error) {
    if (error instanceof PortConfigError) return error
    throw error
  }
  throw new Error('resolvePorts threw nothing')
}

function problemsOf(env: Record<string, string>) {
  return refusalOf(env).issues.map(({ code, service, variable }) => [code, service, variable])
}

function valuesOrRefusal(read: () => number[]): number[] | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof PortConfigError) return undefined
    throw error
  }
}
