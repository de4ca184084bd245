import { useEffect, useMemo, useRef } from 'react'
import { describeFailure } from '../failure.js'
import type { LaneDrawing } from '../lanes.js'
import type { Session } from '../session.js'
import { findUnanswered, type State } from '../state.js'
import { MessageRow } from './message-row.js'
import { OutgoingRow } from './outgoing-row.js'
import { ReplyRow } from './reply-row.js'

/** Shows the whole conversation in order, with its branches as lanes. */
export function History({
  session,
  state,
  conversationId,
  drawing,
  selected,
  mayAnswer,
  onEdit,
}: {
  session: Session | undefined
  state: State
  conversationId: string | undefined
  drawing: LaneDrawing
  selected: string | undefined
  /** Whether a model can be asked. */
  mayAnswer: boolean
  onEdit: (content: string) => void
}) {
  const { messages, outbox, reply, branches } = state
  const list = useScrolledToEnd(messages.length + outbox.length)
  const topics = useMemo(() => new Map(branches.map(({ id, topic }) => [id, topic])), [branches])
  const unanswered = mayAnswer ? findUnanswered(state) : undefined

  if (state.phase === 'loading') return <Loading />
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable content needs the focus for keyboard users
    <section className="scroll" ref={list} tabIndex={0} aria-label="Messages">
      {state.loadFailure && (
        <div role="alert">
          <p>This conversation cannot be read. {describeFailure(state.loadFailure)}</p>
          <button type="button" className="small" onClick={() => void session?.load()}>
            Retry
          </button>
        </div>
      )}
      <ol className="messages">
        {messages.map((message, index) => (
          <MessageRow
            key={message.id}
            message={message}
            topic={topics.get(message.branchId) ?? ''}
            row={drawing.rows[index]!}
            laneCount={drawing.laneCount}
            conversationId={conversationId}
            isSelected={message.branchId === selected}
            isLast={index === messages.length - 1}
          />
        ))}
        {session && reply && <ReplyRow reply={reply} session={session} />}
        {session &&
          outbox.map((outgoing) => (
            <OutgoingRow key={outgoing.key} outgoing={outgoing} session={session} onEdit={onEdit} />
          ))}
      </ol>
      {session && unanswered && (
        <p className="actions unanswered">
          <button type="button" className="outline small" onClick={() => void session.ask()}>
            Ask for an answer
          </button>
        </p>
      )}
    </section>
  )
}

function Loading() {
  return (
    <div className="scroll">
      <p aria-busy="true">Reading the conversation…</p>
    </div>
  )
}

/** Keeps the end of a growing list visible, unless the user has scrolled up. */
function useScrolledToEnd(count: number) {
  const list = useRef<HTMLElement>(null)
  const shown = useRef(0)
  useEffect(() => {
    const element = list.current
    if (!element) return
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120
    if (isNearEnd || count !== shown.current) element.scrollTop = element.scrollHeight
    shown.current = count
  })
  return list
}
