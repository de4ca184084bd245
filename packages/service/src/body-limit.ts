import { Transform, type Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'

/**
 * The largest body that a route of any service accepts, in bytes. An app that forwards accepts as much, because the
 * upstream's route has its own limit.
 */
export const largestBody = 16 * 1024 * 1024

/**
 * Returns the body as a separate stream that fails with status 413 beyond the route's `bodyLimit`. Fastify enforces the
 * limit in its parsers only, which a streamed body bypasses. The HTTP client that sends the stream detaches it from its
 * socket at the end, which must not happen to the request: its log and the stop of the service need the connection.
 *
 * @returns the stream, and a function that starts to read the request: until then another stream can take its place
 * @throws an error of status 413 when the content-length exceeds the limit
 */
export function boundBody(request: FastifyRequest): { body: Readable; start: () => void } {
  const payload = request.raw
  const limit = request.routeOptions.bodyLimit
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)

  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) done(tooLarge(limit))
      else done(null, chunk)
    },
  })
  // `pipeline` would close the client's connection before the answer.
  bounded.on('error', () => {})
  // A client that is still sending would lose its answer if the connection closed.
  bounded.on('close', () => payload.unpipe(bounded).resume())
  const start = () => {
    // A complete body closes too, perhaps before it has been read.
    payload.on('close', () => {
      if (!payload.readableEnded) bounded.destroy()
    })
    payload.pipe(bounded)
  }
  return { body: bounded, start }
}

function tooLarge(limit: number): Error {
  const message = `The body is larger than ${limit} bytes`
  return Object.assign(new Error(message), { statusCode: 413, code: 'BODY_TOO_LARGE' })
}
