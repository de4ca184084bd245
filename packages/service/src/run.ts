import { getListenPort, PortConfigError, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import type { FastifyInstance } from 'fastify'
import { SettingError } from './settings.js'
import { stopOnSignals } from './stop.js'

/**
 * Runs a service until a signal stops it: checks every port variable, builds the app, and listens
 * on the service's port, on loopback unless `HOST` says otherwise. What prevents the start is
 * printed in words and ends the process with exit code 1.
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
    const isTold = [PortConfigError, SettingError, StartError].some((kind) => error instanceof kind)
    console.error(isTold ? (error as Error).message : error)
    process.exit(1)
  }
}

/** Why a service did not start, in words for its operator. */
class StartError extends Error {}

async function listen(service: ServiceName, app: FastifyInstance, env: Env): Promise<void> {
  const host = env['HOST']?.trim() || 'localhost'
  const port = getListenPort(service, env)
  try {
    await app.listen({ port, host })
    if (host === 'localhost') await refuseSharedLoopback(app, port)
  } catch (error) {
    await app.close()
    throw new StartError(await explainListenError(service, error, env))
  }
}

/**
 * Fastify binds `localhost` to both loopback addresses and passes over one that somebody holds; his
 * answers would then be taken for this service's.
 */
async function refuseSharedLoopback(app: FastifyInstance, port: number): Promise<void> {
  const bound = new Set(app.addresses().map((address) => (typeof address === 'string' ? address : address.address)))
  for (const address of ['127.0.0.1', '::1'].filter((loopback) => !bound.has(loopback))) {
    if (await isPortOpen(port, { host: address })) {
      throw Object.assign(new Error(`${address} is taken`), { code: 'EADDRINUSE' })
    }
  }
}
