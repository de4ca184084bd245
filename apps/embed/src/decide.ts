import type { Action, NewMessage } from '@driftos/drift'
import { cosine, type Vector } from './embedder/embedder.js'

/** The similarities above which a message belongs to a branch. */
export interface Thresholds {
  /** Above it, a message stays in the current branch. */
  readonly stay: number
  /** Above it, a message goes back to another branch. */
  readonly route: number
}

/** A branch and the mean of its messages' vectors; without one it is similar to nothing. */
export interface Candidate {
  readonly id: string
  readonly topic: string
  readonly isCurrent: boolean
  readonly centroid: Vector | undefined
}

/** A decision by similarity. */
export interface SimilarityDecision {
  readonly action: Action
  readonly branchId?: string
  readonly parentId?: string
  readonly reason: string
  readonly confidence: number
  readonly similarity: number
}

/** The factor for the similarity of an answer to its question, because the two seldom share words. */
const answerFactor = 1.3

/** The similarity above which a new branch becomes a child of the most similar one. */
const related = 0.35

/** Decides by the cosine between a message's vector and the branches' centroids. */
export function decideBySimilarity(
  { content }: Pick<NewMessage, 'content'>,
  vector: Vector,
  previous: string | undefined,
  candidates: readonly Candidate[],
  thresholds: Thresholds,
): SimilarityDecision {
  const current = candidates.find(({ isCurrent }) => isCurrent)
  if (!current) return { action: 'BRANCH', reason: 'the first message', confidence: 1, similarity: 0 }

  const similarityTo = ({ centroid }: Candidate) => (centroid ? cosine(vector, centroid) : 0)
  const factor = previous !== undefined && isAnswer(content, previous) ? answerFactor : 1
  const toCurrent = Math.min(1, similarityTo(current) * factor)
  if (toCurrent > thresholds.stay)
    return {
      action: 'STAY',
      reason: `similar to the current branch: ${toCurrent.toFixed(3)} > ${thresholds.stay}`,
      confidence: toCurrent,
      similarity: toCurrent,
    }

  const [nearest] = candidates
    .filter(({ isCurrent }) => !isCurrent)
    .map(({ id, topic, ...rest }) => ({ id, topic, similarity: similarityTo({ id, topic, ...rest }) }))
    .toSorted((one, other) => other.similarity - one.similarity)
  if (nearest && nearest.similarity > thresholds.route)
    return {
      action: 'ROUTE',
      branchId: nearest.id,
      reason: `similar to ${JSON.stringify(nearest.topic)}: ${nearest.similarity.toFixed(3)} > ${thresholds.route}`,
      confidence: Math.min(1, nearest.similarity),
      similarity: nearest.similarity,
    }

  const kin = nearest && nearest.similarity > toCurrent ? nearest : { id: current.id, similarity: toCurrent }
  return {
    action: 'BRANCH',
    ...(kin.similarity > related && { parentId: kin.id }),
    reason: `a new topic: ${toCurrent.toFixed(3)} to the current branch is at most ${thresholds.stay}`,
    confidence: Math.min(1, 1 - Math.max(0, toCurrent)),
    similarity: toCurrent,
  }
}

/** Returns whether a message follows a question and is no question itself. */
function isAnswer(content: string, previous: string): boolean {
  return previous.includes('?') && !content.includes('?')
}
