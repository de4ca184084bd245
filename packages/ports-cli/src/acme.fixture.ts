import type { RegistryDefinition } from '@driftos/ports/define'
import type { Config } from './project/config.js'

const services = `{
  shop: { port: 7001, containerName: 'acme-shop', variable: 'SHOP_PORT', scheme: 'http', healthPath: '/health', metricsPath: '/metrics', group: 'apps', status: 'active', summary: 'The shop' },
  database: { port: 7433, containerPort: 5432, containerName: 'acme-database', variable: 'ACME_DB_PORT', scheme: 'postgresql', status: 'active', summary: 'Products and orders' },
}`
const ranges = `{ apps: { first: 7000, last: 7009, summary: 'Apps' } }`
const history = `[{ service: 'shop', from: 7000, to: 7001, reason: 'the proxy needs it' }]`
const retired = `{ cart: { port: 7002, reason: 'the shop does it' } }`

/** The source of a registry of another repository, in plain tables. */
export const acmeRegistry = `
export const services = ${services} as const
export const ranges = ${ranges} as const
export const history = ${history} as const
export const retired = ${retired} as const
`

/** The same registry as a call of `defineRegistry`. */
export const acmeDefinition = `import { defineRegistry } from '@driftos/ports/define'

export const registry = defineRegistry({
services: ${services},
ranges: ${ranges},
history: ${history},
retired: ${retired},
})
`

/** The ports of that registry. */
export const acmePorts = { shop: 7001, database: 7433 }

/** The registry as tables. */
export const acme: RegistryDefinition = {
  services: {
    shop: {
      port: acmePorts.shop,
      containerName: 'acme-shop',
      variable: 'SHOP_PORT',
      scheme: 'http',
      healthPath: '/health',
      metricsPath: '/metrics',
      group: 'apps',
      status: 'active',
      summary: 'The shop',
    },
    database: {
      port: acmePorts.database,
      containerPort: 5432,
      containerName: 'acme-database',
      variable: 'ACME_DB_PORT',
      scheme: 'postgresql',
      status: 'active',
      summary: 'Products and orders',
    },
  },
  ranges: { apps: { first: 7000, last: 7009, summary: 'Apps' } },
  history: [{ service: 'shop', from: 7000, to: acmePorts.shop, reason: 'the proxy needs it' }],
  retired: { cart: { port: 7002, reason: 'the shop does it' } },
}

/** A package.json with a configuration. */
export function configOf(config: Pick<Config, 'registry' | 'ignore' | 'package'>): string {
  return JSON.stringify({ name: 'acme', 'driftos-ports': config })
}

/** A configuration in TypeScript. @param generators - expressions, such as `envExample()` */
export function configWith(registry: string, generators: readonly string[]): string {
  const calls = generators.flatMap((call) => /^\w+(?=\()/.exec(call) ?? [])
  const names = new Set(['defineConfig', ...calls])
  return `import { ${[...names].join(', ')} } from '@driftos/ports-cli'

export default defineConfig({ registry: '${registry}', generate: [${generators.join(', ')}] })
`
}
