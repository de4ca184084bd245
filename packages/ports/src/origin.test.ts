import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortConfigError } from './errors.js'
import {
  getDatabaseUrl,
  getHost,
  getOrigin,
  names,
  PORTS,
  services as registered,
  type ServiceName,
} from './example.fixture.js'

const blanks = ['', '  ', '\t\n']

// prettier-ignore
const notHosts = [
  'core:8080', '127.0.0.1:3001', '[::1]:3001', 'http://core', 'core/', 'core/path', 'core?x', 'core#x',
  'user@core', 'user:hunter2@core', 'two hosts', 'a\tb', 'a\\b', '%63ore', 'fe80::1%eth0', '::1::', '[]', '[::1',
  '256.256.256.256', '[core]', '[127.0.0.1]', '[[::1]]', '1:2', 'a<b', 'a|b', 'a\u0000b', 'a\u0001',
  // A URL would turn each of these into another address or name.
  '3001', '127.1', '0x7f.1', '0x7f000001', '0177.0.0.1', '127.0.0.01', '127.0.0.1.', '2130706433', '１２７.0.0.1', 'ｌocalhost',
  'lo\u00ADcalhost', '127。0。0。1', 'core。internal', '%31', 'ⅷ.example', '℀.example',
]

// prettier-ignore
const notOrigins = [
  'javascript:alert(1)', 'javascript://core/%0Aalert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://core',
  'core.example.com', 'core:3001', 'localhost:3001', '/core', '//core', 'http://', 'http://:3001', 'http://a b',
  'http://core:abc', 'http://core:65536', 'http://[::1', 'postgresql://core', 'ws://core',
  'http://user@core', 'http://:hunter2@core', 'http://user:hunter2@core',
  'http:core', 'http:/core', 'http:\\\\core', 'http://core\\path', 'http://co\tre', 'http://co\nre', 'http://core/a\tb', 'http:///core',
  'http://core:0', 'http://core:', 'http://core:-1', 'http://core:+80', 'http://core:８０', 'http://3001', 'http://0x7f.1/',
  'http://127.1', 'http://0177.0.0.1', 'http://%63ore', 'http://ｌocalhost', 'http://a,b', 'http://core:80:80', 'http://@core',
  'http://core?', 'http://core?token=hunter2', 'http://core/#', 'http://core/#hunter2', 'http://core/a?b#c',
]

const unregistered = 'unknown' as ServiceName

describe('getHost', () => {
  it.each(names)('returns localhost for %s when nothing is set', (service) => {
    expect(getHost(service, {})).toBe('localhost')
  })

  it.each([
    ['gateway', 'GATEWAY_HOST'],
    ['coreGrafana', 'GRAFANA_HOST'],
    ['embedGrafana', 'EMBED_GRAFANA_HOST'],
    ['postgres', 'POSTGRES_HOST'],
    ['legacyEmbedding', 'EMBEDDING_HOST'],
  ] as const)('reads the host of %s from %s', (service, variable) => {
    expect(getHost(service, Object.freeze({ [variable]: 'box.internal' }))).toBe('box.internal')
  })

  it.each(blanks)('returns localhost when the variable is blank, %j', (value) => {
    expect(getHost('core', { CORE_HOST: value })).toBe('localhost')
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    [' core.internal\n', 'core.internal'],
    ['driftos_core', 'driftos_core'],
    ['core.internal.', 'core.internal.'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['fd00::abcd', 'fd00::abcd'],
    ['Core.Internal', 'core.internal'],
    ['LOCALHOST', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['localhost.', 'localhost.'],
    ['10.0.0.1', '10.0.0.1'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['3com.example', '3com.example'],
    ['::FFFF:127.0.0.1', '::ffff:7f00:1'],
    ['FD00::00AB', 'fd00::ab'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('accepts %j as %j', (value, host) => {
    expect(getHost('core', { CORE_HOST: value })).toBe(host)
  })

  it.each(notHosts)('refuses %j', (value) => {
    expect(() => getHost('core', { CORE_HOST: value })).toThrow(expect.objectContaining({ code: 'INVALID_URL' }))
  })

  it('has the variable, the value, the expected value and the fix', () => {
    expect(() => getHost('embedGrafana', { EMBED_GRAFANA_HOST: 'box:3020' })).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: EMBED_GRAFANA_HOST="box:3020" is not a host: write a name or a whole address, without scheme, port or path, such as 127.0.0.1, or unset it]`,
    )
  })

  it('prints no credentials', () => {
    expect(() => getHost('core', { CORE_HOST: 'http://admin:hunter2@box' })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/admin|hunter2/) }),
    )
  })

  it('returns a host that it accepts again and that a URL keeps, for any variable', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyText, (service, text) => {
        const variable = registered[service].variable.replace(/PORT$/, 'HOST')
        const host = valueOrRefusal(() => getHost(service, { [variable]: text }))
        if (host === undefined) return
        expect(getHost(service, { [variable]: host })).toBe(host)
        const { hostname } = new URL(getOrigin(service, { [variable]: host }))
        expect(hostname).toBe(host.includes(':') ? `[${host}]` : host)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses an unregistered name', () => {
    expect(() => getHost(unregistered, {})).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: service="unknown" is not registered: see PORTS]`,
    )
  })
})

describe('getOrigin', () => {
  it.each(names)('is the local origin of %s when nothing is set', (service) => {
    expect(getOrigin(service, Object.freeze({}))).toBe(`${registered[service].scheme}://localhost:${PORTS[service]}`)
  })

  it('joins scheme, host and port, each with its own override', () => {
    expect(getOrigin('core', { CORE_HOST: 'core.internal' })).toBe(`http://core.internal:${PORTS.core}`)
    expect(getOrigin('core', { CORE_PORT: '4101' })).toBe('http://localhost:4101')
    expect(getOrigin('core', { DRIFTOS_PORT_OFFSET: '100' })).toBe(`http://localhost:${PORTS.core + 100}`)
    expect(getOrigin('postgres', { POSTGRES_HOST: 'db', POSTGRES_PORT: '5432' })).toBe('postgresql://db:5432')
  })

  it('ignores PORT', () => {
    expect(getOrigin('core', { PORT: '8080' })).toBe(`http://localhost:${PORTS.core}`)
  })

  it('brackets an IPv6 host, however it is written', () => {
    expect(getOrigin('core', { CORE_HOST: '::1' })).toBe(`http://[::1]:${PORTS.core}`)
    expect(getOrigin('core', { CORE_HOST: '[FD00:0::2]' })).toBe(`http://[fd00::2]:${PORTS.core}`)
  })

  it('writes a host as a browser does', () => {
    expect(getOrigin('core', { CORE_HOST: 'Bücher.Example' })).toBe(`http://xn--bcher-kva.example:${PORTS.core}`)
    expect(getOrigin('postgres', { POSTGRES_HOST: 'DB' })).toBe(`postgresql://db:${PORTS.postgres}`)
  })

  it('keeps the port even where it is the default of the scheme', () => {
    expect(getOrigin('core', { CORE_PORT: '80' })).toBe('http://localhost:80')
  })

  it.each([
    ['https://core.example.com', 'https://core.example.com'],
    ['https://core.example.com/', 'https://core.example.com'],
    ['https://core.example.com///', 'https://core.example.com'],
    [' http://core.example.com:8080/ \n', 'http://core.example.com:8080'],
    ['https://example.com/core', 'https://example.com/core'],
    ['https://example.com/core/v1//', 'https://example.com/core/v1'],
    ['https://example.com:443/', 'https://example.com'],
    ['HTTPS://Core.Example.COM', 'https://core.example.com'],
    ['http://[::1]:3001/', 'http://[::1]:3001'],
  ])('takes CORE_URL=%j whole, as %j', (value, origin) => {
    expect(getOrigin('core', { CORE_URL: value, CORE_HOST: 'unread', CORE_PORT: '4101' })).toBe(origin)
  })

  it('reads neither host nor port below a URL', () => {
    expect(getOrigin('core', { CORE_URL: 'http://core', CORE_HOST: 'a:b', CORE_PORT: 'abc' })).toBe('http://core')
  })

  it.each(blanks)('ignores a blank URL, %j', (value) => {
    expect(getOrigin('core', { CORE_URL: value })).toBe(`http://localhost:${PORTS.core}`)
  })

  it('accepts both spellings of the scheme for the database', () => {
    expect(getOrigin('postgres', { POSTGRES_URL: 'postgresql://db:5432/' })).toBe('postgresql://db:5432')
    expect(getOrigin('postgres', { POSTGRES_URL: 'postgres://db' })).toBe('postgres://db')
  })

  it.each(notOrigins)('refuses CORE_URL=%j', (value) => {
    expect(() => getOrigin('core', { CORE_URL: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_URL',
        message: expect.not.stringContaining('hunter2'),
        issues: [expect.objectContaining({ service: 'core', variable: 'CORE_URL' })],
      }),
    )
  })

  it('has the variable, the value, the expected value and the fix', () => {
    expect(() => getOrigin('core', { CORE_URL: 'core.example.com' })).toThrow(
      `CORE_URL="core.example.com" is not an origin for core: write http:// or https:// and a host, without user, query or fragment, such as http://localhost:${PORTS.core}, or unset it`,
    )
  })

  it.each([
    ['http://user:hunter2@core', '***@core'],
    ['http://core/?token=hunter2', 'http://core/?***'],
    ['http://core/#hunter2', 'http://core/?***'],
    ['http://user:hun?ter2@core', 'http://***'],
    ['http://user:hun#ter2@core/?token=x', 'http://***'],
    ['http://core/?token=hunter2@x', 'http://***'],
    ['http://core/?token=h@hunter2', 'http://***'],
    ['http://user:hunter2', 'http://user:***'],
    ['user:hunter2', 'user:***'],
  ])('prints %j masked, as %j', (value, shown) => {
    expect(() => getOrigin('core', { CORE_URL: value })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ value: shown })] }),
    )
  })

  it.each(['host', 'port', 'offset'] as const)('passes on an invalid %s', (kind) => {
    const env = { host: { CORE_HOST: 'a/b' }, port: { CORE_PORT: 'abc' }, offset: { DRIFTOS_PORT_OFFSET: 'abc' } }[kind]
    expect(() => getOrigin('core', env)).toThrow(PortConfigError)
  })

  it('refuses an unregistered name', () => {
    expect(() => getOrigin(unregistered, {})).toThrow('service="unknown" is not registered: see PORTS')
  })

  it('returns a valid URL or throws a PortConfigError for any variables', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyText, anyText, anyText, (service, host, port, url) => {
        const [hostVariable, urlVariable] = ['HOST', 'URL'].map((suffix) =>
          registered[service].variable.replace(/PORT$/, suffix),
        )
        const env = Object.freeze({ [hostVariable!]: host, [registered[service].variable]: port, [urlVariable!]: url })
        const origin = valueOrRefusal(() => getOrigin(service, env))
        if (origin === undefined) return
        const { protocol, hostname, username, password, search, hash } = new URL(origin)
        const protocols = registered[service].scheme.startsWith('http')
          ? ['http:', 'https:']
          : ['postgres:', 'postgresql:']
        expect(protocols).toContain(protocol)
        expect(hostname).not.toBe('')
        expect(username + password + search + hash).toBe('')
        expect(origin).not.toMatch(/\/$/)
      }),
      { numRuns: 1500 },
    )
  })

  it('never prints a password', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9?#:%!]{6,20}$/)
    fc.assert(
      fc.property(secret, (password) => {
        const env = { CORE_URL: `http://user:${password}@core.example.com/` }
        expect(() => getOrigin('core', env)).toThrow(
          expect.objectContaining({
            message: expect.stringMatching(/^CORE_URL="(\*{3}@core\.example\.com\/|http:\/\/\*{3})" /),
          }),
        )
      }),
    )
  })
})

describe('getDatabaseUrl', () => {
  it('is the registered database when nothing is set', () => {
    expect(getDatabaseUrl(Object.freeze({}))).toBe(
      `postgresql://postgres:postgres@localhost:${PORTS.postgres}/postgres`,
    )
  })

  it('is built from host, port, user, password and database', () => {
    const env = {
      POSTGRES_HOST: 'db.internal',
      POSTGRES_PORT: '6432',
      POSTGRES_USER: 'drift',
      POSTGRES_PASSWORD: 'p@ss:w/rd?#%',
      POSTGRES_DB: 'drift os',
    }
    expect(getDatabaseUrl(env)).toBe('postgresql://drift:p%40ss%3Aw%2Frd%3F%23%25@db.internal:6432/drift%20os')
  })

  it('takes empty parts as unset, and keeps blanks: a password may hold them', () => {
    expect(getDatabaseUrl({ POSTGRES_USER: '', POSTGRES_PASSWORD: ' ', POSTGRES_DB: '' })).toBe(
      `postgresql://postgres:%20@localhost:${PORTS.postgres}/postgres`,
    )
  })

  it('moves with the offset and brackets an IPv6 host', () => {
    expect(getDatabaseUrl({ POSTGRES_HOST: '::1', DRIFTOS_PORT_OFFSET: '100' })).toBe(
      `postgresql://postgres:postgres@[::1]:${PORTS.postgres + 100}/postgres`,
    )
  })

  it('ignores the link variable that a platform writes', () => {
    expect(getDatabaseUrl({ POSTGRES_PORT: 'tcp://10.0.0.1:5432' })).toBe(
      `postgresql://postgres:postgres@localhost:${PORTS.postgres}/postgres`,
    )
  })

  it.each([
    'postgresql://u:p@h:1/d',
    'postgres://u:p@h/d?sslmode=require',
    'PostgreSQL://h',
    'postgresql:///d?host=/run',
  ])('returns DATABASE_URL=%j unchanged', (value) => {
    expect(getDatabaseUrl(Object.freeze({ DATABASE_URL: value, POSTGRES_PORT: 'abc' }))).toBe(value)
  })

  it.each(blanks)('ignores a blank DATABASE_URL, %j', (value) => {
    expect(getDatabaseUrl({ DATABASE_URL: value, POSTGRES_DB: 'd' })).toBe(
      `postgresql://postgres:postgres@localhost:${PORTS.postgres}/d`,
    )
  })

  it.each(['mysql://user:hunter2@db/d', 'hunter2', 'http://db', 'xpostgresql://db', 'postgresql:/db'])(
    'refuses DATABASE_URL=%j and prints nothing of it',
    (value) => {
      expect(() => getDatabaseUrl({ DATABASE_URL: value })).toThrow(
        expect.objectContaining({
          code: 'INVALID_URL',
          message:
            'DATABASE_URL="***" does not start with postgresql:// or postgres://: write postgresql://user:password@host:port/database, or unset it',
          issues: [expect.objectContaining({ service: 'postgres', variable: 'DATABASE_URL', value: '***' })],
        }),
      )
    },
  )

  it('refuses a lone surrogate, which no URL can hold, and prints nothing of it', () => {
    expect(() => getDatabaseUrl({ POSTGRES_PASSWORD: 'hunter2\uD800' })).toThrowErrorMatchingInlineSnapshot(
      `[PortConfigError: POSTGRES_PASSWORD="***" has half a character (a lone surrogate): write it again]`,
    )
  })

  it('passes on an invalid host or port', () => {
    expect(() => getDatabaseUrl({ POSTGRES_HOST: 'db:5432' })).toThrow(/^POSTGRES_HOST=/)
    expect(() => getDatabaseUrl({ POSTGRES_PORT: '0' })).toThrow(/^POSTGRES_PORT=/)
  })

  it('keeps any user, password and database through a URL and back', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 })
    // A URL takes the path segments `.` and `..` away, however they are written.
    const database = text.filter((value) => !/^\.\.?$/.test(value))
    fc.assert(
      fc.property(text, text, database, (user, password, db) => {
        const env = Object.freeze({ POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: db })
        const url = new URL(getDatabaseUrl(env))
        expect({
          user: decodeURIComponent(url.username),
          password: decodeURIComponent(url.password),
          db: decodeURIComponent(url.pathname.slice(1)),
          host: url.host,
          rest: url.search + url.hash,
        }).toEqual({ user, password, db, host: `localhost:${PORTS.postgres}`, rest: '' })
      }),
      { numRuns: 500 },
    )
  })

  it('returns a connection string or throws a PortConfigError for any variables', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (host, user, password, db) => {
        const env = { POSTGRES_HOST: host, POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: db }
        const url = valueOrRefusal(() => getDatabaseUrl(env))
        expect(url).toSatisfy((text) => text === undefined || URL.canParse(text as string))
      }),
      { numRuns: 500 },
    )
  })
})

const anyText = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ab1.:/\\@?#%[]-_ \t\n\u0000\u0001\u001F\u007F\u00AD／'.split('')) }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.domain(),
    fc.ipV6(),
    fc
      .tuple(fc.constantFrom('http:', 'https://', 'postgres://', 'postgresql://'), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join('')),
    fc.tuple(fc.domain(), fc.string({ unit: 'binary', maxLength: 2 })).map((parts) => parts.join('')),
  ),
  { nil: undefined },
)

function valueOrRefusal<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof PortConfigError) return undefined
    throw error
  }
}
