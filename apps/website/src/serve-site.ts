import { join } from 'node:path'
import fastifyCompress from '@fastify/compress'
import fastifyEtag from '@fastify/etag'
import type { Env } from '@driftos/ports'
import { servePages } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import { answerPage } from './answer.js'
import { readAssets } from './assets.js'
import { readContent } from './content.js'
import { findDirectory } from './directory.js'

/**
 * Serves the site, with pages rendered for this environment.
 *
 * @param folder - the directory of the built site
 * @throws {PortConfigError} when a port, host or origin is invalid
 * @throws {SettingError} when a link is invalid
 */
export function serveSite(app: FastifyInstance, env: Env, folder: string): void {
  const assets = readAssets(join(folder, 'client'))
  const source = { directory: findDirectory(env), isServed: true, assets, ...readContent(folder) }
  servePages(app, join(folder, 'client'), { ignore: ['**/*.html', '.vite/**'] })
  app.get('/api/*', (_request, reply) => reply.callNotFound())
  app.register(async (pages) => {
    // The tag is of the text before its compression.
    await pages.register(fastifyEtag, { weak: true })
    await pages.register(fastifyCompress, { encodings: ['br', 'gzip'] })
    pages.get('/*', (request, reply) => {
      const answer = answerPage(request.url, source)
      if ('location' in answer) return reply.redirect(answer.location)
      return reply
        .code(answer.status)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(answer.html)
    })
  })
}
