import { DriftError, type Decider, type Decision } from '@driftos/drift'
import { getOrigin, services, type Env } from '@driftos/ports'
import { contextFetch } from '@driftos/service'
import CircuitBreaker from 'opossum'
import { z } from 'zod'
import { clip } from './clip.js'
import { embedTimeoutMs } from './settings.js'

/** How long embed is not called after a failure. */
const restMs = 5000

/** The length of a message that embed receives. */
const longestMessage = 2000

const answerSchema = z.object({
  data: z.object({
    action: z.enum(['STAY', 'ROUTE', 'BRANCH']),
    branchId: z.string().optional(),
    parentId: z.string().optional(),
    reason: z.string(),
    confidence: z.number().min(0).max(1),
    similarity: z.number(),
  }),
})

/** A decider that calls embed. */
export interface EmbedDecider extends Decider {
  /** Releases its timer. */
  close(): void
}

/**
 * Creates a decider that calls embed with the latest messages. After a failure it fails at once for a few seconds, and
 * then lets one message through, so that not every message waits for an embed that is down.
 *
 * @param options.restMs - how long embed is not called after a failure, in milliseconds
 */
export function embedDecider(env: Env, options: { readonly restMs?: number } = {}): EmbedDecider {
  const url = `${getOrigin('embed', env)}/api/v1/drift/decide`

  async function call(body: object): Promise<Decision> {
    const response = await contextFetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(embedTimeoutMs),
    }).catch((error: unknown) => {
      const message = `embed does not answer: start it, or set ${services.embed.variable} to its port`
      throw new DriftError(502, 'UPSTREAM_DOWN', message, { cause: error })
    })
    const answer = answerSchema.safeParse(await response.json().catch(() => undefined))
    if (!answer.success)
      throw new DriftError(502, 'UPSTREAM_ANSWER', `embed answered ${response.status} without a decision`)
    const { branchId, parentId, ...decision } = answer.data.data
    return {
      ...decision,
      ...(branchId !== undefined && { branchId }),
      ...(parentId !== undefined && { parentId }),
    }
  }

  // The failure rate does not matter: the circuit opens at the first failure.
  const circuit = new CircuitBreaker(call, {
    timeout: false,
    resetTimeout: options.restMs ?? restMs,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  })
  circuit.on('failure', () => circuit.open())
  return {
    decide: ({ content }, branches) => circuit.fire({ content: clip(content, longestMessage), branches }),
    close: () => circuit.shutdown(),
  }
}
