import { beforeAll, describe, expect, it } from 'vitest'
import { halves } from './corpus.js'
import { evaluate } from './evaluate.js'
import type { KindOfText } from './kind-of-text.js'
import { allProblems, type Score, type Share } from './score.js'

const goals: readonly (readonly [kind: KindOfText, precision: number, recall: number])[] = [
  ['configuration', 0.99, 0.97],
  ['source', 0.98, 0.9],
  ['documents', 0.95, 0.85],
]

describe.each(halves)('check on the %s half of the corpus', (half) => {
  let score: Score
  beforeAll(async () => {
    score = await evaluate(half)
  }, 60_000)

  it.each(goals)('takes for ports in %s what is one: precision %d, recall %d', (kind, precision, recall) => {
    const { ports, found, falsely } = score.ports[kind]!
    expect(found / (found + falsely)).toBeGreaterThanOrEqual(precision)
    expect(found / ports).toBeGreaterThanOrEqual(recall)
  })

  it('finds 43 problems of 45', () => {
    expect(shareOf(allProblems(score))).toBeGreaterThanOrEqual(43 / 45)
  })

  it('calls at most one of 101 right ports an error', () => {
    expect(shareOf(score.errorsAtCorrect)).toBeLessThanOrEqual(1 / 101)
  })

  it('reports no look-alike', () => {
    expect(score.lookAlikesReported.right).toBe(0)
  })
})

function shareOf({ right, of }: Share): number {
  return right / of
}
