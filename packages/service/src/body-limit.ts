import { Transform, type Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'

/**
 * The body as it comes, or an error of status 413 once it exceeds the app's `bodyLimit`: what
 * streams on to an upstream passes by the parsers that keep that limit otherwise.
 *
 * @throws an error of status 413 when the request announces too large a body
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
  // Not `pipeline`, which would close the client's connection before it has the answer.
  bounded.on('error', () => payload.unpipe(bounded).resume())
  // A body that has ended closes as well, and may not have been read yet.
  payload.on('close', () => {
    if (!payload.readableEnded) bounded.destroy()
  })
  return payload.pipe(bounded)
}

function tooLarge(limit: number): Error {
  const message = `the body is larger than ${limit} bytes`
  return Object.assign(new Error(message), { statusCode: 413, code: 'BODY_TOO_LARGE' })
}
