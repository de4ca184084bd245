import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The index of the request's key among the gateway's keys; undefined without a valid key. */
    apiKeyIndex: number | undefined
  }
}

/**
 * Finds the gateway's key in `Authorization: Bearer` or `x-api-key`, and removes it, so that no upstream receives it.
 */
export function identifyClients(app: FastifyInstance, keys: readonly string[]): void {
  app.decorateRequest('apiKeyIndex', undefined)
  if (keys.length === 0) return
  const digests = keys.map(digest)
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw
    const ofApiKey = findKey(headers['x-api-key'], digests)
    const ofBearer = findKey(bearerToken(headers.authorization), digests)
    request.apiKeyIndex = ofBearer ?? ofApiKey
    // No upstream receives a key.
    if (ofApiKey !== undefined) delete headers['x-api-key']
    if (ofBearer !== undefined) delete headers.authorization
    done()
  })
}

/** Refuses requests without a valid key, after they count for the rate limit and before their body is read. */
export function requireKey(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.apiKeyIndex !== undefined) {
      done(null, payload)
      return
    }
    reply.header('www-authenticate', 'Bearer')
    done(refusal(request))
  })
}

/** Returns the index of a key; compares every key, so that the time reveals nothing. */
function findKey(given: string | string[] | undefined, digests: readonly Buffer[]): number | undefined {
  if (typeof given !== 'string') return undefined
  const ofGiven = digest(given)
  let found: number | undefined
  for (const [index, known] of digests.entries()) if (timingSafeEqual(ofGiven, known)) found = index
  return found
}

/** Returns a hash, because a comparison in constant time needs equal lengths. */
function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

function bearerToken(authorization: string | undefined): string | undefined {
  return authorization && /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

function refusal({ headers }: FastifyRequest): Error {
  const isGiven = headers.authorization !== undefined || headers['x-api-key'] !== undefined
  const message = isGiven
    ? 'Invalid API key'
    : 'Missing API key: send it as Authorization: Bearer <key> or x-api-key: <key>'
  return Object.assign(new Error(message), { statusCode: 401, code: 'UNAUTHORIZED' })
}
