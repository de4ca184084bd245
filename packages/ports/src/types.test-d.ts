import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
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
import { portSchema, portsEnv } from './schema.js'

describe('ServiceName', () => {
  it('is every registered name and no other', () => {
    expectTypeOf<ServiceName>().toEqualTypeOf<
      | 'gateway'
      | 'core'
      | 'embed'
      | 'website'
      | 'demo'
      | 'coreGrafana'
      | 'embedGrafana'
      | 'prometheus'
      | 'postgres'
      | 'legacyEmbedding'
    >()
  })

  it('refuses an unregistered name in every getter', () => {
    // @ts-expect-error
    getPort('billing')
    // @ts-expect-error
    getListenPort('billing')
    // @ts-expect-error
    getOrigin('billing')
    expectTypeOf(PORTS).not.toHaveProperty('billing')
    expectTypeOf(services).not.toHaveProperty('billing')
    expectTypeOf(resolvePorts).returns.not.toHaveProperty('billing')
    expectTypeOf(getPort).parameter(0).toEqualTypeOf<ServiceName>()
  })

  it('refuses any string', () => {
    expectTypeOf<string>().not.toExtend<ServiceName>()
  })
})

describe('RegisteredPort', () => {
  it('is every registered number and no other', () => {
    expectTypeOf<RegisteredPort>().toEqualTypeOf<3000 | 3001 | 3002 | 3004 | 3005 | 3010 | 3020 | 5433 | 8100 | 9091>()
    // @ts-expect-error
    const unregistered: RegisteredPort = 4000
    // @ts-expect-error
    const retired: RegisteredPort = 3003
    expectTypeOf(unregistered).toExtend<number>()
    expectTypeOf(retired).toExtend<number>()
  })

  it('is what isRegisteredPort narrows to', () => {
    const port = 3001 as number
    if (isRegisteredPort(port)) expectTypeOf(port).toEqualTypeOf<RegisteredPort>()
    else expectTypeOf(port).toEqualTypeOf<number>()
  })
})

describe('RetiredPort', () => {
  it('is what was left and is held by nobody', () => {
    expectTypeOf<RetiredPort>().toEqualTypeOf<3003>()
  })
})

describe('PORTS', () => {
  it('keeps each number literal', () => {
    expectTypeOf(PORTS.core).toEqualTypeOf<3001>()
    expectTypeOf(PORTS.postgres).toEqualTypeOf<5433>()
    expectTypeOf<PortOf<'embedGrafana'>>().toEqualTypeOf<3020>()
    expectTypeOf<PortOf<'core' | 'embed'>>().toEqualTypeOf<3001 | 3002>()
  })

  it('is read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => (PORTS.core = 3001)).toBeFunction()
  })
})

describe('LocalOrigin', () => {
  it('is the origin of a registered service', () => {
    const core: LocalOrigin = 'http://localhost:3001'
    const database: LocalOrigin = 'postgresql://localhost:5433'
    expectTypeOf<LocalOrigin>().toExtend<string>()
    expectTypeOf([core, database]).items.toExtend<string>()
  })

  it('refuses another port, scheme or host', () => {
    // @ts-expect-error
    const port: LocalOrigin = 'http://localhost:4000'
    // @ts-expect-error
    const scheme: LocalOrigin = 'http://localhost:5433'
    // @ts-expect-error
    const host: LocalOrigin = 'http://core:3001'
    expectTypeOf([port, scheme, host]).items.toExtend<string>()
  })
})

describe('services', () => {
  it('keeps the literals of each entry', () => {
    expectTypeOf(services.core.port).toEqualTypeOf<3001>()
    expectTypeOf(services.core.variable).toEqualTypeOf<'CORE_PORT'>()
    expectTypeOf(services.coreGrafana.containerPort).toEqualTypeOf<3000>()
    expectTypeOf(services.postgres.scheme).toEqualTypeOf<'postgresql'>()
    expectTypeOf(services.legacyEmbedding.status).toEqualTypeOf<'legacy'>()
  })

  it('has every field for every service, undefined where it has none', () => {
    expectTypeOf(services.core.containerPort).toEqualTypeOf<number | undefined>()
    expectTypeOf(services.postgres.healthPath).toEqualTypeOf<`/${string}` | undefined>()
    expectTypeOf(services['core' as ServiceName].port).toEqualTypeOf<RegisteredPort>()
  })

  it('is read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => (services.core.port = 3001)).toBeFunction()
  })
})

describe('ranges and history', () => {
  it('keep their names and hide their literals where a reader would not want them', () => {
    expectTypeOf<RangeName>().toEqualTypeOf<'services' | 'coreSupport' | 'embedSupport' | 'monitoring'>()
    expectTypeOf(ranges.services.first).toEqualTypeOf<3000>()
    expectTypeOf(history[0]!.to).toEqualTypeOf<number>()
  })

  it('are read-only', () => {
    // @ts-expect-error
    expectTypeOf(() => history.push({ service: 'core', from: 1, to: 2, reason: '' })).toBeFunction()
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
    expectTypeOf<Readonly<{ CORE_PORT: '1' }>>().toExtend<NonNullable<Parameters<typeof getPort>[1]>>()
  })
})

describe('portsEnv', () => {
  it('has a field for every variable, which gives a number', () => {
    expectTypeOf<keyof typeof portsEnv>().toEqualTypeOf<PortVariable>()
    const schema = z.object({ ...portsEnv, LOG_LEVEL: z.string() })
    expectTypeOf<z.output<typeof schema>['CORE_PORT']>().toEqualTypeOf<number>()
    expectTypeOf<z.output<typeof schema>['LOG_LEVEL']>().toEqualTypeOf<string>()
    expectTypeOf(portsEnv).not.toHaveProperty('BILLING_PORT')
  })
})

describe('portSchema', () => {
  it('takes a number or a text and gives a number', () => {
    expectTypeOf<z.input<typeof portSchema>>().toEqualTypeOf<string | number>()
    expectTypeOf<z.output<typeof portSchema>>().toEqualTypeOf<number>()
  })
})
