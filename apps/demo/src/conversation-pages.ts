import { servePages } from '@driftos/service'
import type { FastifyInstance } from 'fastify'

/**
 * Serves the built page at `/` and at each conversation's path, which the page reads from its URL.
 *
 * @param root - Vite's output directory
 */
export function serveConversationPages(app: FastifyInstance, root: string): void {
  servePages(app, root)
  app.get('/c/*', (_request, reply) => reply.sendFile('index.html'))
}
