import { clientAddress } from '@driftos/service'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestCounts } from './request-counts.js'
import type { GatewaySettings } from './settings.js'

/** Limits how many requests one key, or one address without a key, may send in a minute. */
export async function limitRates(
  app: FastifyInstance,
  { requestsPerMinute, isLimitedLocally }: GatewaySettings,
): Promise<void> {
  if (requestsPerMinute === 0) return
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    store: RequestCounts,
    keyGenerator: clientOf,
    ...(isLimitedLocally ? {} : { allowList: isLocal }),
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { max, ttl }) =>
      Object.assign(
        new Error(`Too many requests: the limit is ${max} a minute. Retry in ${Math.ceil(ttl / 1000)} s.`),
        {
          statusCode: 429,
          code: 'TOO_MANY_REQUESTS',
        },
      ),
  })
}

function clientOf(request: FastifyRequest): string {
  const { apiKeyIndex } = request
  return apiKeyIndex === undefined ? normalizeIP(clientAddress(request)) : `key ${apiKeyIndex}`
}

function isLocal(request: FastifyRequest): boolean {
  const ip = clientAddress(request)
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.')
}
