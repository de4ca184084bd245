import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { getListenPort, PortConfigError, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import type { FastifyInstance } from 'fastify'
import { parseSettings, SettingError } from './settings.js'
import { stopOnSignals } from './stop.js'
import { stopMs } from './time-limits.js'

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
      stopMs(parseSettings(env)),
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
    if (host === 'localhost') await listenOnLoopback(app, port)
    else await app.listen({ port, host })
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
 * Listens on both loopback addresses, or on none. Fastify would skip an address in use, whose answers clients would then
 * mistake for this service's, and create a second HTTP server, which nothing here configures and no stop waits for.
 */
async function listenOnLoopback(app: FastifyInstance, port: number): Promise<void> {
  const found = await lookup('localhost', { all: true }).catch(() => [])
  const [first = '127.0.0.1', ...rest] = [...new Set(found.map(({ address }) => address))].toSorted()
  for (const address of ['127.0.0.1', '::1'].filter((loopback) => loopback !== first && !rest.includes(loopback))) {
    if (await isPortOpen(port, { host: address }))
      throw Object.assign(new Error(`${address} is in use`), { code: 'EADDRINUSE' })
  }
  await app.listen({ port, host: first })
  for (const address of rest) await alsoListen(app, port, address)
}

/** Lets the app's server accept connections on another address; skips an address that the machine does not have. */
async function alsoListen(app: FastifyInstance, port: number, host: string): Promise<void> {
  const { server } = app
  const more = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket))
  try {
    await once(more.listen({ port, host }), 'listening')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return
    throw error
  }
  app.log.info(`Server listening at http://[${host}]:${port}`)
  const close = server.close.bind(server)
  server.close = (done) => {
    let open = 2
    const onClose = (error?: Error) => {
      open -= 1
      if (open === 0) done?.(error)
    }
    more.close(() => onClose())
    return close(onClose)
  }
}
