import { getListenPort, resolvePorts, type Env, type ServiceName } from '@driftos/ports'
import { explainListenError, isPortOpen } from '@driftos/ports/probe'
import type { FastifyInstance } from 'fastify'
import type { Plugin } from 'vite'

export { compressedFiles } from './compress.js'

/** The paths of the app's own routes; Vite serves the rest. */
const ownPaths = /^\/(health|ready|metrics|api)(\/|\?|$)/

/**
 * Creates a Vite plugin that runs a service in Vite's development server, with the service's routes, on the service's
 * port only.
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
        // Two stacks of one checkout must not overwrite each other's cache.
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
          // Vite binds one loopback address; another process may use the port on the other.
          const isTaken = server.config.server.host === 'localhost' && (await isPortOpen(getListenPort(service, env)))
          if (isTaken) throw new Error('already in use')
          return await listen(...parameters)
        } catch (cause) {
          // Vite's error for a strict port in use has no code.
          const taken = /already in use/.test(String(cause)) ? { code: 'EADDRINUSE' } : cause
          const error = new Error(await explainListenError(service, taken, env), { cause })
          // Vite prints the stack, which does not help an operator.
          error.stack = error.message
          throw error
        }
      }
    },
  }
}
