import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defineRegistry, type PortRegistry } from './define.js'
import * as main from './index.js'
import {
  findService,
  getDatabaseUrl,
  getListenPort,
  getOrigin,
  getPort,
  history,
  isRegisteredPort,
  PORTS,
  ranges,
  resolvePorts,
  services,
  type LocalOrigin,
  type PortOf,
  type PortRecord,
  type PortVariable,
  type RangeName,
  type RegisteredPort,
  type RetiredPort,
  type ServiceName,
} from './index.js'
import type * as registry from './registry.js'
import { portSchema, portsEnv } from './schema.js'

/** Any service, and its variable: no test depends on which ones are registered. */
const [name] = Object.keys(PORTS) as [ServiceName]
const { variable } = services[name]

describe('ServiceName', () => {
  it('is every registered name and no other', () => {
    expectTypeOf<ServiceName>().toEqualTypeOf<keyof typeof registry.services>()
  })

  it('refuses an unregistered name in every getter', () => {
    // @ts-expect-error
    getPort('nobody')
    // @ts-expect-error
    getListenPort('nobody')
    // @ts-expect-error
    getOrigin('nobody')
    expectTypeOf(PORTS).not.toHaveProperty('nobody')
    expectTypeOf(services).not.toHaveProperty('nobody')
    expectTypeOf(resolvePorts).returns.not.toHaveProperty('nobody')
    expectTypeOf(getPort).parameter(0).toEqualTypeOf<ServiceName>()
  })

  it('refuses any string', () => {
    expectTypeOf<string>().not.toExtend<ServiceName>()
  })
})

describe('RegisteredPort', () => {
  it('is every registered number and no other', () => {
    expectTypeOf<RegisteredPort>().toEqualTypeOf<(typeof PORTS)[ServiceName]>()
    expectTypeOf<RegisteredPort>().not.toEqualTypeOf<number>()
    // @ts-expect-error no registry has port 1
    const unregistered: RegisteredPort = 1
    expectTypeOf(unregistered).toExtend<number>()
  })

  it('is what isRegisteredPort narrows to', () => {
    const port = PORTS[name] as number
    if (isRegisteredPort(port)) expectTypeOf(port).toEqualTypeOf<RegisteredPort>()
    else expectTypeOf(port).toEqualTypeOf<number>()
  })
})

describe('RetiredPort', () => {
  it('is a past port that no service has now', () => {
    type Last = (typeof registry.retired)[keyof typeof registry.retired]['port']
    // oxlint-disable-next-line typescript/no-redundant-type-constituents -- `Last` is never while no service is retired
    expectTypeOf<RetiredPort>().toExtend<(typeof registry.history)[number]['from'] | Last>()
    expectTypeOf<RetiredPort>().not.toEqualTypeOf<number>()
    expectTypeOf<RetiredPort & RegisteredPort>().toBeNever()
  })
})

describe('PORTS', () => {
  it('keeps each number literal', () => {
    type Literals = { readonly [Name in ServiceName]: (typeof registry.services)[Name]['port'] }
    expectTypeOf(PORTS).toEqualTypeOf<Literals>()
    expectTypeOf(PORTS[name]).not.toEqualTypeOf<number>()
    expectTypeOf<PortOf<ServiceName>>().toEqualTypeOf<RegisteredPort>()
  })

  it('is read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => (PORTS[name] = services[name].port)).toBeFunction()
  })
})

describe('LocalOrigin', () => {
  it('is the origin of a registered service', () => {
    type Origins = {
      [Name in ServiceName]: `${(typeof registry.services)[Name]['scheme']}://localhost:${PortOf<Name>}`
    }
    expectTypeOf<LocalOrigin>().toEqualTypeOf<Origins[ServiceName]>()
    expectTypeOf<LocalOrigin>().toExtend<string>()
  })

  it('refuses another port, scheme or host', () => {
    // @ts-expect-error no registry has port 1
    const port: LocalOrigin = 'http://localhost:1'
    expectTypeOf(port).toExtend<string>()
    expectTypeOf<`http://localhost:${number}`>().not.toExtend<LocalOrigin>()
    expectTypeOf<`ftp://localhost:${RegisteredPort}`>().not.toExtend<LocalOrigin>()
    expectTypeOf<`http://example:${RegisteredPort}`>().not.toExtend<LocalOrigin>()
  })
})

describe('services', () => {
  it('keeps the literals of each entry', () => {
    type Variables = { [Name in ServiceName]: (typeof services)[Name]['variable'] }
    expectTypeOf<Variables>().toEqualTypeOf<{ [Name in ServiceName]: (typeof registry.services)[Name]['variable'] }>()
    expectTypeOf<Variables[ServiceName]>().not.toEqualTypeOf<string>()
  })

  it('has every field for every service', () => {
    expectTypeOf(services[name]).toExtend<main.ServiceDefinition>()
    expectTypeOf(services[name].port).toEqualTypeOf<RegisteredPort>()
  })

  it('is read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => (services[name].port = PORTS[name])).toBeFunction()
  })
})

describe('ranges and history', () => {
  it('keep their names and hide their literals where a reader would not want them', () => {
    expectTypeOf<RangeName>().toEqualTypeOf<keyof typeof registry.ranges>()
    expectTypeOf(ranges).toExtend<Readonly<Record<RangeName, main.RangeDefinition>>>()
    expectTypeOf(history[0]!.to).toEqualTypeOf<number>()
  })

  it('are read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => history.push({ service: 'shop', from: 1, to: 2, reason: '' })).toBeFunction()
  })
})

describe('what getters give', () => {
  it('is a number, since a variable may override it', () => {
    expectTypeOf(getPort).returns.toEqualTypeOf<number>()
    expectTypeOf(resolvePorts).returns.toEqualTypeOf<Record<ServiceName, number>>()
    expectTypeOf(getDatabaseUrl).returns.toEqualTypeOf<string>()
    expectTypeOf(findService).returns.toEqualTypeOf<PortRecord | undefined>()
  })

  it('takes process.env and frozen objects alike', () => {
    expectTypeOf(process.env).toExtend<NonNullable<Parameters<typeof getPort>[1]>>()
    expectTypeOf<Readonly<{ SHOP_PORT: '1' }>>().toExtend<NonNullable<Parameters<typeof getPort>[1]>>()
  })
})

describe('portsEnv', () => {
  it('has a field for every variable, which gives a number', () => {
    expectTypeOf<keyof typeof portsEnv>().toEqualTypeOf<PortVariable>()
    const schema = z.object({ ...portsEnv, LOG_LEVEL: z.string() })
    expectTypeOf<z.output<typeof schema>[PortVariable]>().toEqualTypeOf<number>()
    expectTypeOf<z.output<typeof schema>['LOG_LEVEL']>().toEqualTypeOf<string>()
    expectTypeOf(portsEnv).not.toHaveProperty('NOBODY_PORT')
  })

  it('needs no variable, and takes each as text', () => {
    const nothing: z.input<z.ZodObject<typeof portsEnv>> = {}
    expectTypeOf(nothing[variable]).toEqualTypeOf<string | undefined>()
    // @ts-expect-error
    const numeric: z.input<z.ZodObject<typeof portsEnv>> = { [variable]: 4101 } as Record<PortVariable, number> // oxlint-disable-line typescript/no-unnecessary-type-assertion -- without it the computed key is not checked
    expectTypeOf(numeric).toBeObject()
  })
})

describe('portSchema', () => {
  it('takes a number or a text and gives a number', () => {
    expectTypeOf<z.input<typeof portSchema>>().toEqualTypeOf<string | number>()
    expectTypeOf<z.output<typeof portSchema>>().toEqualTypeOf<number>()
  })
})

describe('defineRegistry', () => {
  const shop = {
    port: 4000,
    containerName: 'acme-shop',
    variable: 'SHOP_PORT',
    scheme: 'http',
    status: 'active',
    summary: 'The shop',
  } as const
  const database = { ...shop, port: 4001, variable: 'DATABASE_PORT', scheme: 'postgresql' } as const
  const apps = { first: 4000, last: 4009, summary: 'Apps' } as const
  const acme = defineRegistry({
    services: { shop: { ...shop, group: 'apps' }, database: { ...database, group: 'apps' } },
    ranges: { apps },
    history: [],
  })

  it('keeps each literal', () => {
    expectTypeOf(acme.PORTS).toEqualTypeOf<{ readonly shop: 4000; readonly database: 4001 }>()
    expectTypeOf(acme.services.shop.variable).toEqualTypeOf<'SHOP_PORT'>()
    expectTypeOf(acme.services.shop.healthPath).toEqualTypeOf<`/${string}` | undefined>()
    expectTypeOf(acme.ranges.apps.first).toEqualTypeOf<4000>()
  })

  it('keeps the literals of its argument', () => {
    const { PORTS: ports } = defineRegistry({
      services: {
        web: { port: 4002, containerName: 'w', variable: 'WEB_PORT', scheme: 'http', status: 'active', summary: 'W' },
      },
      ranges: {},
      history: [],
    })
    expectTypeOf(ports.web).toEqualTypeOf<4002>()
  })

  it('refuses an unregistered name in every getter', () => {
    // @ts-expect-error
    acme.getPort('billing')
    // @ts-expect-error
    acme.getListenPort('billing')
    // @ts-expect-error
    acme.getHost('billing')
    // @ts-expect-error
    acme.getOrigin('billing')
    expectTypeOf(acme.PORTS).not.toHaveProperty('billing')
    expectTypeOf(acme.resolvePorts).returns.toEqualTypeOf<Record<'shop' | 'database', number>>()
    expectTypeOf(acme.findService).returns.toEqualTypeOf<PortRecord<'shop' | 'database'> | undefined>()
  })

  it('narrows to its own ports', () => {
    const port = acme.PORTS.shop as number
    if (acme.isRegisteredPort(port)) expectTypeOf(port).toEqualTypeOf<4000 | 4001>()
    else expectTypeOf(port).toEqualTypeOf<number>()
  })

  it('has a connection string only with a service of the scheme postgresql', () => {
    expectTypeOf(acme.getDatabaseUrl).toEqualTypeOf<(env?: main.Env) => string>()
    const { getDatabaseUrl: none } = defineRegistry({ services: { shop }, ranges: {}, history: [] })
    expectTypeOf(none).toBeUndefined()
  })

  it('refuses a group that is no range, and a field that services do not have', () => {
    // @ts-expect-error
    expectTypeOf(() => defineRegistry({ services: { shop: { ...shop, group: 'x' } }, ranges: { apps }, history: [] }))
    // @ts-expect-error
    expectTypeOf(() => defineRegistry({ services: { shop: { ...shop, prot: 1 } }, ranges: { apps }, history: [] }))
  })

  it("gives what any registry is, DriftOS's own included", () => {
    expectTypeOf(acme).toExtend<PortRegistry>()
    expectTypeOf(main).toExtend<PortRegistry>()
  })
})
