import { Transform, type Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'

/**
 * Returns the body as a stream that fails with status 413 beyond the app's `bodyLimit`. Fastify enforces the limit in
 * its parsers only, which a streamed body bypasses.
 *
 * @throws an error of status 413 when the content-length exceeds the limit
 */
export function boundBody(request: FastifyRequest): Readable {
  const payload = request.raw
  const limit = request.server.initialConfig.bodyLimit!
  const announced = request.headers['content-length']
  if (announced !== undefined) {
    if (Number(announced) > limit) throw tooLarge(limit)
    return payload
  }

  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) done(tooLarge(limit))
      else done(null, chunk)
    },
  })
  // `pipeline` would close the client's connection before the answer.
  bounded.on('error', () => payload.unpipe(bounded).resume())
  // A complete body closes too, perhaps before it has been read.
  payload.on('close', () => {
    if (!payload.readableEnded) bounded.destroy()
  })
  return payload.pipe(bounded)
}

function tooLarge(limit: number): Error {
  const message = `The body is larger than ${limit} bytes`
  return Object.assign(new Error(message), { statusCode: 413, code: 'BODY_TOO_LARGE' })
}
