import { describeCheckout, findCheckout, type Checkout } from './checkout/checkout.js'
import { readEnvFile } from './checkout/env-file.js'
import { childEnvironment } from './checkout/environment.js'
import { peekCheckoutPorts } from './checkout/resolve-slot.js'
import type { PortRegistry, ServiceTable } from './define.js'
import { getOrigin, getPort, services, type Env, type ServiceName } from './index.js'
import { processEnv } from './env.js'
import { describeHolder, findHolders, nameHolder, probeService, type ServiceProbe } from './probe.js'

/** Where the services of a test run are. */
export interface PlaywrightOptions {
  /** The variables that move ports, above those of `.env` in the checkout; `process.env` unless given. */
  readonly env?: Env
  /** A directory of the checkout that the tests belong to; the working directory unless given. */
  readonly cwd?: string
}

/** How Playwright starts a service. */
export interface WebServerOptions extends PlaywrightOptions {
  /** The command that starts the service, which gets its port in `PORT`; `npm run dev` unless given. */
  readonly command?: string
  /** How long Playwright waits for the service, in milliseconds; 60000 unless given. */
  readonly timeoutMs?: number
}

/** The part of Playwright's `webServer` setting that is set; it fits every version from Playwright 1.18. */
export interface WebServer {
  command: string
  /** The health address of an http service. */
  url?: string
  /** The port of a service that is not http. */
  port?: number
  reuseExistingServer: boolean
  timeout: number
  env: Record<string, string>
}

/** How to check services before the tests run. */
export interface CheckServicesOptions extends PlaywrightOptions {
  /** The time limit of one check, in milliseconds; 5000 unless given. */
  readonly timeoutMs?: number
}

type Resolving = Pick<PortRegistry, 'services' | 'getOrigin' | 'getPort'>
type WithRegistry<Options> = Options & { readonly registry?: Resolving }
type OfRegistry<Services extends ServiceTable, Options> = Options & { readonly registry: PortRegistry<Services> }

const driftos = { services, getOrigin, getPort } as Resolving

/**
 * Returns Playwright's `webServer` setting for a service: its address in this checkout, and a command with the variables of
 * this checkout. A server that runs already is used, except in CI; `checkServices` makes sure that it is the right one.
 *
 * @param service - the service that the tests open
 * @param options.registry - the registry of the service, from `defineRegistry`; DriftOS's own unless given
 * @throws {PortConfigError} when the environment holds an invalid port, origin or offset
 * @throws {SlotError} when the variables belong to another checkout, or this checkout has no slot and needs one
 * @example
 * // playwright.config.ts
 * export default defineConfig({
 *   globalSetup: './global-setup.ts',
 *   webServer: webServer('website', { command: 'pnpm dev' }),
 *   use: { baseURL: baseUrl('website') },
 * })
 */
export function webServer(service: ServiceName, options?: WebServerOptions): WebServer
export function webServer<Services extends ServiceTable>(
  service: keyof Services & string,
  options: OfRegistry<Services, WebServerOptions>,
): WebServer
export function webServer(service: string, options: WithRegistry<WebServerOptions> = {}): WebServer {
  const { command = 'npm run dev', timeoutMs = 60_000 } = options
  const { registry, env, variables } = locate(options, service)
  const { scheme, healthPath = '/' } = registry.services[service]!
  const address = scheme.startsWith('http')
    ? { url: registry.getOrigin(service, env) + healthPath }
    : { port: registry.getPort(service, env) }
  return { command, ...address, reuseExistingServer: !isCi(env), timeout: timeoutMs, env: variables }
}

/**
 * Returns the origin of a service in this checkout, for Playwright's `baseURL`.
 *
 * @param options.registry - the registry of the service, from `defineRegistry`; DriftOS's own unless given
 * @throws {PortConfigError} when the environment holds an invalid port, origin or offset
 * @throws {SlotError} when the variables belong to another checkout, or this checkout has no slot and needs one
 */
export function baseUrl(service: ServiceName, options?: PlaywrightOptions): string
export function baseUrl<Services extends ServiceTable>(
  service: keyof Services & string,
  options: OfRegistry<Services, PlaywrightOptions>,
): string
export function baseUrl(service: string, options: WithRegistry<PlaywrightOptions> = {}): string {
  const { registry, env } = locate(options)
  return registry.getOrigin(service, env)
}

/**
 * Checks that this checkout's services answer where the tests look for them. For Playwright's `globalSetup`, which runs after
 * `webServer` has started.
 *
 * @param args - the services; options may follow them, with `registry` for another registry than DriftOS's own
 * @throws {Error} one error that lists each service that is down, each that belongs to another checkout, and each port that
 * another program uses, with its process and directory and how to fix it
 * @example
 * // global-setup.ts
 * export default () => checkServices('website', 'gateway')
 */
export async function checkServices(...args: readonly (ServiceName | CheckServicesOptions)[]): Promise<void>
export async function checkServices<Services extends ServiceTable>(
  ...args: readonly ((keyof Services & string) | OfRegistry<Services, CheckServicesOptions>)[]
): Promise<void>
export async function checkServices(...args: readonly (string | WithRegistry<CheckServicesOptions>)[]): Promise<void> {
  const names = args.filter((arg) => typeof arg === 'string')
  const options = args.find((arg) => typeof arg !== 'string') ?? {}
  const { registry, env, checkout } = locate(options)
  const { timeoutMs = 5000 } = options
  const probe = { registry: registry as PortRegistry, env, timeoutMs, instance: checkout.instance }
  const probes = await Promise.all(names.map((service) => probeService(service, probe)))
  const problems = await Promise.all(probes.map((found) => describeProblem(found, registry, env, checkout)))
  const found = problems.filter((problem) => problem !== undefined)
  if (found.length > 0) throw new Error(found.join('\n'))
}

async function describeProblem(
  { service, port, state, reason, holder: known }: ServiceProbe<string>,
  { services: { [service]: entry } }: Resolving,
  env: Env,
  { root }: Checkout,
): Promise<string | undefined> {
  if (state === 'up' || state === 'unknown') return undefined
  if (state === 'down')
    return `${service} does not answer on port ${port}: ${reason}. Start it, then run the tests again.`
  const holder = known ?? (await findHolders([port], env)).get(port)
  if (state === 'elsewhere') {
    return `${service} on port ${port} is that of another checkout: ${reason} (${nameHolder(holder)}). Stop it there, or run \`driftos-ports slot\` and start ${service} here on ports of this checkout.`
  }
  return `Port ${port} of ${service} is used by another program: ${describeHolder(holder, root)} (${reason}). Stop it, or set ${entry!.variable} to a free port.`
}

/** Finds the checkout of the tests, and its variables. */
function locate(
  { registry = driftos, env = processEnv(), cwd = process.cwd() }: WithRegistry<PlaywrightOptions>,
  service?: string,
) {
  const checkout = findCheckout(cwd) ?? describeCheckout(cwd)
  const file = readEnvFile(checkout.root, env)
  const ports = peekCheckoutPorts(checkout, registry.services, { env: file.env, envFile: file })
  const names = childEnvironment(registry, checkout, ports, service === undefined ? {} : { service })
  return { registry, checkout, env: ports.env, variables: { ...file.applied, ...names } }
}

function isCi({ CI: text }: Env): boolean {
  return !['', '0', 'false'].includes(text?.trim().toLowerCase() ?? '')
}
