import { getListenPort, type Env, type ServiceName } from '@driftos/ports'
import type { FastifyInstance } from 'fastify'
import type { Plugin } from 'vite'

export { compressedFiles } from './compress.js'

/** The paths of the app's own routes; Vite serves the rest. */
const ownPaths = /^\/(health|ready|metrics|api)(\/|\?|$)/

/**
 * Creates a Vite plugin that runs a service in Vite's development server, with the service's routes. The plugin of
 * `@driftos/ports/vite` sets the port.
 */
export function driftosService(
  service: ServiceName,
  build: (env: Env) => FastifyInstance | Promise<FastifyInstance>,
  env: Env,
): Plugin {
  return {
    name: 'driftos-service',
    config: (_config, { command }) =>
      command === 'serve'
        ? // Two stacks of one checkout must not overwrite each other's cache.
          { clearScreen: false, cacheDir: `node_modules/.vite/${getListenPort(service, env)}` }
        : {},
    async configureServer(server) {
      const app = await build(env)
      await app.ready()
      server.middlewares.use((request, response, next) => {
        if (ownPaths.test(request.url ?? '')) app.routing(request, response)
        else next()
      })
      server.httpServer?.on('close', () => void app.close())
    },
  }
}
