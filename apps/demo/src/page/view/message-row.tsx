import { memo } from 'react'
import type { LaneRow } from '../lanes.js'
import { words, type Message } from '../state.js'
import { CopyButton } from './copy-button.js'
import { laneClass, LaneGutter } from './lane-gutter.js'
import { LongText } from './long-text.js'
import { PageLink } from './page-link.js'

/** Shows a message with its decision; unchanged rows are not rendered again while an answer grows. */
export const MessageRow = memo(function MessageRow({
  message: { branchId, role, content, landing },
  topic,
  row,
  gap,
  conversationId,
  isSelected,
  isLast,
}: {
  message: Message
  topic: string
  row: LaneRow
  /** The distance of the lanes, in pixels. */
  gap: number
  conversationId: string | undefined
  isSelected: boolean
  isLast: boolean
}) {
  const { action, reason, confidence } = landing
  return (
    <li className={isSelected ? 'message selected' : 'message'} data-role={role}>
      <LaneGutter row={row} gap={gap} action={action} />
      <div>
        <p className="landing">
          <strong>{role === 'user' ? 'You' : 'Model'}</strong>{' '}
          <span className="tag" data-action={action}>
            {action}
          </span>{' '}
          <span className="visually-hidden">{words[action]}</span>{' '}
          <PageLink
            className={laneClass(row.lane)}
            to={{ ...(conversationId !== undefined && { conversationId }), branchId }}
          >
            {row.lane + 1} {topic}
          </PageLink>
          <CopyButton text={content} />
        </p>
        <LongText text={content} isModel={role === 'assistant'} isOpen={isLast && role === 'assistant'} />
        {reason !== undefined && (
          <p className="reason">
            {confidence !== undefined && <>{Math.round(confidence * 100)} % sure: </>}
            {reason}
          </p>
        )}
      </div>
    </li>
  )
})
