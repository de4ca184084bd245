import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Env } from './env.js'
import { PortConfigError } from './errors.js'
import { getListenPort, getPort, names, PORTS, services as registered, type ServiceName } from './example.fixture.js'

const blanks = ['', ' ', '   ', '\t', '\n', ' \r\n\t ']

const accepted: [value: string, port: number][] = [
  ['1', 1],
  ['80', 80],
  ['3000', 3000],
  ['4101', 4101],
  ['65535', 65_535],
  [' 4101 ', 4101],
  ['\t4101\n', 4101],
  ['4101\r', 4101],
  ['\u00A04101\u3000', 4101],
  ['\uFEFF4101', 4101],
  ['0080', 80],
  ['0000000000000000000000004101', 4101],
]

// prettier-ignore
const refused = [
  '0', '000', '65536', '-1', '-0', '+3000', '3000.0', '3000.', '.5', '3e3', '0x50', '0b11', '0o17',
  '30 00', '3\t000', '３０００', '٣٠٠٠', '3000abc', 'abc', '3000;', '3_000', '3,000', '3000n', '3000/tcp', ':3000',
  'NaN', 'Infinity', 'null', 'undefined', 'true', '[object Object]', '\0', '3000\0',
  '99999999999999999999', '9'.repeat(400), 'localhost:3000',
  '://', '://10.0.0.1:3001', '1tcp://10.0.0.1:3001', 'tcp:/10.0.0.1:3001', 'tcp:10',
  '30 00 ', ' 0 ', ' +3000', '\u200B3000',
]

// prettier-ignore
const links = [
  'tcp://10.0.0.1:3001', 'udp://10.0.0.1:53', 'TCP://10.0.0.1:3001', ' tcp://10.0.0.1:3001\n', '\u00A0tcp://10.0.0.1:3001', 'tcp://[fd00::1]:3001',
  'http://core:3001', 'https://core.example.com', 'unix:///run/core.sock', 'x+y.z-1://whatever', 'tcp://',
]

/** Returns the result of a getter for every service, or the code of its error. */
function ofEvery(read: (service: ServiceName, variable: string) => number) {
  return Object.fromEntries(
    names.map((name) => {
      try {
        return [name, read(name, registered[name].variable)]
      } catch (error) {
        if (error instanceof PortConfigError) return [name, error.code]
        throw error
      }
    }),
  )
}

function everyIs<Value>(value: Value) {
  return Object.fromEntries(names.map((name) => [name, value]))
}

/** An environment that throws when it is written to. */
function frozen(env: Record<string, string | undefined>): Env {
  return Object.freeze(env)
}

const getters = [
  {
    getter: getPort,
    of: 'getPort, own variable',
    env: (variable: string, value: string) => frozen({ [variable]: value }),
  },
  {
    getter: getListenPort,
    of: 'getListenPort, own variable',
    env: (variable: string, value: string) => frozen({ [variable]: value }),
  },
  { getter: getListenPort, of: 'getListenPort, PORT', env: (_: string, value: string) => frozen({ PORT: value }) },
]

describe.each(getters)('$of', ({ getter, env }) => {
  it('returns the default when the variable is unset', () => {
    expect(ofEvery((service) => getter(service, frozen({})))).toEqual(PORTS)
  })

  it('returns the default when the variable is there but undefined', () => {
    expect(ofEvery((service, variable) => getter(service, frozen({ [variable]: undefined, PORT: undefined })))).toEqual(
      PORTS,
    )
  })

  it.each(blanks)('returns the default when the variable is blank, %j', (value) => {
    expect(ofEvery((service, variable) => getter(service, env(variable, value)))).toEqual(PORTS)
  })

  it.each(accepted)('reads %j as %i', (value, port) => {
    expect(ofEvery((service, variable) => getter(service, env(variable, value)))).toEqual(everyIs(port))
  })

  it.each(refused)('refuses %j', (value) => {
    expect(ofEvery((service, variable) => getter(service, env(variable, value)))).toEqual(everyIs('INVALID_PORT'))
  })

  it.each(links)('ignores the link variable %j', (value) => {
    expect(ofEvery((service, variable) => getter(service, env(variable, value)))).toEqual(PORTS)
  })

  it('reads decimal digits as a simple model does', () => {
    const text = fc.oneof(
      fc.stringMatching(/^\d{1,7}$/),
      fc.integer({ min: -10, max: 70_000 }).map(String),
      fc.string({ unit: fc.constantFrom(...'0123456789.eE+-xX_ \t\nａ０'.split('')), maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), text, (service, value) => {
        const digits = value.trim()
        const port = /^[0-9]+$/.test(digits) ? Number(digits) : NaN
        const expected = digits === '' ? PORTS[service] : port >= 1 && port <= 65_535 ? port : 'INVALID_PORT'
        expect(ofEvery((_, variable) => getter(service, env(variable, value)))[service]).toBe(expected)
      }),
      { numRuns: 300 },
    )
  })
})

const unregistered = 'unknown' as ServiceName

describe('getPort', () => {
  it('ignores PORT, even an invalid one', () => {
    expect(ofEvery((service) => getPort(service, frozen({ PORT: '8080' })))).toEqual(PORTS)
    expect(ofEvery((service) => getPort(service, frozen({ PORT: 'abc' })))).toEqual(PORTS)
  })

  it("ignores every other service's variable", () => {
    const env = Object.fromEntries(names.map((name) => [registered[name].variable, 'abc']))
    expect(ofEvery((service, variable) => getPort(service, frozen({ ...env, [variable]: '4101' })))).toEqual(
      everyIs(4101),
    )
  })

  it('has the variable, the value, the expected value and the fix', () => {
    expect(() => getPort('core', { CORE_PORT: '3000abc' })).toThrow(
      `CORE_PORT="3000abc" is not a port: set a number from 1 to 65535, such as ${PORTS.core}, or unset it`,
    )
  })

  it('has the same text in the issue of its error', () => {
    const message = `EMBED_GRAFANA_PORT="0" is not a port: set a number from 1 to 65535, such as ${PORTS.embedGrafana}, or unset it`
    expect(() => getPort('embedGrafana', { EMBED_GRAFANA_PORT: ' 0 ' })).toThrow(
      expect.objectContaining({
        name: 'PortConfigError',
        code: 'INVALID_PORT',
        message,
        issues: [
          { code: 'INVALID_PORT', service: 'embedGrafana', variable: 'EMBED_GRAFANA_PORT', value: '0', message },
        ],
      }),
    )
  })

  it('throws an Error', () => {
    expect(() => getPort('core', { CORE_PORT: 'abc' })).toThrow(Error)
  })

  it('prints no credentials and no more than 60 characters of a value', () => {
    expect(() => getPort('core', { CORE_PORT: 'admin:hunter2@db:5432' })).toThrow(
      /^CORE_PORT="\*{3}@db:5432" is not a port/,
    )
    expect(() => getPort('core', { CORE_PORT: 'x'.repeat(1000) })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ value: 'x'.repeat(60) })] }),
    )
  })

  it('prints control characters escaped, on one line', () => {
    expect(() => getPort('core', { CORE_PORT: '3\n\u001B[31m0' })).toThrow('CORE_PORT="3\\n\\u001b[31m0" is not a port')
  })

  it.each(['unknown', '', 'constructor', '__proto__', 'toString', 'CORE'])(
    'refuses the unregistered name %j',
    (name) => {
      expect(() => getPort(name as ServiceName, {})).toThrow(
        expect.objectContaining({
          code: 'INVALID_PORT',
          message: `service=${JSON.stringify(name)} is not registered: see PORTS`,
          issues: [expect.objectContaining({ service: name, variable: 'service', value: name })],
        }),
      )
    },
  )

  it('returns a port or throws a PortConfigError for any variables', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyValue, anyValue, anyValue, (service, own, port, offset) => {
        const env = frozen({ [registered[service].variable]: own, PORT: port, DRIFTOS_PORT_OFFSET: offset })
        for (const getter of [getPort, getListenPort]) {
          const outcome = ofEvery(() => getter(service, env))[service]!
          expect(outcome).toSatisfy((value) => isPort(value) || value === 'INVALID_PORT' || value === 'INVALID_OFFSET')
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('getListenPort', () => {
  it('prefers the own variable to PORT', () => {
    expect(getListenPort('core', frozen({ CORE_PORT: '4101', PORT: '8080' }))).toBe(4101)
  })

  it('reads no PORT, valid or not, below its own variable', () => {
    expect(getListenPort('core', frozen({ CORE_PORT: '4101', PORT: 'abc' }))).toBe(4101)
  })

  it.each([...blanks, ...links])('prefers PORT to its own variable when that is blank or ignored, %j', (value) => {
    expect(getListenPort('core', frozen({ CORE_PORT: value, PORT: '8080' }))).toBe(8080)
  })

  it('refuses an invalid own variable, whatever PORT says', () => {
    expect(() => getListenPort('core', { CORE_PORT: 'abc', PORT: '8080' })).toThrow(/^CORE_PORT="abc" /)
  })

  it('names PORT when PORT is invalid', () => {
    const message = `PORT="3e3" is not a port: set a number from 1 to 65535, such as ${PORTS.core}, or unset it`
    expect(() => getListenPort('core', { PORT: '3e3' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_PORT',
        message,
        issues: [{ code: 'INVALID_PORT', service: 'core', variable: 'PORT', value: '3e3', message }],
      }),
    )
  })

  it('shifts neither an own variable nor PORT by the offset', () => {
    expect(getListenPort('core', frozen({ CORE_PORT: '4101', DRIFTOS_PORT_OFFSET: '100' }))).toBe(4101)
    expect(getListenPort('core', frozen({ PORT: '8080', DRIFTOS_PORT_OFFSET: '100' }))).toBe(8080)
  })

  it('refuses an unregistered name', () => {
    expect(() => getListenPort(unregistered, { PORT: '8080' })).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: service="unknown" is not registered: see PORTS]`,
    )
  })
})

describe.each([
  { of: 'getPort, DRIFTOS_PORT_OFFSET', getter: getPort },
  { of: 'getListenPort, DRIFTOS_PORT_OFFSET', getter: getListenPort },
])('$of', ({ getter }) => {
  it.each([
    ['100', 100],
    ['-100', -100],
    [' 20000\n', 20_000],
    ['-2999', -2999],
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['57435', 57_435],
  ])('shifts every default by %j', (value, offset) => {
    expect(ofEvery((service) => getter(service, frozen({ DRIFTOS_PORT_OFFSET: value })))).toEqual(
      Object.fromEntries(
        names.map((name) => [name, isPort(PORTS[name] + offset) ? PORTS[name] + offset : 'INVALID_OFFSET']),
      ),
    )
  })

  it.each(blanks)('shifts nothing when it is blank, %j', (value) => {
    expect(ofEvery((service) => getter(service, frozen({ DRIFTOS_PORT_OFFSET: value })))).toEqual(PORTS)
  })

  it.each([
    '+1',
    '1.5',
    '1.0',
    '1e2',
    '0x10',
    '１',
    '--1',
    '- 1',
    '1 0',
    'abc',
    'NaN',
    'tcp://10.0.0.1:1',
    '9'.repeat(400),
  ])('refuses %j, no integer or far too large', (value) => {
    expect(ofEvery((service) => getter(service, frozen({ DRIFTOS_PORT_OFFSET: value })))).toEqual(
      everyIs('INVALID_OFFSET'),
    )
  })

  it('reaches 1 and 65535 and nothing beyond', () => {
    const outcomes = [0, 1, 65_535, 65_536].map(
      (port) => ofEvery(() => getter('core', frozen({ DRIFTOS_PORT_OFFSET: String(port - PORTS.core) })))['core'],
    )
    expect(outcomes).toEqual(['INVALID_OFFSET', 1, 65_535, 'INVALID_OFFSET'])
  })

  it('moves no override, and goes unread below one', () => {
    expect(getter('core', frozen({ CORE_PORT: '4101', DRIFTOS_PORT_OFFSET: '100' }))).toBe(4101)
    expect(getter('core', frozen({ CORE_PORT: '4101', DRIFTOS_PORT_OFFSET: 'abc' }))).toBe(4101)
  })

  it('has the variable, the value, the expected value and the fix', () => {
    const value = String(-PORTS.core)
    const message = `DRIFTOS_PORT_OFFSET="${value}" is not an offset: set a number that leaves core from 1 to 65535, or unset it`
    expect(() => getter('core', { DRIFTOS_PORT_OFFSET: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OFFSET',
        message,
        issues: [{ code: 'INVALID_OFFSET', service: 'core', variable: 'DRIFTOS_PORT_OFFSET', value, message }],
      }),
    )
  })

  it('shifts by any integer as addition does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: -70_000, max: 70_000 }), (service, offset) => {
        const port = PORTS[service] + offset
        expect(ofEvery(() => getter(service, frozen({ DRIFTOS_PORT_OFFSET: String(offset) })))[service]).toBe(
          isPort(port) ? port : 'INVALID_OFFSET',
        )
      }),
      { numRuns: 300 },
    )
  })
})

const anyValue = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'0123456789.eE+-xX_ \t\n:/'.split('')) }),
    fc.stringMatching(/^[ \t]?-?\d{1,6}[ \n]?$/),
    fc.constantFrom(...blanks, ...refused, ...links),
  ),
  { nil: undefined },
)

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
}
