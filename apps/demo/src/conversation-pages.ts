import { servePages } from '@driftos/service'
import type { FastifyInstance } from 'fastify'

/**
 * Serves the built page, and at each conversation's path as well: which one it is, the page reads from its address.
 *
 * @param root - the folder that Vite built into
 */
export function serveConversationPages(app: FastifyInstance, root: string): void {
  servePages(app, root)
  app.get('/c/*', (_request, reply) => reply.sendFile('index.html'))
}
