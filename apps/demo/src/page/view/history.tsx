import {
  memo,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
  type CSSProperties,
} from 'react'
import { describeFailure } from '../failure.js'
import { formatCount } from '../format-count.js'
import type { LaneDrawing } from '../lanes.js'
import type { Session } from '../session.js'
import { findUnanswered, type State } from '../state.js'
import { measureGutter } from './lane-gutter.js'
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
  const { gap, width } = measureGutter(drawing.laneCount, useIsWide())
  // The same while an answer grows.
  const rows = useMemo(() => {
    const topics = new Map(branches.map(({ id, topic }) => [id, topic]))
    return messages.map((message, index) => (
      <MessageRow
        key={message.id}
        message={message}
        topic={topics.get(message.branchId) ?? ''}
        row={drawing.rows[index]!}
        gap={gap}
        conversationId={conversationId}
        isSelected={message.branchId === selected}
        isLast={index === messages.length - 1}
      />
    ))
  }, [messages, branches, drawing, gap, conversationId, selected])
  const unanswered = mayAnswer ? findUnanswered(state) : undefined

  if (state.phase === 'loading') return <Loading />
  return (
    <section
      className="scroll"
      ref={list}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable content needs the focus for keyboard users
      tabIndex={0}
      aria-label="Messages"
      style={{ '--gutter': `${width}px` } as CSSProperties}
    >
      {state.loadFailure && (
        <div role="alert">
          <p>This conversation cannot be read. {describeFailure(state.loadFailure)}</p>
          <button type="button" className="primary" onClick={() => void session?.load()}>
            Retry
          </button>
        </div>
      )}
      {state.omittedMessages > 0 && (
        <p className="reason">Earlier messages that are not shown: {formatCount(state.omittedMessages)}.</p>
      )}
      <div>
        <LastFirst rows={rows} />
        {session && (reply || outbox.length > 0) && (
          <ol>
            {reply && <ReplyRow reply={reply} session={session} />}
            {outbox.map((outgoing) => (
              <OutgoingRow key={outgoing.key} outgoing={outgoing} session={session} onEdit={onEdit} />
            ))}
          </ol>
        )}
      </div>
      {session && unanswered && (
        <p className="actions unanswered">
          <button type="button" onClick={() => void session.ask()}>
            Ask for an answer
          </button>
        </p>
      )}
    </section>
  )
}

/** The number of rows that a window shows at most: a row is higher than 60 pixels. */
const firstRows = Math.ceil(screen.height / 60)

/** Matches where the list scrolls and not the page, which does not stay at its end when rows are added before it. */
const tall = matchMedia('(min-height: 30rem)')

/** How many rows have a common box: the browser skips a box that is not visible, and need not look at its rows. */
const groupSize = 20

/** Renders the last rows at once and those before them in the background, because hundreds would delay the first paint. */
const LastFirst = memo(function LastFirst({ rows }: { rows: readonly React.ReactElement[] }) {
  const first = tall.matches ? Math.max(0, Math.floor((rows.length - firstRows) / groupSize)) : 0
  const start = useDeferredValue(0, first)
  const groups = Array.from({ length: Math.ceil(rows.length / groupSize) - start }, (_, index) => start + index)
  return groups.map((group) => (
    <ol key={group} className="rows">
      {rows.slice(group * groupSize, (group + 1) * groupSize)}
    </ol>
  ))
})

function Loading() {
  return (
    <div className="scroll">
      <p aria-busy="true">Reading the conversation…</p>
    </div>
  )
}

const wide = matchMedia('(min-width: 48rem)')

/** Whether the window has room for a wide gutter. */
function useIsWide(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      wide.addEventListener('change', onChange)
      return () => wide.removeEventListener('change', onChange)
    },
    () => wide.matches,
  )
}

/** Keeps the end of a growing list visible, unless the user has scrolled up; a new message shows it again. */
function useScrolledToEnd(count: number) {
  const isAtEnd = useRef(true)
  const list = useRef<HTMLElement>(null)
  const shown = useRef(0)
  useEffect(() => {
    if (count === shown.current) return
    shown.current = count
    isAtEnd.current = true
    // In a short window the page scrolls.
    list.current?.lastElementChild?.scrollIntoView({ block: 'end' })
  }, [count])
  return useCallback((element: HTMLElement) => {
    list.current = element
    let last = 0
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element
      if (scrollHeight - scrollTop - clientHeight < 120) isAtEnd.current = true
      else if (scrollTop < last) isAtEnd.current = false
      last = scrollTop
    }
    element.addEventListener('scroll', onScroll)
    // Rows get their heights when they are first drawn, and answers grow.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight
    })
    for (const part of [element, ...element.children]) observer.observe(part)
    return () => {
      element.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }, [])
}
