import { history, PORTS, ranges, services } from '../src/index.js'

const held = new Set<number>(Object.values(PORTS))
const retired = history.map(({ from }) => from).find((port) => !held.has(port))!

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

export const core: ${PORTS.core} = PORTS.core
export const table: Ports = PORTS
export const demo: PortOf<'demo'> = ${PORTS.demo}
export const registered: RegisteredPort = ${PORTS.coreGrafana}
export const retired: RetiredPort = ${retired}
export const origins: LocalOrigin[] = ['http://localhost:${PORTS.gateway}', 'postgresql://localhost:${PORTS.postgres}']
export const name: ServiceName = 'legacyEmbedding'
export const inner: ${services.coreGrafana.containerPort} = services.coreGrafana.containerPort
export const variable: 'CORE_PORT' & PortVariable = services.core.variable
export const definition: ServiceDefinition = services.core
export const noPath: \`/\${string}\` | undefined = services.postgres.healthPath
export const everything: [Services, Ranges, readonly Move[]] = [services, ranges, history]
export const reserved: ${ranges.services.reserved.first} = ranges.services.reserved.first
export const range: RangeDefinition = ranges['monitoring' satisfies RangeName]

const env: Env = process.env
export const ports: number[] = [getPort('core'), getPort('core', {}), getListenPort('core', env), resolvePorts(env).embed]
export const texts: string[] = [getHost('core'), getOrigin('embed', env), getDatabaseUrl({ DATABASE_URL: undefined })]
export const found: PortRecord | undefined = findService(${retired})
export const port = Number('${PORTS.core}')
if (isRegisteredPort(port)) port satisfies RegisteredPort

try {
  resolvePorts()
} catch (error) {
  if (!(error instanceof PortConfigError)) throw error
  const code: PortConfigCode = error.code
  const issues: readonly PortConfigIssue[] = error.issues
  console.error(code, issues.map((issue) => issue.message))
}

export const ofZod: { CORE_PORT: number; LOG_LEVEL: string } = z.object({ ...portsEnv, LOG_LEVEL: z.string() }).parse(env)
export const ofT3: number = createEnv({ server: { ...portsEnv }, runtimeEnv: { ...process.env } }).CORE_PORT
export const parsed: number = portSchema.parse('${PORTS.core}')
export const registry: z.output<typeof registrySchema> = registrySchema.parse(portsJson)
export const fromJson: [number, string] = [portsJson.services.core.port, schemaJson.type]

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

export const holders: Promise<ReadonlyMap<number, Holder>> = findHolders([PORTS.core])
export const probe: Promise<ServiceProbe> = probeService('core', { env, timeoutMs: 100 })
export const open: Promise<boolean> = isPortOpen(PORTS.core, { host: '127.0.0.1' })
export const explanation: Promise<string> = explainListenError('core', new Error('taken'))
`

/** The same of a CommonJS module. */
export const rightUsesOfCommonJs = `
import ports = require('@driftos/ports')
import define = require('@driftos/ports/define')
import schema = require('@driftos/ports/schema')

export const core: ${PORTS.core} = ports.PORTS.core
export const parsed: number = schema.portSchema.parse('${PORTS.core}')
export const { PORTS } = define.defineRegistry({ services: {}, ranges: {}, history: [] })
`

/** Uses that may not compile: each on a line of its own that ends in this mark. */
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
getPort('core', { CORE_PORT: 4101 }) // wrong
PORTS.nobody // wrong
PORTS.core = ${PORTS.core} // wrong
services.nobody // wrong
services.core.port = ${PORTS.core} // wrong
services.gateway.reserved // wrong
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
export const unregistered: RegisteredPort = 4000 // wrong
export const retired: RegisteredPort = ${retired} // wrong
export const ofAnother: PortOf<'demo'> = ${PORTS.website} // wrong
export const held: RetiredPort = ${PORTS.embed} // wrong
export const unregisteredOrigin: LocalOrigin = 'http://localhost:4000' // wrong
export const wrongScheme: LocalOrigin = 'http://localhost:${PORTS.postgres}' // wrong
export const right: RegisteredPort = ${PORTS.gateway}
`
