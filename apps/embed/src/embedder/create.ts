import type { Env } from '@driftos/ports'
import { Histogram, type Registry } from 'prom-client'
import type { EmbedderKind, EmbedSettings } from '../settings.js'
import { batched } from './batched.js'
import { cached } from './cached.js'
import type { Embedder } from './embedder.js'
import { hashingEmbedder } from './hashing.js'
import { sentencesEmbedder } from './sentences.js'
import { serverEmbedder } from './server.js'
import { transformersEmbedder } from './transformers.js'

/** A model on this machine needs up to 0.3 s for these, and larger calls take no less time for each text. */
const modelBounds = { texts: 8, characters: 2000 }
/** A server needs a round trip for each call. */
const serverBounds = { texts: 32, characters: 100_000 }

/** Creates the embedder of the settings, with metrics and a cache. */
export function createEmbedder({ embedder, model }: EmbedSettings, env: Env, metrics: Registry): Embedder {
  const kinds: Record<EmbedderKind, () => Embedder> = {
    sentences: sentencesEmbedder,
    hashing: () => hashingEmbedder,
    server: () => serverEmbedder(env),
    transformers: () => transformersEmbedder(model),
  }
  const inner = measured(kinds[embedder](), embedder, metrics)
  // Hashing has no limit, and serves other requests between two texts.
  if (embedder === 'hashing') return cached(inner)
  return cached(batched(inner, embedder === 'server' ? serverBounds : modelBounds))
}

function measured(inner: Embedder, kind: EmbedderKind, metrics: Registry): Embedder {
  const duration = new Histogram({
    name: 'embedding_duration_seconds',
    help: 'Duration of one call of the embedder, by embedder and outcome',
    labelNames: ['embedder', 'outcome'] as const,
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers: [metrics],
  })
  for (const outcome of ['done', 'failed']) duration.zero({ embedder: kind, outcome })
  return {
    async embed(texts) {
      const end = duration.startTimer({ embedder: kind })
      try {
        const embedding = await inner.embed(texts)
        end({ outcome: 'done' })
        return embedding
      } catch (error) {
        end({ outcome: 'failed' })
        throw error
      }
    },
  }
}
