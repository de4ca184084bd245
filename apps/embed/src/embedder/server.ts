import { DriftError } from '@driftos/drift'
import { getOrigin, services, type Env } from '@driftos/ports'
import { contextFetch } from '@driftos/service'
import { parseSettings } from '@driftos/service/settings'
import { z } from 'zod'
import { normalize, type Embedder } from './embedder.js'

const service = 'legacyEmbedding'

const answerSchema = z
  .object({
    embeddings: z.array(z.array(z.number())),
    dimension: z.number().int().positive(),
    model: z.string().min(1),
  })
  .refine(({ embeddings, dimension }) => embeddings.every(({ length }) => length === dimension))

/** Creates an embedder that calls the legacy embedding service at its address in the registry. */
export function serverEmbedder(env: Env): Embedder {
  const url = `${getOrigin(service, env)}/embed`
  const { upstreamTimeoutMs } = parseSettings(env)

  return {
    async embed(texts) {
      const response = await contextFetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: texts.length === 1 ? texts[0] : texts }),
        signal: AbortSignal.timeout(upstreamTimeoutMs),
      }).catch((error: Error) => {
        throw error.name === 'TimeoutError'
          ? new DriftError(504, 'EMBEDDER_TIMEOUT', `${service} did not answer within UPSTREAM_TIMEOUT_MS`)
          : new DriftError(
              502,
              'EMBEDDER_DOWN',
              `${service} is not reachable: start it, set ${services[service].variable} to its port, or unset EMBEDDER`,
              { cause: error },
            )
      })
      const answer = answerSchema.safeParse(await response.json().catch(() => undefined))
      if (!response.ok || !answer.success || answer.data.embeddings.length !== texts.length)
        throw new DriftError(502, 'EMBEDDER_ANSWER', `${service} answered ${response.status} without embeddings`)
      const { model, dimension, embeddings } = answer.data
      return { embedder: `server-${model}-${dimension}`, vectors: embeddings.map(normalize) }
    },
  }
}
