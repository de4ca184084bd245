/** The drawing of one message: a dot in a lane, and the lanes that pass it. */
export interface LaneRow {
  /** The lane of the message's branch, from 0. */
  readonly lane: number
  /** Whether the lane continues above and below the dot. */
  readonly isJoinedAbove: boolean
  readonly isJoinedBelow: boolean
  /** The other lanes that pass it. */
  readonly passing: readonly number[]
  /** The lane of the parent, if the branch forks here. */
  readonly forksFrom?: number
  /** The lane of the previous message, if it is another one. */
  readonly comesFrom?: number
  /** Whether the next message is in another lane. */
  readonly isLeft: boolean
}

/** The drawing of a conversation. */
export interface LaneDrawing {
  readonly laneCount: number
  /** One for each message. */
  readonly rows: readonly LaneRow[]
}

/**
 * Assigns a lane to each branch, in the order of their first messages. Lanes are never reused, so that the drawing does
 * not move when a message arrives. A lane extends from the branch's first message to its last one, or to its last fork.
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
    // A parent with only later messages has no point to fork from.
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
