import { history, PORTS, ranges, services, type RangeDefinition, type ServiceDefinition } from '../src/index.js'

const tables: Readonly<Record<string, ServiceDefinition>> = services
const [[one, first], [two, second], [, third]] = Object.entries(tables) as [Entry, Entry, Entry]
const { variable } = first
/** A service with a port inside its container, if there is one. */
const inner = Object.keys(tables).find((name) => tables[name]!.containerPort !== undefined)
const [rangeName, range] = Object.entries<RangeDefinition>(ranges)[0]!
const origin = ({ scheme, port }: ServiceDefinition) => `${scheme}://localhost:${port}`
const held = new Set(Object.values<number>(PORTS))
/** A port that a service left, if there is one that no service has taken since. */
const retired = history.map(({ from }) => from).find((port) => !held.has(port))

type Entry = [name: string, service: ServiceDefinition]

/** Uses of every entry that have to compile, in a package whose modules are ESM. */
export const rightUses = `
import { createEnv } from '@t3-oss/env-core'
import {
  PORTS, PortConfigError, findService, getDatabaseUrl, getHost, getListenPort, getOrigin, getPort, history,
  isRegisteredPort, ranges, resolvePorts, services,
  type Env, type LocalOrigin, type Move, type PortConfigCode, type PortConfigIssue, type PortOf, type PortRecord,
  type Ports, type PortVariable, type RangeDefinition, type RangeName, type Ranges, type RegisteredPort,
  type RetiredPort, type ServiceDefinition, type ServiceName, type Services,
} from '@driftos/ports'
import { defineRegistry, type PortRegistry } from '@driftos/ports/define'
import portsJson from '@driftos/ports/ports.json' with { type: 'json' }
import schemaJson from '@driftos/ports/ports.schema.json' with { type: 'json' }
import { explainListenError, findHolders, isPortOpen, probeService, type Holder, type ServiceProbe } from '@driftos/ports/probe'
import { portSchema, portsEnv, registrySchema } from '@driftos/ports/schema'
import { z } from 'zod'

export const port1: ${first.port} = PORTS.${one}
export const table: Ports = PORTS
export const port2: PortOf<'${two}'> = ${second.port}
export const registered: RegisteredPort = ${third.port}
${retired === undefined ? 'export type None = RetiredPort' : `export const retired: RetiredPort = ${retired}`}
export const origins: LocalOrigin[] = ['${origin(first)}', '${origin(second)}']
export const name: ServiceName = '${two}'
${inner === undefined ? '' : `export const inner: ${tables[inner]!.containerPort} = services.${inner}.containerPort`}
export const variable: '${variable}' & PortVariable = services.${one}.variable
export const definition: ServiceDefinition = services.${one}
export const noPath: \`/\${string}\` | undefined = (services.${one} as ServiceDefinition).healthPath
export const everything: [Services, Ranges, readonly Move[]] = [services, ranges, history]
export const first: ${range.first} = ranges.${rangeName}.first
export const range: RangeDefinition = ranges['${rangeName}' satisfies RangeName]

const env: Env = process.env
export const ports: number[] = [getPort('${one}'), getPort('${one}', {}), getListenPort('${one}', env), resolvePorts(env).${two}]
export const texts: string[] = [getHost('${one}'), getOrigin('${two}', env), getDatabaseUrl({ DATABASE_URL: undefined })]
export const found: PortRecord | undefined = findService(${retired ?? 1})
export const port = Number('${first.port}')
if (isRegisteredPort(port)) port satisfies RegisteredPort

try {
  resolvePorts()
} catch (error) {
  if (!(error instanceof PortConfigError)) throw error
  const code: PortConfigCode = error.code
  const issues: readonly PortConfigIssue[] = error.issues
  console.error(code, issues.map((issue) => issue.message))
}

export const ofZod: { ${variable}: number; LOG_LEVEL: string } = z.object({ ...portsEnv, LOG_LEVEL: z.string() }).parse(env)
export const ofT3: number = createEnv({ server: { ...portsEnv }, runtimeEnv: { ...process.env } }).${variable}
export const parsed: number = portSchema.parse('${first.port}')
export const registry: z.output<typeof registrySchema> = registrySchema.parse(portsJson)
export const fromJson: [number, string] = [portsJson.services.${one}.port, schemaJson.type]

export const acme = defineRegistry({
  services: {
    shop: { port: 4000, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', group: 'apps', status: 'active', summary: 'The shop' },
    database: { port: 4433, containerName: 'db', variable: 'DB_PORT', scheme: 'postgresql', status: 'active', summary: 'Its data' },
  },
  ranges: { apps: { first: 4000, last: 4009, summary: 'Apps' } },
  history: [],
})
export const { PORTS: acmePorts, getPort: getAcmePort } = acme
export const shop: 4000 = acmePorts.shop
export const acmeTexts: string[] = [acme.getOrigin('shop', env), acme.getDatabaseUrl(env)]
export const anyRegistry: PortRegistry[] = [acme]
export const shopProbe = probeService('shop', { registry: acme, env })

export const holders: Promise<ReadonlyMap<number, Holder>> = findHolders([PORTS.${one}])
export const probe: Promise<ServiceProbe> = probeService('${one}', { env, timeoutMs: 100 })
export const open: Promise<boolean> = isPortOpen(PORTS.${one}, { host: '127.0.0.1' })
export const explanation: Promise<string> = explainListenError('${one}', new Error('taken'))
`

/** The same of a CommonJS module. */
export const rightUsesOfCommonJs = `
import ports = require('@driftos/ports')
import define = require('@driftos/ports/define')
import schema = require('@driftos/ports/schema')

export const core: ${first.port} = ports.PORTS.${one}
export const parsed: number = schema.portSchema.parse('${first.port}')
export const { PORTS } = define.defineRegistry({ services: {}, ranges: {}, history: [] })
`

/** Uses that must not compile: each on a separate line that ends with this mark. */
export const mark = '// wrong'

export const wrongUses = `
import { PORTS, getListenPort, getPort, history, services, type LocalOrigin, type PortOf, type RegisteredPort, type RetiredPort } from '@driftos/ports'
import { defineRegistry } from '@driftos/ports/define'
import { probeService } from '@driftos/ports/probe'
import { portsEnv } from '@driftos/ports/schema'
import { processEnv } from '@driftos/ports' // wrong
import type { badPorts } from '@driftos/ports/dist/bad-ports.js' // wrong

getPort('nobody') // wrong
getListenPort('nobody') // wrong
getPort('${one}', { ${variable}: 4101 }) // wrong
PORTS.nobody // wrong
PORTS.${one} = ${first.port} // wrong
services.nobody // wrong
services.${one}.port = ${first.port} // wrong
services.${one}.reserved // wrong
history.push({ service: 'core', from: 1, to: 2, reason: '' }) // wrong
portsEnv.NOBODY_PORT // wrong
const shop = { port: 4000, containerName: 'shop', variable: 'SHOP_PORT', scheme: 'http', status: 'active', summary: 'The shop' } as const
const acme = defineRegistry({ services: { shop }, ranges: {}, history: [] })
acme.PORTS.billing // wrong
acme.getPort('billing') // wrong
acme.getDatabaseUrl() // wrong
probeService('nobody', { registry: acme }) // wrong
probeService('nobody') // wrong
defineRegistry({ services: { shop: { ...shop, group: 'apps' } }, ranges: {}, history: [] }) // wrong
defineRegistry({ services: { shop: { ...shop, prot: 4000 } }, ranges: {}, history: [] }) // wrong
export const acmePort: 4001 = acme.PORTS.shop // wrong
export const unregistered: RegisteredPort = 1 // wrong
export const retired: RegisteredPort = ${retired ?? 1} // wrong
export const ofAnother: PortOf<'${one}'> = ${second.port} // wrong
export const held: RetiredPort = ${first.port} // wrong
export const unregisteredOrigin: LocalOrigin = 'http://localhost:1' // wrong
export const wrongScheme: LocalOrigin = 'ftp://localhost:${first.port}' // wrong
export const right: RegisteredPort = ${first.port}
`
