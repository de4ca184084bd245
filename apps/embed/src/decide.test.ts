import { describe, expect, it } from 'vitest'
import { decideBySimilarity, type Candidate } from './decide.js'
import type { Vector } from './embedder/embedder.js'

const thresholds = { stay: 0.38, route: 0.42 }

/** A vector whose cosine to [1, 0] is the number. */
const at = (cosine: number): Vector => [cosine, Math.sqrt(1 - cosine * cosine)]

function branch(id: string, centroid: Vector | undefined, isCurrent = false): Candidate {
  return { id, topic: id, isCurrent, centroid }
}

/** Decides about a message along [1, 0]. */
function decide(candidates: readonly Candidate[], content = 'an answer', previous = 'a statement') {
  return decideBySimilarity({ content }, [1, 0], previous, candidates, thresholds)
}

describe('decideBySimilarity', () => {
  it('starts a branch with the first message', () => {
    expect(decide([])).toEqual({ action: 'BRANCH', reason: 'the first message', confidence: 1, similarity: 0 })
  })

  it.each([
    [0.381, 'STAY'],
    [0.379, 'BRANCH'],
    [1, 'STAY'],
    [0, 'BRANCH'],
    [-1, 'BRANCH'],
  ])('at a similarity of %d to the current branch: %s', (cosine, action) => {
    expect(decide([branch('current', at(cosine), true)])).toMatchObject({ action })
  })

  it('stays only above the threshold, not at it', () => {
    const same = decideBySimilarity({ content: 'x' }, [1], undefined, [branch('current', [1], true)], {
      stay: 1,
      route: 1,
    })
    expect(same.action).toBe('BRANCH')
  })

  it.each([
    [0.421, 'ROUTE'],
    [0.419, 'BRANCH'],
  ])('at a similarity of %d to another branch: %s', (cosine, action) => {
    expect(decide([branch('current', at(0.1), true), branch('other', at(cosine))])).toMatchObject({ action })
  })

  it('routes to the nearest of several, with the reason', () => {
    const candidates = [branch('current', at(0.1), true), branch('near', at(0.5)), branch('nearest', at(0.9))]
    expect(decide(candidates)).toEqual({
      action: 'ROUTE',
      branchId: 'nearest',
      reason: 'similar to "nearest": 0.900 > 0.42',
      confidence: expect.closeTo(0.9) as number,
      similarity: expect.closeTo(0.9) as number,
    })
  })

  it('stays if it is near enough, even if another branch is nearer', () => {
    expect(decide([branch('current', at(0.5), true), branch('other', at(0.9))])).toMatchObject({ action: 'STAY' })
  })

  it.each([
    ['Where?', 'In Paris.', 'STAY'],
    ['Where?', 'Why?', 'BRANCH'],
    ['In Rome.', 'In Paris.', 'BRANCH'],
  ])('counts an answer to a question 1.3 times: %j, then %j', (previous, content, action) => {
    expect(decide([branch('current', at(0.3), true)], content, previous)).toMatchObject({ action })
  })

  it('counts it for the current branch only, where the question was asked', () => {
    const candidates = [branch('current', at(0.1), true), branch('other', at(0.4))]
    expect(decide(candidates, 'In Paris.', 'Where?')).toMatchObject({ action: 'BRANCH' })
  })

  it.each([
    [0.37, 0.1, 'current'],
    [0.1, 0.37, 'other'],
    [0.1, 0.1, undefined],
  ])('puts a new branch under a similar one, %d and %d: %s', (toCurrent, toOther, parentId) => {
    const decision = decide([branch('current', at(toCurrent), true), branch('other', at(toOther))])
    expect(decision.action).toBe('BRANCH')
    expect(decision.parentId).toBe(parentId)
  })

  it('treats a branch without a centroid as dissimilar to everything', () => {
    expect(decide([branch('current', undefined, true), branch('other', undefined)])).toMatchObject({
      action: 'BRANCH',
      similarity: 0,
    })
  })
})
