import { createContext, runInContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { getPort, type Env } from './env.js'
import { PortConfigError } from './errors.js'
import * as registry from './registry.js'
import type { Move, RangeDefinition, RetiredService, ServiceDefinition } from './registry.js'
import { acceptedFields, refusedFields, refusedNames } from './fields.fixture.js'
import { portSchema, portsEnv, registrySchema } from './schema.js'
import { PORTS, services } from './tables.js'
import type { ServiceName } from './types.js'

type Service = Omit<ServiceDefinition, 'group' | 'variable'> & { readonly group?: string; readonly variable: string }

interface Changes {
  readonly services?: Readonly<Record<string, Partial<Service> | undefined>>
  readonly ranges?: Readonly<Record<string, Partial<RangeDefinition>>>
  readonly history?: readonly Move[]
  readonly retired?: Readonly<Record<string, RetiredService>>
}

const active = { status: 'active', summary: 'A service' } as const

/** A registry with separate numbers, so that a move of a real service changes no test. */
const example = {
  services: {
    gateway: http(7000, 'GATEWAY_PORT', 'services'),
    core: http(7001, 'CORE_PORT', 'services'),
    embed: { ...http(7002, 'EMBED_PORT', 'services'), reuses: 'the Grafanas left it' },
    website: http(7004, 'WEBSITE_PORT', 'services'),
    demo: http(7005, 'DEMO_PORT', 'services'),
    coreGrafana: http(7010, 'GRAFANA_PORT', 'coreSupport'),
    embedGrafana: http(7020, 'EMBED_GRAFANA_PORT', 'embedSupport'),
    postgres: { port: 7433, containerName: 'db', variable: 'POSTGRES_PORT', scheme: 'postgresql', ...active },
    prometheus: http(9191, 'PROMETHEUS_PORT', 'monitoring'),
  } satisfies Record<string, Service>,
  ranges: {
    services: { first: 7000, last: 7009, reserved: { first: 7006, last: 7009 }, summary: 'Services' },
    coreSupport: { first: 7010, last: 7019, summary: 'What supports core' },
    embedSupport: { first: 7020, last: 7029, summary: 'What supports embed' },
    monitoring: { first: 9000, last: 9999, summary: 'Monitoring' },
  } satisfies Record<string, RangeDefinition>,
  history: [
    { service: 'coreGrafana', from: 7002, to: 7010, reason: 'it conflicted' },
    { service: 'embedGrafana', from: 7002, to: 7020, reason: 'it conflicted' },
    { service: 'gateway', from: 7003, to: 7000, reason: 'to be the main entry point' },
  ] satisfies Move[],
}

/** The example, with some fields of some entries replaced and some entries added. */
function registryWith(changes: Changes) {
  return {
    services: merged<Service>(example.services, changes.services ?? {}),
    ranges: merged<RangeDefinition>(example.ranges, changes.ranges ?? {}),
    history: [...example.history, ...(changes.history ?? [])],
    retired: changes.retired ?? {},
  }
}

function merged<Entry>(
  entries: Readonly<Record<string, Entry>>,
  changes: Readonly<Record<string, Partial<Entry> | undefined>>,
): Record<string, Partial<Entry>> {
  const names = new Set([...Object.keys(entries), ...Object.keys(changes)])
  return Object.fromEntries([...names].map((name) => [name, { ...entries[name], ...changes[name] }]))
}

/** Returns the problems of such a registry, each as `path: message`. */
function problemsOf(changes: Changes): string[] {
  const { error } = registrySchema.safeParse(registryWith(changes))
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}

function http(port: number, variable: string, group: string): Service {
  const containerName = `driftos-${port}`
  return { port, containerName, variable, scheme: 'http', healthPath: '/health', group, ...active }
}

const billing = http(7006, 'BILLING_PORT', 'services')
const { group: _, ...outside } = billing

describe('registrySchema', () => {
  it('accepts the registry', () => {
    expect(registrySchema.parse({ ...registry })).toEqual({ ...registry })
  })

  it('accepts the example', () => {
    expect(problemsOf({})).toEqual([])
  })

  it('accepts a new service on a reserved port of its range', () => {
    expect(problemsOf({ services: { billing } })).toEqual([])
  })

  it('refuses two services on one port', () => {
    expect(problemsOf({ services: { demo: { port: 7004 } } })).toEqual([
      'services.demo.port: website and demo both have port 7004: give one of them another port',
    ])
  })

  it('refuses each further service on one port', () => {
    expect(problemsOf({ services: { website: { port: 7001 }, demo: { port: 7001 } } })).toEqual([
      'services.website.port: core and website both have port 7001: give one of them another port',
      'services.demo.port: core and demo both have port 7001: give one of them another port',
    ])
  })

  it.each([6999, 7010])("refuses %i, a port outside its group's range", (port) => {
    expect(problemsOf({ services: { demo: { port } } })).toContain(
      `services.demo.port: demo has port ${port}, outside the range of its group services, 7000-7009`,
    )
  })

  it('accepts both ends of a range', () => {
    expect(problemsOf({ services: { billing: { ...billing, port: 7009 } } })).toEqual([])
    expect(problemsOf({ services: { prometheus: { port: 9000 } } })).toEqual([])
    expect(problemsOf({ services: { prometheus: { port: 9999 } } })).toEqual([])
  })

  it('refuses a service without a group inside a range', () => {
    const message =
      "billing has port 7006, in the range services (7000-7009), but has no group: set group 'services', or move it"
    expect(problemsOf({ services: { billing: outside } })).toEqual([`services.billing.group: ${message}`])
    expect(problemsOf({ services: { billing: { ...outside, port: 7009 } } })).toHaveLength(1)
    expect(problemsOf({ services: { billing: { ...outside, port: 6999 } } })).toEqual([])
    expect(problemsOf({ services: { billing: { ...outside, port: 7030 } } })).toEqual([])
  })

  it.each(['billing', 'constructor', '__proto__'])('refuses the group %s, which is no range', (group) => {
    expect(problemsOf({ services: { demo: { group } } })).toEqual([
      `services.demo.group: demo has group ${group}, which is not a range: expected one of services, coreSupport, embedSupport, monitoring`,
    ])
  })

  it('refuses a retired port reused', () => {
    expect(problemsOf({ services: { billing: { ...billing, port: 7003 } } })).toEqual([
      'services.billing.port: billing reuses port 7003, retired since gateway moved to 7000: use another port, or add a `reuses` note with the reason',
    ])
  })

  it('names the last one that left a port reused', () => {
    expect(problemsOf({ services: { embed: { reuses: undefined as unknown as string } } })).toEqual([
      'services.embed.port: embed reuses port 7002, retired since embedGrafana moved to 7020: use another port, or add a `reuses` note with the reason',
    ])
  })

  it('accepts a retired port with a `reuses` note', () => {
    expect(
      problemsOf({ services: { billing: { ...billing, port: 7003, reuses: 'old clients want billing' } } }),
    ).toEqual([])
  })

  it('refuses an empty note', () => {
    expect(problemsOf({ services: { billing: { ...billing, port: 7003, reuses: '' } } })).not.toEqual([])
  })

  it('refuses the port of a retired service reused, unless a note says why', () => {
    const retired = { billing: { port: 7007, reason: 'no customers' } }
    const invoices = { ...billing, port: 7007 }
    expect(problemsOf({ services: { invoices }, retired })).toEqual([
      'services.invoices.port: invoices reuses port 7007, retired with billing: use another port, or add a `reuses` note with the reason',
    ])
    expect(problemsOf({ services: { invoices: { ...invoices, reuses: 'the same clients' } }, retired })).toEqual([])
  })

  it('refuses the name of a retired service, in whatever case', () => {
    expect(
      problemsOf({ services: { billing }, retired: { billinG: { port: 7008, reason: 'no customers' } } }),
    ).toContain('retired.billinG: billinG is retired, and billing is a service: rename the service')
  })

  it('ends the history of a retired service at the port that it held last', () => {
    const history = [{ service: 'billing', from: 7006, to: 7007, reason: 'a test' }]
    expect(problemsOf({ history, retired: { billing: { port: 7007, reason: 'no customers' } } })).toEqual([])
    expect(problemsOf({ history, retired: { billing: { port: 7008, reason: 'no customers' } } })).toEqual([
      'history.3: the history ends with billing on 7007, but billing was retired on 7008',
    ])
  })

  it('takes a registry of before anything could be retired', () => {
    expect(registrySchema.parse(example).retired).toEqual({})
  })

  it('refuses a variable used twice', () => {
    expect(problemsOf({ services: { demo: { variable: 'WEBSITE_PORT' } } })).toEqual([
      'services.demo.variable: website and demo both use the variable WEBSITE_PORT: rename one',
    ])
  })

  it('refuses a service name used twice, in whatever case', () => {
    expect(problemsOf({ services: { coregrafana: billing } })).toEqual([
      'services.coregrafana: coreGrafana and coregrafana are one name but for their case: rename one',
    ])
  })

  it("refuses a history that does not end at the service's present port", () => {
    expect(problemsOf({ services: { gateway: { port: 7006 } } })).toEqual([
      'history.2: the history ends with gateway on 7000, but gateway has port 7006',
    ])
    expect(problemsOf({ history: [{ service: 'demo', from: 7007, to: 7008, reason: 'a test' }] })).toEqual([
      'history.3: the history ends with demo on 7008, but demo has port 7005',
    ])
  })

  it.each(['billing', 'constructor'])('refuses a history of %s, a service that is not there', (service) => {
    expect(problemsOf({ history: [{ service, from: 7007, to: 7008, reason: 'a test' }] })).toEqual([
      `history.3: the history ends with ${service} on 7008, but there is no service ${service}`,
    ])
  })

  it('refuses a history with a gap', () => {
    expect(
      problemsOf({
        services: { gateway: { port: 7007 } },
        history: [{ service: 'gateway', from: 7006, to: 7007, reason: 'a test' }],
      }),
    ).toEqual(['history.3: the history moves gateway from 7006, but left it on 7000 before'])
  })

  it('accepts a second move that begins where the first ended', () => {
    expect(
      problemsOf({
        services: { gateway: { port: 7007 } },
        history: [{ service: 'gateway', from: 7000, to: 7007, reason: 'a test' }],
      }),
    ).toEqual([])
  })

  it('refuses a move to the same port', () => {
    expect(problemsOf({ history: [{ service: 'demo', from: 7005, to: 7005, reason: 'a test' }] })).toContain(
      'history.3: the history moves demo from 7005 to the same port',
    )
  })

  it.each([6000, 6666, 10_080])('refuses %i for http, since browsers block it', (port) => {
    expect(problemsOf({ services: { billing: { ...outside, port } } })).toEqual([
      `services.billing.port: billing serves http on port ${port}, which browsers refuse to open (WHATWG's bad-port list): use another port`,
    ])
    expect(problemsOf({ services: { billing: { ...outside, port, scheme: 'https' } } })).toHaveLength(1)
  })

  it('accepts such a port for a database', () => {
    expect(problemsOf({ services: { postgres: { port: 6000 } } })).toEqual([])
  })

  it('refuses a port below 1024 other than 80 and 443', () => {
    expect(problemsOf({ services: { postgres: { port: 1023 } } })).toEqual([
      'services.postgres.port: postgres has port 1023: below 1024 only 80 and 443 are accepted, since only an administrator may bind the others. Use another port.',
    ])
    for (const port of [80, 443, 1024]) expect(problemsOf({ services: { postgres: { port } } })).toEqual([])
  })

  it("refuses a port of the systems' ephemeral range, 32768 and up, without a reason", () => {
    expect(problemsOf({ services: { postgres: { port: 32_767 } } })).toEqual([])
    expect(problemsOf({ services: { postgres: { port: 32_768 } } })).toEqual([
      'services.postgres.port: postgres has port 32768, but systems assign ports from 32768 up to clients: use a lower port, or write in `pinned` why it has to keep this one',
    ])
    expect(problemsOf({ services: { postgres: { port: 65_535 } } })).toHaveLength(1)
    expect(problemsOf({ services: { postgres: { port: 50_051, pinned: 'clients expect it' } } })).toEqual([])
  })

  it('refuses ranges that overlap or end before they begin', () => {
    expect(problemsOf({ ranges: { coreSupport: { last: 7024 } } })).toEqual([
      'ranges.embedSupport: ranges coreSupport and embedSupport share the ports from 7020 to 7024',
    ])
    expect(problemsOf({ ranges: { spare: { first: 5009, last: 5000, summary: 'Spare' } } })).toEqual([
      'ranges.spare: range spare begins at 5009, after its end 5000',
    ])
  })

  it.each([
    [{ first: 6999, last: 7009 }, '6999-7009'],
    [{ first: 7006, last: 7010 }, '7006-7010'],
    [{ first: 7009, last: 7006 }, '7009-7006'],
    [{ first: 5000, last: 5009 }, '5000-5009'],
  ])('refuses the reserved span %j, which is outside its range', (reserved, text) => {
    expect(problemsOf({ ranges: { services: { reserved } } })).toEqual([
      `ranges.services.reserved: range services, 7000-7009, reserves ${text}, which is outside it`,
    ])
  })

  it.each([
    { first: 7000, last: 7009 },
    { first: 7009, last: 7009 },
  ])('accepts the reserved span %j, a part of its range', (reserved) => {
    expect(problemsOf({ ranges: { services: { reserved } } })).toEqual([])
  })

  it('lists every contradiction at once', () => {
    expect(
      problemsOf({ services: { demo: { port: 7004, variable: 'CORE_PORT' }, postgres: { port: 81 } } }).map(
        (problem) => problem.split(':')[0],
      ),
    ).toEqual(['services.demo.port', 'services.demo.variable', 'services.postgres.port'])
  })

  it.each(refusedFields)('refuses $field = $value', ({ field, value }) => {
    const { error } = registrySchema.safeParse(registryWith({ services: { billing: { ...billing, [field]: value } } }))
    expect(new Set(error?.issues.map(({ path }) => path.slice(0, 3).join('.')))).toEqual(
      new Set([`services.billing.${field}`]),
    )
  })

  it.each(acceptedFields)('accepts $field = $value', ({ field, value }) => {
    expect(problemsOf({ services: { billing: { ...billing, [field]: value } } })).toEqual([])
  })

  it.each(refusedNames)('refuses the name %j of a service, a range and a retired service', (name) => {
    const entry = (value: unknown) => JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(value)} }`) as object
    const valid = registryWith({})
    const registries = {
      services: { ...valid, services: entry(billing), ranges: {}, history: [] },
      ranges: { ...valid, ranges: entry({ first: 5000, last: 5001, summary: 'Spare' }) },
      retired: { ...valid, retired: entry({ port: 5000, reason: 'a test' }) },
    }
    for (const [table, document] of Object.entries(registries)) {
      const issues = registrySchema.safeParse(document).error?.issues ?? []
      expect(issues.map(({ path }) => path[0])).toContain(table)
    }
  })

  it('names the field, the value and the fix', () => {
    const containerName = 'Pay Service'
    expect(problemsOf({ services: { billing: { ...billing, containerName } } })).toMatchInlineSnapshot(`
      [
        "services.billing.containerName: containerName: expected a DNS label: a-z, 0-9 and hyphens inside, at most 63 characters, got "Pay Service". Rename it, for example to \`acme-shop\`.",
      ]
    `)
  })

  it('lets several services share a container', () => {
    const { containerName } = billing
    expect(problemsOf({ services: { billing, demo: { containerName } } })).toEqual([])
  })

  it('refuses a field that it does not know, and a name that is not in camelCase', () => {
    const typo = { ...billing, healtPath: '/health' }
    expect(problemsOf({ services: { billing: typo } })).toEqual(['services.billing: Unrecognized key: "healtPath"'])
    expect(problemsOf({ services: { 'driftos-billing': billing } })).not.toEqual([])
  })
})

// prettier-ignore
const notPorts = [
  0, -1, 65_536, 3000.5, NaN, Infinity, null, undefined, true, [3000], {},
  '', ' ', '0', '65536', '-1', '+3000', '3000.0', '3e3', '0x50', '30 00', '３０００', '3000abc', 'NaN', 'tcp://x:1',
]

describe('portSchema', () => {
  it.each([
    [3000, 3000],
    [1, 1],
    [65_535, 65_535],
    ['3000', 3000],
    [' 3000\n', 3000],
    ['0080', 80],
  ])('reads %j as %i', (value, port) => {
    expect(portSchema.parse(value)).toBe(port)
  })

  it.each(notPorts)('refuses %j', (value) => {
    const { error } = portSchema.safeParse(value)
    expect(error?.issues[0]?.message).toMatch(/^(expected a port: a whole number from 1 to 65535$|Too |Invalid string)/)
  })
})

describe('portsEnv', () => {
  const [one, two] = Object.keys(services) as [ServiceName, ServiceName]
  const [first, second] = [services[one].variable, services[two].variable]
  const schema = z.object(portsEnv)

  it('has a field for the variable of every service', () => {
    expect(Object.keys(portsEnv)).toEqual(Object.values(services).map(({ variable }) => variable))
  })

  it('gives every default when nothing is set', () => {
    expect(Object.values(schema.parse({}))).toEqual(Object.values(PORTS))
  })

  it.each(['', ' ', '3000', ' 65535 ', '0080', '0', '65536', '3e3', '３０００', 'tcp://10.0.0.1:3001', 'NaN'])(
    'accepts and rejects %j like getPort',
    (value) => {
      for (const [name, { variable }] of Object.entries(services)) {
        const { data, error } = portsEnv[variable].safeParse(value)
        expect(error?.issues[0]?.message ?? data).toBe(portOrRefusal(name as ServiceName, { [variable]: value }))
      }
    },
  )

  it("combines with a service's own fields", () => {
    const own = z.object({ ...portsEnv, LOG_LEVEL: z.string() })
    expect(own.parse({ [first]: '4101', LOG_LEVEL: 'debug', PATH: '/bin' })).toMatchObject({
      [first]: 4101,
      [second]: PORTS[two],
      LOG_LEVEL: 'debug',
    })
  })

  it('reports every invalid variable, each under its name', () => {
    const env = { [first]: 'abc', [second]: '0' }
    const { error } = schema.safeParse(env)
    expect(Object.fromEntries(error!.issues.map(({ path, message }) => [path.join('.'), message]))).toEqual({
      [first]: portOrRefusal(one, env),
      [second]: portOrRefusal(two, env),
    })
    expect(z.prettifyError(error!)).toContain(`such as ${PORTS[two]}, or unset it\n  → at ${second}`)
  })

  it("shifts defaults by the process's offset, read when it parses", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { z } from 'zod'; import { portsEnv } from './schema.ts'; parse = (env) => z.object(portsEnv).parse(env)`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      bundle: true,
      write: false,
      format: 'iife',
    })
    const env: Record<string, string> = {}
    const context = createContext({ URL, process: { env }, parse: undefined })
    runInContext(outputFiles[0]!.text, context)
    env['DRIFTOS_PORT_OFFSET'] = '100'
    const parsed: unknown = runInContext(`parse({ ${second}: '4102' })`, context)
    expect(parsed).toEqual({
      ...Object.fromEntries(
        Object.values<ServiceDefinition>(services).map(({ variable, port, pinned }) => [
          variable,
          pinned ? port : port + 100,
        ]),
      ),
      [second]: 4102,
    })
  })
})

/** What getPort gives, or the message with which it refuses. */
function portOrRefusal(service: ServiceName, env: Env): number | string {
  try {
    return getPort(service, env)
  } catch (error) {
    if (error instanceof PortConfigError) return error.message
    throw error
  }
}
