import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getPort } from './env.js'
import { PortConfigError } from './errors.js'
import { resolvePorts } from './resolve.js'
import { PORTS, variables } from './tables.js'
import type { ServiceName } from './types.js'

const names = Object.keys(PORTS) as ServiceName[]

describe('resolvePorts', () => {
  it('returns every default when nothing is set', () => {
    expect(resolvePorts(Object.freeze({}))).toEqual(PORTS)
  })

  it('applies overrides and the offset, and ignores PORT', () => {
    expect(resolvePorts(Object.freeze({ CORE_PORT: '4101', DRIFTOS_PORT_OFFSET: '100', PORT: '8080' }))).toEqual({
      gateway: 3100,
      core: 4101,
      embed: 3102,
      website: 3104,
      demo: 3105,
      coreGrafana: 3110,
      embedGrafana: 3120,
      prometheus: 9191,
      postgres: 5533,
      legacyEmbedding: 8200,
    })
  })

  it('returns an object of its own at every call', () => {
    const ports = resolvePorts({})
    ports.core = 1
    expect(resolvePorts({}).core).toBe(3001)
  })

  it('lets services swap their ports', () => {
    expect(resolvePorts({ CORE_PORT: '3002', EMBED_PORT: '3001' })).toMatchObject({ core: 3002, embed: 3001 })
  })

  it('lists every invalid variable in one error', () => {
    const env = { CORE_PORT: '0', DEMO_PORT: '3e3', POSTGRES_PORT: 'abc', EMBED_HOST: 'a/b', WEBSITE_PORT: '4004' }
    expect(() => resolvePorts(env)).toThrowErrorMatchingInlineSnapshot(`
      [PortConfigError: CORE_PORT="0" is not a port: set a number from 1 to 65535, such as 3001, or unset it
      EMBED_HOST="a/b" is not a host: write a name or an address without scheme, port or path, such as 127.0.0.1, or unset it
      DEMO_PORT="3e3" is not a port: set a number from 1 to 65535, such as 3005, or unset it
      POSTGRES_PORT="abc" is not a port: set a number from 1 to 65535, such as 5433, or unset it]
    `)
  })

  it('lists both the port and the host of one service', () => {
    expect(problemsOf({ CORE_PORT: 'abc', CORE_HOST: 'a/b' })).toEqual([
      ['INVALID_PORT', 'core', 'CORE_PORT'],
      ['INVALID_URL', 'core', 'CORE_HOST'],
    ])
  })

  it('lists an invalid offset once, beside the other problems', () => {
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: 'abc' })).toEqual([['INVALID_OFFSET', 'gateway', 'DRIFTOS_PORT_OFFSET']])
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: '1.5', GATEWAY_PORT: 'x', CORE_PORT: '4101' })).toEqual([
      ['INVALID_PORT', 'gateway', 'GATEWAY_PORT'],
      ['INVALID_OFFSET', 'embed', 'DRIFTOS_PORT_OFFSET'],
    ])
  })

  it('names the service that an offset takes out of range', () => {
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: '57000' })).toEqual([
      ['INVALID_OFFSET', 'prometheus', 'DRIFTOS_PORT_OFFSET'],
    ])
  })

  it('is for its code and its message what its issues are', () => {
    const error = refusalOf({ CORE_HOST: 'a/b', DEMO_PORT: 'abc' })
    expect(error.code).toBe('INVALID_URL')
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
    const message =
      'core and embed both resolve to port 3002 on localhost: CORE_PORT is set to it, EMBED_PORT is unset and it is the default. Set CORE_PORT to another port.'
    expect(() => resolvePorts({ CORE_PORT: ' 3002 ' })).toThrow(
      expect.objectContaining({
        code: 'COLLISION',
        message,
        issues: [{ code: 'COLLISION', service: 'core', variable: 'CORE_PORT', value: '3002', message }],
      }),
    )
  })

  it('blames the variable that is set, in whichever order the services stand', () => {
    expect(() => resolvePorts({ EMBED_PORT: '3001' })).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: core and embed both resolve to port 3001 on localhost: CORE_PORT is unset and it is the default, EMBED_PORT is set to it. Set EMBED_PORT to another port.]`,
    )
  })

  it('names both variables when both are set', () => {
    expect(() => resolvePorts({ GATEWAY_PORT: '4000', PROMETHEUS_PORT: '4000' })).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: gateway and prometheus both resolve to port 4000 on localhost: GATEWAY_PORT is set to it, PROMETHEUS_PORT is set to it. Set PROMETHEUS_PORT to another port.]`,
    )
  })

  it('finds an override that meets a default shifted by the offset', () => {
    expect(problemsOf({ DRIFTOS_PORT_OFFSET: '100', WEBSITE_PORT: '3100' })).toEqual([
      ['COLLISION', 'website', 'WEBSITE_PORT'],
    ])
    expect(refusalOf({ DRIFTOS_PORT_OFFSET: '100', WEBSITE_PORT: '3100' }).message).toMatch(
      /^gateway and website both resolve to port 3100 .*GATEWAY_PORT.*WEBSITE_PORT/,
    )
  })

  it('lists every service that falls on the same port, beside the other problems', () => {
    expect(problemsOf({ CORE_PORT: '3000', EMBED_PORT: '3000', DEMO_PORT: 'abc' })).toEqual([
      ['COLLISION', 'core', 'CORE_PORT'],
      ['COLLISION', 'embed', 'EMBED_PORT'],
      ['INVALID_PORT', 'demo', 'DEMO_PORT'],
    ])
  })

  it('finds none where a link variable holds the number of another', () => {
    expect(resolvePorts({ CORE_PORT: 'tcp://10.0.0.1:3002' })).toEqual(PORTS)
  })

  it('permits one port on different hosts', () => {
    expect(resolvePorts({ CORE_PORT: '3002', CORE_HOST: 'core.internal' })).toMatchObject({ core: 3002, embed: 3002 })
    expect(resolvePorts({ CORE_PORT: '80', CORE_HOST: 'core', EMBED_PORT: '80', EMBED_HOST: 'embed' })).toMatchObject({
      core: 80,
      embed: 80,
    })
  })

  it('finds one on a remote host, however its name is capitalised', () => {
    const env = { CORE_PORT: '80', CORE_HOST: 'Box.internal', EMBED_PORT: '80', EMBED_HOST: 'box.INTERNAL' }
    expect(() => resolvePorts(env)).toThrow(/^core and embed both resolve to port 80 on box\.internal: /)
  })

  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.0.1.1', '::1', '[::1]', '0.0.0.0', '::'])(
    'takes %s for this machine',
    (host) => {
      expect(problemsOf({ CORE_PORT: '3002', CORE_HOST: host })).toEqual([['COLLISION', 'core', 'CORE_PORT']])
    },
  )

  it('never returns two equal ports for one machine, whatever the port variables hold', () => {
    const value = fc.option(
      fc.oneof(fc.integer({ min: 2998, max: 3025 }).map(String), fc.constantFrom('', 'tcp://x:1', ' 5433 ', 'abc')),
      { nil: undefined, freq: 2 },
    )
    const offset = fc.option(fc.integer({ min: -25, max: 25 }).map(String), { nil: undefined })
    const values = fc.record(Object.fromEntries(names.map((name) => [variables[name], value])))
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
