import { networkInterfaces } from 'node:os'
import { getListenPort, PortConfigError, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import type { FastifyInstance } from 'fastify'
import { SettingError } from './settings.js'
import { stopOnSignals } from './stop.js'

/**
 * Runs a service until a signal stops it: checks every port variable, builds the app, and listens on the service's
 * port, on loopback unless `HOST` is set. If the start fails, prints the reason and exits with code 1.
 */
export async function runService(
  service: ServiceName,
  build: (env: Env) => FastifyInstance | Promise<FastifyInstance>,
  env: Env,
): Promise<void> {
  try {
    resolvePorts(env)
    const app = await build(env)
    stopOnSignals(
      () => app.close(),
      (message) => app.log.info(message),
    )
    await listen(service, app, env)
  } catch (error) {
    const isExpected = [PortConfigError, SettingError, StartError].some((kind) => error instanceof kind)
    console.error(isExpected ? (error as Error).message : error)
    process.exit(1)
  }
}

/** A failed start, with a message for the operator. */
class StartError extends Error {}

async function listen(service: ServiceName, app: FastifyInstance, env: Env): Promise<void> {
  const host = hostOf(env)
  const port = getListenPort(service, env)
  try {
    await app.listen({ port, host })
    if (host === 'localhost') await refuseSharedLoopback(app, port)
  } catch (error) {
    await app.close()
    throw new StartError(await explainListenError(service, error, env))
  }
}

/** Returns the address to listen on. `::` accepts IPv4 too, and becomes `0.0.0.0` on a system without IPv6. */
function hostOf(env: Env): string {
  const host = env['HOST']?.trim() || 'localhost'
  return host === '::' && !hasIpv6() ? '0.0.0.0' : host
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'))
}

/**
 * Refuses a port that another process uses on one of the loopback addresses. Fastify binds `localhost` to both and skips
 * an address in use, whose answers clients would then mistake for this service's.
 */
async function refuseSharedLoopback(app: FastifyInstance, port: number): Promise<void> {
  const bound = new Set(app.addresses().map((address) => (typeof address === 'string' ? address : address.address)))
  for (const address of ['127.0.0.1', '::1'].filter((loopback) => !bound.has(loopback))) {
    if (await isPortOpen(port, { host: address })) {
      throw Object.assign(new Error(`${address} is in use`), { code: 'EADDRINUSE' })
    }
  }
}
