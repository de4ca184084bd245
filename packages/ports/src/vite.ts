import { checkoutVariable, describeCheckout, findCheckout } from './checkout/checkout.js'
import { readEnvFile } from './checkout/env-file.js'
import { resolveServiceEnvironment } from './checkout/service-environment.js'
import type { PortRegistry, ServiceTable } from './define.js'
import { explainListenError, isPortOpen } from './probe.js'
import { getListenPort, getOrigin, getPort, resolvePorts, services, type Env, type ServiceName } from './index.js'

/** Where a request path goes: a service's name, or Vite's proxy options with the service in place of the target. */
export type ProxyTarget<Name extends string> = Name | (Readonly<Record<string, unknown>> & { readonly service: Name })

/** The options of the plugin. */
export interface VitePortsOptions<Name extends string = ServiceName> {
  /** Request paths, as in Vite's `server.proxy`, by the service that answers them. */
  readonly proxy?: Readonly<Record<string, ProxyTarget<Name>>>
  /** The variables that move ports; unless given, those of the checkout, which the plugin adds to `process.env`. */
  readonly env?: Env
}

/** The part of Vite's plugin interface that this plugin uses; it fits every version from Vite 5. */
export interface VitePortsPlugin {
  readonly name: string
  config(
    config: UserConfig,
    environment: { readonly command: 'build' | 'serve'; readonly mode?: string },
  ): ServerConfig | undefined | Promise<ServerConfig>
  configResolved(config: { readonly logger: { info(message: string): void } }): void
  configureServer(server: DevelopmentServer): void
}

/** The part of Vite's development server that the plugin uses. */
interface DevelopmentServer {
  listen(...parameters: never[]): Promise<unknown>
}

interface ServerOptions {
  readonly port?: number | undefined
}

interface UserConfig {
  readonly server?: ServerOptions | undefined
  readonly preview?: ServerOptions | undefined
}

/** The configuration of Vite's development and preview servers. */
interface ServerConfig {
  server: Listening
  preview: Listening
}

interface Listening {
  port: number
  strictPort: true
  host: string
  proxy?: Record<string, { target: string; changeOrigin?: boolean; [option: string]: unknown }>
}

type Resolving = Pick<PortRegistry, 'services' | 'getListenPort' | 'getOrigin' | 'getPort' | 'resolvePorts'>

const driftos = { services, getListenPort, getOrigin, getPort, resolvePorts } as Resolving

/**
 * Returns a Vite plugin that serves a service on its registered port, strictly: a taken port is an error that
 * names its process and directory; the plugin never uses the next free port. It does not affect builds.
 *
 * Without `env` it reads `.env` of the checkout, takes the checkout's slot as `driftos-ports run` does, and adds the variables
 * to `process.env`. Under Vitest, which starts no service, it uses `process.env` as it is.
 *
 * @param service - the service that Vite serves
 * @param options.proxy - request paths that other services answer; each target is the service's origin
 * @param options.registry - the registry of the services, from `defineRegistry`; DriftOS's own unless given
 * @throws {PortConfigError} when Vite starts and the environment contains an invalid port, origin or offset
 * @throws {SlotError} when Vite starts and the variables belong to another checkout, or the checkout can get no slot
 * @example
 * // vite.config.ts
 * export default defineConfig({ plugins: [ports('website', { proxy: { '/api': 'gateway' } })] })
 */
export function ports(service: ServiceName, options?: VitePortsOptions): VitePortsPlugin
export function ports<Services extends ServiceTable>(
  service: keyof Services & string,
  options: VitePortsOptions<keyof Services & string> & { readonly registry: PortRegistry<Services> },
): VitePortsPlugin
export function ports(
  service: string,
  { registry = driftos, proxy, env: given }: VitePortsOptions<string> & { readonly registry?: Resolving } = {},
): VitePortsPlugin {
  // oxlint-disable-next-line node/no-process-env -- the default of Vite's configuration, which runs at the start
  const env = given ?? process.env
  let messages: readonly string[] = []

  return {
    name: 'driftos-ports',
    config(config, { command, mode }) {
      if (command !== 'serve') return undefined
      // A server that Vitest's tests start has another mode.
      if (given || (env['VITEST'] && mode === 'test')) return configure(config)
      return enterCheckout(service, registry).then((found) => {
        messages = found
        return configure(config)
      })
    },
    configResolved({ logger }) {
      for (const message of messages) logger.info(message)
    },
    configureServer(server) {
      const listen = server.listen.bind(server)
      const isLocal = (env['HOST']?.trim() || 'localhost') === 'localhost'
      server.listen = async (...parameters) => {
        try {
          // Vite binds one loopback address; another process may use the port on the other.
          if (isLocal && (await isPortOpen(registry.getListenPort(service, env)))) throw new Error('already in use')
          return await listen(...parameters)
        } catch (cause) {
          // Vite's error for a strict port in use has no code.
          const reason = /already in use/.test(String(cause)) ? { code: 'EADDRINUSE' } : cause
          const error = new Error(await explainListenError(service, reason, env, registry as PortRegistry), { cause })
          // Vite prints the stack, which does not help a reader.
          error.stack = error.message
          throw error
        }
      }
    },
  }

  function configure(config: UserConfig): ServerConfig {
    registry.resolvePorts(env)
    const port = registry.getListenPort(service, env)
    for (const key of ['server', 'preview'] as const) {
      const set = config[key]?.port
      if (set === undefined || set === port) continue
      const { variable } = registry.services[service]!
      throw new Error(
        `${key}.port is ${set}: expected ${port}, the port of ${service}. Remove ${key}.port and --port, or set ${variable}=${set}.`,
      )
    }
    const targets = Object.entries(proxy ?? {}).map(([path, target]) => {
      const { service: name, ...rest } = typeof target === 'string' ? { service: target, changeOrigin: true } : target
      return [path, { ...rest, target: registry.getOrigin(name, env) }] as const
    })
    const listening: Listening = {
      port,
      strictPort: true,
      host: env['HOST']?.trim() || 'localhost',
      ...(targets.length > 0 && { proxy: Object.fromEntries(targets) }),
    }
    return { server: listening, preview: listening }
  }
}

/** Adds the variables of the checkout to `process.env`, and returns messages for the user. */
async function enterCheckout(service: string, registry: Resolving): Promise<readonly string[]> {
  const cwd = process.cwd()
  const checkout = findCheckout(cwd) ?? describeCheckout(cwd)
  // oxlint-disable-next-line node/no-process-env -- code in Vite's process has to see the same addresses
  const { env } = process
  // A command of this package has read `.env` already, or may not read it.
  const file = env[checkoutVariable] === checkout.root ? { env, applied: {} } : readEnvFile(checkout.root, env)
  const found = await resolveServiceEnvironment(service, registry, checkout, {
    env: file.env,
    envFile: file,
  })
  Object.assign(env, file.applied, found.env)
  return found.messages
}
