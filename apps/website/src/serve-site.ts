import { join } from 'node:path'
import type { Env } from '@driftos/ports'
import { servePages } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import { answerPage } from './answer.js'
import { readAssets } from './assets.js'
import { findDirectory } from './directory.js'

/**
 * Serves the site, with pages rendered for this environment.
 *
 * @param folder - the directory of the built site
 * @throws {PortConfigError} when a port, host or origin is invalid
 * @throws {SettingError} when a link is invalid
 */
export function serveSite(app: FastifyInstance, env: Env, folder: string): void {
  const source = { directory: findDirectory(env), isServed: true, assets: readAssets(join(folder, 'client')) }
  servePages(app, join(folder, 'client'), { ignore: ['**/*.html', '.vite/**'] })
  app.get('/api/*', (_request, reply) => reply.callNotFound())
  app.get('/*', (request, reply) => {
    const answer = answerPage(request.url, source)
    if ('location' in answer) return reply.redirect(answer.location)
    return reply
      .code(answer.status)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(answer.html)
  })
}
