import type { Config } from './project/config.js'

/** The source of a registry that is not DriftOS's, with numbers of its own. */
export const acmeRegistry = `
export const services = {
  shop: { port: 7001, containerName: 'acme-shop', variable: 'SHOP_PORT', scheme: 'http', healthPath: '/health', metricsPath: '/metrics', group: 'apps', status: 'active', summary: 'The shop' },
  database: { port: 7433, containerPort: 5432, containerName: 'acme-database', variable: 'ACME_DB_PORT', scheme: 'postgresql', status: 'active', summary: 'What the shop sells' },
} as const
export const ranges = { apps: { first: 7000, last: 7009, summary: 'Apps' } } as const
export const history = [{ service: 'shop', from: 7000, to: 7001, reason: 'the proxy needs it' }] as const
export const retired = { cart: { port: 7002, reason: 'the shop does it' } } as const
`

/** The ports of that registry. */
export const acmePorts = { shop: 7001, database: 7433 }

/** A package.json with a configuration. */
export function configOf(config: Config): string {
  return JSON.stringify({ name: 'acme', 'driftos-ports': config })
}
