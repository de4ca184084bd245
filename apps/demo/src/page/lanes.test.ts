import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOutLanes } from './lanes.js'

const draw = (branches: Record<string, string | undefined>, ...messages: string[]) =>
  layOutLanes(
    messages.map((branchId) => ({ branchId })),
    Object.entries(branches).map(([id, parentId]) => ({ id, parentId })),
  )

describe('layOutLanes', () => {
  it('is empty without messages', () => {
    expect(draw({ a: undefined })).toEqual({ laneCount: 0, rows: [] })
  })

  it('draws a conversation that leaves a branch and returns', () => {
    expect(draw({ a: undefined, b: undefined }, 'a', 'b', 'a').rows).toEqual([
      { lane: 0, isJoinedAbove: false, isJoinedBelow: true, passing: [], isLeft: true },
      { lane: 1, isJoinedAbove: false, isJoinedBelow: false, passing: [0], comesFrom: 0, isLeft: true },
      { lane: 0, isJoinedAbove: true, isJoinedBelow: false, passing: [], comesFrom: 1, isLeft: false },
    ])
  })

  it('extends the parent’s lane to the fork, even if the parent ends before it', () => {
    const { rows } = draw({ a: undefined, b: undefined, c: 'a' }, 'a', 'b', 'c')
    expect(rows[0]).toMatchObject({ isJoinedBelow: true })
    expect(rows[1]).toMatchObject({ passing: [0] })
    expect(rows[2]).toMatchObject({ lane: 2, forksFrom: 0, comesFrom: 1, passing: [] })
  })

  it('has no fork from a parent without messages', () => {
    expect(draw({ b: 'gone' }, 'b').rows[0]).not.toHaveProperty('forksFrom')
  })

  /** Branches of which each may hang under an earlier one, and messages in them. */
  const conversations = fc.integer({ min: 1, max: 8 }).chain((count) =>
    fc.record({
      branches: fc
        .tuple(...Array.from({ length: count }, (_, index) => fc.option(fc.nat({ max: index }), { nil: undefined })))
        .map((parents) =>
          parents.map((parent, index) => ({ id: `b${index}`, parentId: parent ? `b${parent - 1}` : undefined })),
        ),
      messages: fc.array(fc.record({ branchId: fc.nat({ max: count - 1 }).map((index) => `b${index}`) }), {
        maxLength: 30,
      }),
    }),
  )

  it('has one lane per branch, from its first message to its last, for any conversation', () => {
    fc.assert(
      fc.property(conversations, ({ branches, messages }) => {
        const { laneCount, rows } = layOutLanes(messages, branches)
        const ids = [...new Set(messages.map(({ branchId }) => branchId))]
        expect(rows).toHaveLength(messages.length)
        expect(laneCount).toBe(ids.length)
        for (const [index, row] of rows.entries()) {
          expect(row.lane).toBe(ids.indexOf(messages[index]!.branchId))
          const drawn = [row.lane, ...row.passing]
          expect(new Set(drawn).size).toBe(drawn.length)
          // What leaves a row below arrives in the next one above: on as a line, into a dot, or into a fork.
          const next = rows[index + 1]
          const below = [
            ...row.passing.filter((lane) => endOf(lane, rows) > index),
            ...(row.isJoinedBelow ? [row.lane] : []),
          ]
          const above = next
            ? [
                ...next.passing,
                ...(next.isJoinedAbove ? [next.lane] : []),
                ...(next.forksFrom === undefined ? [] : [next.forksFrom]),
              ]
            : []
          expect(new Set(above)).toEqual(new Set(below))
          expect(row.isLeft).toBe(next !== undefined && next.lane !== row.lane)
          expect(next?.comesFrom).toBe(row.isLeft ? row.lane : undefined)
        }
      }),
    )
  })

  it('does not move when a message arrives', () => {
    fc.assert(
      fc.property(conversations, ({ branches, messages }) => {
        const lanesOf = (some: typeof messages) => layOutLanes(some, branches).rows.map(({ lane }) => lane)
        expect(lanesOf(messages).slice(0, -1)).toEqual(lanesOf(messages.slice(0, -1)))
      }),
    )
  })
})

/** The last row that a lane touches. */
function endOf(lane: number, rows: ReturnType<typeof layOutLanes>['rows']): number {
  return rows.findLastIndex((row) => row.lane === lane || row.passing.includes(lane) || row.forksFrom === lane)
}
