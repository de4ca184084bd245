import { getListenPort, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import type { FastifyInstance } from 'fastify'
import type { Plugin } from 'vite'

export { compressedFiles } from './compress.js'

/** What the app's own routes serve; the rest is Vite's. */
const ownPaths = /^\/(health|metrics|api)(\/|\?|$)/

/**
 * A service under Vite's development server: on the service's registered port or none, with the
 * routes that the built service has.
 */
export function driftosService(
  service: ServiceName,
  build: (env: Env) => FastifyInstance | Promise<FastifyInstance>,
  env: Env,
): Plugin {
  return {
    name: 'driftos-service',
    config(_config, { command }) {
      if (command !== 'serve') return {}
      resolvePorts(env)
      const port = getListenPort(service, env)
      return {
        clearScreen: false,
        // Two stacks on one checkout share nothing that either rewrites.
        cacheDir: `node_modules/.vite/${port}`,
        server: { port, strictPort: true, host: env['HOST']?.trim() || 'localhost' },
      }
    },
    async configureServer(server) {
      const app = await build(env)
      await app.ready()
      server.middlewares.use((request, response, next) => {
        if (ownPaths.test(request.url ?? '')) app.routing(request, response)
        else next()
      })
      server.httpServer?.on('close', () => void app.close())

      const listen = server.listen.bind(server)
      server.listen = async (...parameters) => {
        try {
          // Vite binds one loopback address; on the other somebody may answer in its place.
          const isTaken = server.config.server.host === 'localhost' && (await isPortOpen(getListenPort(service, env)))
          if (isTaken) throw new Error('already in use')
          return await listen(...parameters)
        } catch (cause) {
          // Vite's own error has no code: with a strict port it says that the port is taken, and no more.
          const taken = /already in use/.test(String(cause)) ? { code: 'EADDRINUSE' } : cause
          const error = new Error(await explainListenError(service, taken, env), { cause })
          // Vite prints the stack, which tells an operator nothing.
          error.stack = error.message
          throw error
        }
      }
    },
  }
}
