import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** What a page may do: load from its own site, and nothing else. */
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
 * Serves a built site, and says with every answer of the app what its pages may do. Files whose names hold a hash
 * never change and are cached for a year; a file with a compressed form beside it (`.br`, `.gz`) goes out in that.
 *
 * @param root - the folder that Vite built into
 * @param options.ignore - the files that are not served, as globs: an app that renders its pages leaves out the built ones
 */
export function servePages(app: FastifyInstance, root: string, options: { ignore?: readonly string[] } = {}): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
  app.register(fastifyStatic, {
    root,
    // A route for each file, and none for what is no file.
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
