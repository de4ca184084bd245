import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Lets a page load from its own site only. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentPolicy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/**
 * Serves a built site, with a content security policy on every answer of the app. Files with a hash in their names are
 * cached for a year, and files with a compressed version (`.br`, `.gz`) are sent compressed.
 *
 * @param root - Vite's output directory
 * @param options.ignore - globs of files that are not served, such as built pages that the app renders itself
 */
export function servePages(app: FastifyInstance, root: string, options: { ignore?: readonly string[] } = {}): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
  app.register(fastifyStatic, {
    root,
    // One route per file, so that other paths stay free for the app.
    wildcard: false,
    globIgnore: [...(options.ignore ?? []), '**/*.{br,gz}'],
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      const isHashed = /[\\/]assets[\\/]/.test(path)
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      reply.header('vary', 'accept-encoding')
    },
  })
}
