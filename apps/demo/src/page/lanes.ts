/** How one message stands in the drawing: a dot in a lane, and what passes by it. */
export interface LaneRow {
  /** The lane of the message's branch, from 0. */
  readonly lane: number
  /** Whether the lane goes on above the dot, and below it. */
  readonly isJoinedAbove: boolean
  readonly isJoinedBelow: boolean
  /** The lanes of other branches that pass by. */
  readonly passing: readonly number[]
  /** The lane of the parent, where the branch forks off here. */
  readonly forksFrom?: number
  /** The lane that the conversation comes from, where that is another one. */
  readonly comesFrom?: number
  /** Whether the next message is in another lane. */
  readonly isLeft: boolean
}

/** A conversation as a drawing. */
export interface LaneDrawing {
  readonly laneCount: number
  /** One for each message. */
  readonly rows: readonly LaneRow[]
}

/**
 * Gives each branch a lane, in the order of their first messages. A lane stays its branch's own, so that nothing that
 * is drawn moves when a message comes. It reaches from the branch's first message to its last, or to its last fork.
 */
export function layOutLanes(
  messages: readonly { readonly branchId: string }[],
  branches: readonly { readonly id: string; readonly parentId?: string | undefined }[],
): LaneDrawing {
  const spans = new Map<string, { lane: number; first: number; last: number }>()
  for (const [row, { branchId }] of messages.entries()) {
    const span = spans.get(branchId)
    if (span) span.last = row
    else spans.set(branchId, { lane: spans.size, first: row, last: row })
  }
  const parents = new Map<string, NonNullable<ReturnType<typeof spans.get>>>()
  for (const { id, parentId } of branches) {
    const span = spans.get(id)
    const parent = spans.get(parentId ?? '')
    // A parent whose messages all come later has nothing to fork from.
    if (!span || !parent || parent.first >= span.first) continue
    parents.set(id, parent)
    parent.last = Math.max(parent.last, span.first)
  }
  const all = [...spans.values()]
  const rows = messages.map(({ branchId }, row): LaneRow => {
    const span = spans.get(branchId)!
    const parent = row === span.first ? parents.get(branchId) : undefined
    const before = spans.get(messages[row - 1]?.branchId ?? branchId)!
    const after = spans.get(messages[row + 1]?.branchId ?? branchId)!
    return {
      lane: span.lane,
      isJoinedAbove: row > span.first,
      isJoinedBelow: row < span.last,
      // A parent that ends with this fork is drawn by the fork itself.
      passing: all
        .filter((other) => other !== span && other.first < row && row <= other.last)
        .filter((other) => other !== parent || other.last > row)
        .map(({ lane }) => lane),
      ...(parent && { forksFrom: parent.lane }),
      ...(before !== span && { comesFrom: before.lane }),
      isLeft: after !== span,
    }
  })
  return { laneCount: spans.size, rows }
}
