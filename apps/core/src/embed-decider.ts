import { DriftError, type Decider } from '@driftos/drift'
import { getOrigin, services, type Env } from '@driftos/ports'
import { contextFetch } from '@driftos/service'
import { z } from 'zod'
import { clip } from './clip.js'

/** How long embed may take to decide. */
const timeoutMs = 3000

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

/** Creates a decider that calls embed with the latest messages. */
export function embedDecider(env: Env): Decider {
  const url = `${getOrigin('embed', env)}/api/v1/drift/decide`
  return {
    async decide({ content }, branches) {
      const response = await contextFetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ content: clip(content, longestMessage), branches }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        const message = `embed gives no decision: start it, or set ${services.embed.variable} to its port`
        throw new DriftError(502, 'UPSTREAM_DOWN', message, { cause: error })
      })
      const answer = answerSchema.safeParse(await response.json().catch(() => undefined))
      if (!answer.success)
        throw new DriftError(502, 'UPSTREAM_ANSWER', `embed answered ${response.status} and no decision`)
      const { branchId, parentId, ...decision } = answer.data.data
      return {
        ...decision,
        ...(branchId !== undefined && { branchId }),
        ...(parentId !== undefined && { parentId }),
      }
    },
  }
}
