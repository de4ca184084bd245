import type { Action } from '@driftos/drift'
import { moveCentroid, type Centroid } from '../src/centroid.js'
import { decideBySimilarity, type Thresholds } from '../src/decide.js'
import type { Embedder } from '../src/embedder/embedder.js'
import type { Conversations, Turn } from './conversations.js'

/** A decision and the expected one. */
export interface Outcome {
  readonly conversation: string
  readonly content: string
  readonly expected: Action
  readonly decided: Action
  /** Whether action and branch are the right ones. */
  readonly isRight: boolean
  readonly similarity: number
}

/**
 * Decides about every turn but the first of each conversation, which is a new branch by definition.
 * The branches before each decision are the right ones, so that a mistake is counted once.
 */
export async function evaluate(
  conversations: Conversations,
  embedder: Embedder,
  thresholds: Thresholds,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const [conversation, turns] of Object.entries(conversations)) {
    const { vectors } = await embedder.embed(turns.map(([, , content]) => content))
    const branches = new Map<string, Centroid>()
    for (const [index, [topic, , content]] of turns.entries()) {
      const vector = vectors[index]!
      const previous = turns[index - 1]
      const known = branches.get(topic)
      if (previous) {
        const candidates = [...branches].map(([id, { centroid }]) => ({
          id,
          topic: id,
          isCurrent: id === previous[0],
          centroid,
        }))
        const decision = decideBySimilarity({ content }, vector, previous[2], candidates, thresholds)
        const expected = expectedAction(topic, previous, known !== undefined)
        const isRight = decision.action === expected && (expected !== 'ROUTE' || decision.branchId === topic)
        outcomes.push({
          conversation,
          content,
          expected,
          decided: decision.action,
          isRight,
          similarity: decision.similarity,
        })
      }
      branches.set(topic, moveCentroid(known, vector))
    }
  }
  return outcomes
}

function expectedAction(topic: string, [previousTopic]: Turn, isKnown: boolean): Action {
  if (topic === previousTopic) return 'STAY'
  return isKnown ? 'ROUTE' : 'BRANCH'
}
