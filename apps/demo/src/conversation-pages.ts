import { servePages } from '@driftos/service'
import type { FastifyInstance } from 'fastify'
import { parseLocation } from './page/location.js'

/**
 * Serves the built page at `/` and at each conversation's path, which the page reads from its URL.
 *
 * @param root - Vite's output directory
 */
export function serveConversationPages(app: FastifyInstance, root: string): void {
  servePages(app, root)
  app.get('/c/*', (request, reply) => {
    const { conversationId } = parseLocation(new URL(request.url, 'http://localhost'))
    if (conversationId !== undefined) {
      const path = `/api/v1/drift/conversations/${encodeURIComponent(conversationId)}`
      // The browser requests it together with the scripts, and the page takes that answer.
      reply.header('link', `<${path}>; rel=preload; as=fetch; crossorigin`)
    }
    return reply.sendFile('index.html')
  })
}
